/** Browsers: the module is streamed from beside this file. */

import init from "../wasm/vexil.js";
import { Engine, type EngineOptions, type SnapshotInput } from "./engine.js";
import { attach } from "./memory.js";

export * from "./index.js";

let loading: Promise<void> | undefined;

/** Loads the WebAssembly module once; a failure is not kept, so that a later call tries again. */
function load(): Promise<void> {
  loading ??= init({ module_or_path: new URL("../wasm/vexil_bg.wasm", import.meta.url) }).then(attach, (error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

/**
 * Makes an engine for a snapshot.
 *
 * @throws {SnapshotError} if the snapshot is unusable. Lesser problems are in `engine.diagnostics`.
 */
export async function createEngine(input: SnapshotInput, options?: EngineOptions): Promise<Engine> {
  await load();
  return new Engine(input, options);
}
