/**
 * A WebAssembly artifact, loaded: its functions, its memory, and what is exchanged with it.
 *
 * Only numbers cross. Texts and bytes lie in its exchange buffer: an input is written there before
 * the call that reads it, and a call that puts something out answers with its length.
 *
 * Memory can grow in any call that is not an evaluation; the arrays over it are detached then, and
 * what is written into a detached array is silently lost. So whoever writes looks first whether
 * `words.length` is 0, and calls `refresh`.
 */

/** What every artifact exports. */
export interface BaseExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  version(): number;
  room(length: number): number;
  output(): number;
  dispose(handle: number): void;
}

/** What artifacts of engines export; `crates/vexil-shell/src/shell.rs` says what each does. */
export interface Exports extends BaseExports {
  load(environment: number): number;
  update(handle: number): number;
  kill(handle: number): number;
  diagnostics(handle: number): number;
  flagCount(handle: number): number;
  masks(handle: number): number;
  bits(handle: number): number;
  slots(handle: number): number;
  moreSlots(handle: number, row: number): number;
  findFlag(handle: number): number;
  findService(handle: number): number;
  cells(handle: number, block: number): number;
  spill(handle: number, block: number, slot: number, length: number): number;
  resolve(handle: number, block: number, slot: number): void;
  evaluate(handle: number, row: number, block: number, written: number, now: number): number;
  evaluateAll(handle: number, block: number, written: number, now: number): number;
  answer(handle: number, outcome: number): number;
  trail(handle: number): number;
  assignment(handle: number, outcome: number): number;
  identity(handle: number): number;
  nextChange(handle: number, now: number): number;
}

/** What the full artifact exports besides. */
export interface FullExports extends Exports {
  explain(handle: number, row: number, block: number, now: number): number;
}

/** No row, and no environment: the largest number of 32 bits, as it comes out of wasm. */
export const NONE = -1;

/** What the modules import; nothing of it is needed by exports that take and give numbers alone. */
export const IMPORTS = { "./module_bg.js": { __wbindgen_init_externref_table: () => {} } };

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** An instance of a WebAssembly module, which is there for all engines, or for all of control. */
export class Artifact<E extends BaseExports = Exports> {
  readonly exports: E;
  words = new Int32Array(0);
  floats = new Float64Array(0);
  bytes = new Uint8Array(0);

  /** Types for WebAssembly come with a host's, which not every project has. */
  constructor(instance: { readonly exports: unknown }) {
    this.exports = instance.exports as E;
    this.refresh();
  }

  /** Makes the arrays anew after the memory has grown. */
  refresh(): void {
    const { buffer } = this.exports.memory;
    this.words = new Int32Array(buffer);
    this.floats = new Float64Array(buffer);
    this.bytes = new Uint8Array(buffer);
  }

  /** Writes the input of the next call: a text or bytes, behind another text. Answers with the length of that. */
  send(input: string | Uint8Array, before = ""): number {
    const start = encoder.encode(before);
    const rest = typeof input === "string" ? encoder.encode(input) : input;
    const address = this.exports.room(start.length + rest.length) >>> 0;
    if (this.words.length === 0) this.refresh();
    this.bytes.set(start, address);
    this.bytes.set(rest, address + start.length);
    return start.length;
  }

  /** The text that a call has put out. */
  text(length: number): string {
    return decoder.decode(this.#output(length));
  }

  /** The numbers that a call has put out. */
  numbers(length: number): Int32Array {
    return new Int32Array(this.#output(length).slice().buffer);
  }

  #output(length: number): Uint8Array {
    const address = this.exports.output() >>> 0;
    if (this.words.length === 0) this.refresh();
    return this.bytes.subarray(address, address + (length >>> 0));
  }
}
