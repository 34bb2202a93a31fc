/** `vexil/control/inline`, for places that can load no file. */

import base64 from "../wasm/vexil-control.wasm?base64";
import type { ControlExports } from "./control/artifact.js";
import { creator } from "./control/control.js";
import { textOf } from "./hosts/text.js";

export * from "./control/index.js";

export const createControl = creator(textOf<ControlExports>(base64));
