/** Node: the module is a file beside this one. */

import { readFileSync } from "node:fs";

import { initSync } from "../wasm/vexil.js";
import { Engine, type EngineOptions, type SnapshotInput } from "./engine.js";
import { attach } from "./memory.js";

export * from "./index.js";

let loaded = false;

/** Loads the WebAssembly module once. */
function load(): void {
  if (loaded) return;
  const module = new WebAssembly.Module(readFileSync(new URL("../wasm/vexil_bg.wasm", import.meta.url)));
  attach(initSync({ module }));
  loaded = true;
}

/**
 * Makes an engine for a snapshot.
 *
 * @throws {SnapshotError} if the snapshot is unusable. Lesser problems are in `engine.diagnostics`.
 */
export async function createEngine(input: SnapshotInput, options?: EngineOptions): Promise<Engine> {
  load();
  return new Engine(input, options);
}
