/** `vexil/inline`, for places that can load no file: the WebAssembly is in the script. */

import base64 from "../wasm/vexil.wasm?base64";
import type { FullExports } from "./engine/artifact.js";
import { creator } from "./engine/full.js";
import { textOf } from "./hosts/text.js";

export * from "./engine/index-full.js";

export const createEngine = creator(textOf<FullExports>(base64));
