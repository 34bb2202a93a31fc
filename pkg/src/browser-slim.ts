/** Browsers, the slim engine. */

import { creator } from "./engine/slim.js";
import { streamOf } from "./hosts/stream.js";

export * from "./engine/index-slim.js";

export const createEngine = creator(streamOf(new URL("../wasm/vexil-slim.wasm", import.meta.url)));
