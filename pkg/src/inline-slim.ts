/** `vexil/slim/inline`, the slim engine. */

import base64 from "../wasm/vexil-slim.wasm?base64";
import { creator } from "./engine/slim.js";
import { textOf } from "./hosts/text.js";

export * from "./engine/index-slim.js";

export const createEngine = creator(textOf(base64));
