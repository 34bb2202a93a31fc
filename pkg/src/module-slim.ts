/** Workers and Deno, the slim engine. */

import module from "../wasm/vexil-slim.wasm";
import { creator } from "./engine/slim.js";
import { moduleOf } from "./hosts/module.js";

export * from "./engine/index-slim.js";

export const createEngine = creator(moduleOf(module));
