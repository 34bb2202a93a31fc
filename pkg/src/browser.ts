/** Browsers. */

import type { FullExports } from "./engine/artifact.js";
import { creator } from "./engine/full.js";
import { streamOf } from "./hosts/stream.js";

export * from "./engine/index-full.js";

export const createEngine = creator(streamOf<FullExports>(new URL("../wasm/vexil.wasm", import.meta.url)));
