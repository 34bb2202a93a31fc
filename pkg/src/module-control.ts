/** Workers and Deno, control and analysis. */

import module from "../wasm/vexil-control.wasm";
import type { ControlExports } from "./control/artifact.js";
import { creator } from "./control/control.js";
import { moduleOf } from "./hosts/module.js";

export * from "./control/index.js";

export const createControl = creator(moduleOf<ControlExports>(module));
