/** Workers and Deno, which import WebAssembly as a module. `scripts/bundle.mjs` writes the import as each of them has it. */

import module from "../wasm/vexil.wasm";
import type { FullExports } from "./engine/artifact.js";
import { creator } from "./engine/full.js";
import { moduleOf } from "./hosts/module.js";

export * from "./engine/index-full.js";

export const createEngine = creator(moduleOf<FullExports>(module));
