/** Node, the slim engine. */

import { creator } from "./engine/slim.js";
import { fileOf } from "./hosts/file.js";

export * from "./engine/index-slim.js";

export const createEngine = creator(fileOf(new URL("../wasm/vexil-slim.wasm", import.meta.url)));
