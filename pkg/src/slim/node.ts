/** Node. */

import type { EngineOptions } from "../engine.js";
import { Engine, type RulesetInput } from "./engine.js";
import { fileOf } from "../node-file.js";

export * from "./index.js";

const load = fileOf(new URL("../../wasm/vexil-slim.wasm", import.meta.url));

/**
 * Makes an engine for a ruleset in its binary form.
 *
 * @throws {SnapshotError} if the ruleset is unusable.
 */
export async function createEngine(input: RulesetInput, options?: EngineOptions): Promise<Engine> {
  return new Engine(load(), input, options);
}
