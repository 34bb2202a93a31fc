/** Node, control and analysis. */

import type { ControlExports } from "./control/artifact.js";
import { creator } from "./control/control.js";
import { fileOf } from "./hosts/file.js";

export * from "./control/index.js";

export const createControl = creator(fileOf<ControlExports>(new URL("../wasm/vexil-control.wasm", import.meta.url)));
