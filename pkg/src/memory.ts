/**
 * The memory of the wasm instance, as JavaScript sees it. There is one instance for all engines.
 *
 * Memory can grow in any call that is not an evaluation; the arrays over it are detached then, and
 * what is written into a detached array is silently lost. So whoever writes looks first whether
 * `words.length` is 0, and calls `refresh`.
 */

import type { InitOutput } from "../wasm/vexil.js";

export let words = new Int32Array(0);
export let floats = new Float64Array(0);
export let bytes = new Uint8Array(0);

let memory: WebAssembly.Memory | undefined;

/** Takes over the instance's memory. */
export function attach(instance: InitOutput): void {
  memory = instance.memory;
  refresh();
}

/** Makes the arrays anew after the memory has grown. */
export function refresh(): void {
  if (memory === undefined) throw new Error("vexil: the WebAssembly module is not loaded");
  words = new Int32Array(memory.buffer);
  floats = new Float64Array(memory.buffer);
  bytes = new Uint8Array(memory.buffer);
}
