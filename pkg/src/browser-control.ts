/** Browsers, control and analysis. */

import type { ControlExports } from "./control/artifact.js";
import { creator } from "./control/control.js";
import { streamOf } from "./hosts/stream.js";

export * from "./control/index.js";

export const createControl = creator(streamOf<ControlExports>(new URL("../wasm/vexil-control.wasm", import.meta.url)));
