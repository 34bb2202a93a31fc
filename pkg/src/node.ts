/** Node. */

import type { FullExports } from "./artifact.js";
import type { EngineOptions } from "./engine.js";
import { Engine, type SnapshotInput } from "./full.js";
import { fileOf } from "./node-file.js";

export * from "./index.js";

const load = fileOf<FullExports>(new URL("../wasm/vexil.wasm", import.meta.url));

/**
 * Makes an engine for a snapshot.
 *
 * @throws {SnapshotError} if the snapshot is unusable. Lesser problems are in `engine.diagnostics`.
 */
export async function createEngine(input: SnapshotInput, options?: EngineOptions): Promise<Engine> {
  return new Engine(load(), input, options);
}
