/** Browsers. */

import { streamOf } from "../browser-stream.js";
import type { EngineOptions } from "../engine.js";
import { Engine, type RulesetInput } from "./engine.js";

export * from "./index.js";

const load = streamOf(new URL("../../wasm/vexil-slim.wasm", import.meta.url));

/**
 * Makes an engine for a ruleset in its binary form.
 *
 * @throws {SnapshotError} if the ruleset is unusable.
 */
export async function createEngine(input: RulesetInput, options?: EngineOptions): Promise<Engine> {
  return new Engine(await load(), input, options);
}
