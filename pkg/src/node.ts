/** Node. */

import type { FullExports } from "./engine/artifact.js";
import { creator } from "./engine/full.js";
import { fileOf } from "./hosts/file.js";

export * from "./engine/index-full.js";

export const createEngine = creator(fileOf<FullExports>(new URL("../wasm/vexil.wasm", import.meta.url)));
