/** The engine as workers have it. */

import module from "../../../wasm/vexil.wasm";
import type { FullExports } from "../../../src/engine/artifact.js";
import { creator } from "../../../src/engine/full.js";
import { moduleOf } from "../../../src/hosts/module.js";

export type { Engine } from "../../../src/engine/full.js";

export const createEngine = creator(moduleOf<FullExports>(module));
