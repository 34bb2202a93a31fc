/** What JavaScript keeps of one ruleset: rows by key, masks, answers made once, the writers. */

import * as wasm from "../wasm/vexil.js";
import { type Answer, readAnswer } from "./answers.js";
import { refresh, words } from "./memory.js";
import { type Attributes, spillOf, type Writer, writersOf } from "./writer.js";

/** No row. */
export const NONE = 0xffff_ffff;
/** Blocks of an engine: the first for contexts that are used once, the others for context handles. */
const RING = 64;
/** Bits of a flag; see `flag_bits` in `src/ir/mod.rs` and `MORE_SLOTS` in `vexil-boundary`. */
const TIMED = 1 << 2;
const MORE_SLOTS = 1 << 31;

/** Counts what could disturb a write in progress: another evaluation, or another ruleset, in a context's getter. */
let epoch = 0;

/** Which attributes of a context have been written into a block. */
export interface Written {
  mask: number;
  readonly more: Set<number>;
}

/** The tables of a ruleset. A new snapshot makes new ones. */
export class Ruleset {
  readonly flags = new Map<string, number>();
  readonly services = new Map<string, number>();
  readonly flagCount: number;
  readonly #handle: number;
  readonly #masks: Uint32Array;
  readonly #bits: Uint32Array;
  readonly #outcomes: (Answer | undefined)[] = [];
  #constants: (Answer | undefined)[] = [];
  readonly #write: Writer;
  readonly #put: Writer;
  readonly #cells: number[] = [];
  readonly #slotCount: number;
  /** The context handle that each block was last written for. */
  readonly owners: unknown[] = new Array(RING).fill(undefined);
  #next = 0;

  constructor(handle: number) {
    epoch++;
    this.#handle = handle;
    this.flagCount = wasm.flagCount(handle);
    this.#masks = wasm.masks(handle);
    this.#bits = wasm.bits(handle);
    const paths = wasm.slots(handle);
    this.#slotCount = paths.length;
    const { write, put } = writersOf(paths, spillOf(handle, (cells) => this.#cells.indexOf(cells)));
    this.#write = write;
    this.#put = put;
    // The block of contexts that are used once is there from the start: constants need no writing.
    this.#cellsOf(0);
  }

  /** The row of a flag. */
  flag(key: string): number | undefined {
    return this.#find(key, this.flags, wasm.findFlag);
  }

  /** The row of a service. */
  service(key: string): number | undefined {
    return this.#find(key, this.services, wasm.findService);
  }

  /** Keys are looked up in wasm once; only those that exist are kept, so the maps stay bounded. */
  #find(key: string, known: Map<string, number>, find: (handle: number, key: string) => number): number | undefined {
    if (typeof key !== "string") return undefined;
    const row = find(this.#handle, key) >>> 0;
    if (row === NONE) return undefined;
    known.set(key, row);
    return row;
  }

  /** Forgets the answers that do not depend on the context: a kill may have changed them. */
  forgetConstants(): void {
    epoch++;
    this.#constants = [];
  }

  /** A block for a context handle; the handle that had it writes again. */
  takeBlock(owner: unknown): number {
    this.#next = (this.#next % (RING - 1)) + 1;
    this.owners[this.#next] = owner;
    return this.#next;
  }

  /** Evaluates a row for a context that is used once. */
  evaluate(row: number, context: Attributes, now: number | undefined): Answer {
    const constant = this.#constants[row];
    if (constant !== undefined) return constant;
    const mask = this.#masks[row] ?? 0;
    const bits = this.#bits[row] ?? 0;
    let written = 0;
    if ((mask | (bits & MORE_SLOTS)) !== 0) {
      const started = ++epoch;
      const cells = this.#cellsOf(0);
      const own = ownOf(context);
      written = this.#write(own, mask, cells);
      if (bits & MORE_SLOTS) this.#writeMore(row, own, 0, undefined);
      if (started !== epoch) return this.evaluate(row, stilled(context), now);
    }
    return this.#answer(row, 0, written, bits, now, mask);
  }

  /** Evaluates a row for a context handle whose block holds what `done` says. */
  evaluateWritten(row: number, context: Attributes, block: number, done: Written, now: number | undefined): Answer {
    const constant = this.#constants[row];
    if (constant !== undefined) return constant;
    const mask = this.#masks[row] ?? 0;
    const bits = this.#bits[row] ?? 0;
    const fresh = mask & ~done.mask;
    let written = 0;
    if (fresh !== 0) {
      written = this.#write(context, fresh, this.#cellsOf(block));
      done.mask |= fresh;
    }
    if (bits & MORE_SLOTS) this.#writeMore(row, context, block, done.more);
    return this.#answer(row, block, written, bits, now, mask);
  }

  #answer(row: number, block: number, written: number, bits: number, now: number | undefined, mask: number): Answer {
    const instant = bits & TIMED ? (now ?? Date.now()) : 0;
    const outcome = wasm.evaluate(this.#handle, row, block, written, instant) >>> 0;
    const answer = this.#outcomes[outcome] ?? this.#read(row, outcome);
    if ((mask | (bits & (TIMED | MORE_SLOTS))) === 0) this.#constants[row] = answer;
    return answer;
  }

  #read(row: number, outcome: number): Answer {
    const answer = readAnswer(wasm.answer(this.#handle, row, outcome));
    this.#outcomes[outcome] = answer;
    return answer;
  }

  /** Evaluates all flags for a context whose block holds what `done` says. */
  evaluateAll(context: Attributes, block: number, done: Written | undefined, now: number | undefined): Answer[] {
    const written = this.writeAll(context, block, done);
    if (written === undefined) return this.evaluateAll(stilled(context), block, done, now);
    const address = wasm.evaluateAll(this.#handle, block, written, now ?? Date.now()) >>> 2;
    if (words.length === 0) refresh();
    const answers: Answer[] = [];
    for (let row = 0; row < this.flagCount; row++) {
      const outcome = (words[address + row] ?? -1) >>> 0;
      const answer = this.#outcomes[outcome];
      if (answer === undefined) {
        // Making an answer may let the memory grow, and with it the list of outcomes.
        const made = this.#read(row, outcome);
        if (words.length === 0) refresh();
        if (made.errorCode === undefined) answers.push(made);
      } else if (answer.errorCode === undefined) {
        answers.push(answer);
      }
    }
    return answers;
  }

  /** Writes every attribute; returns what to resolve, or nothing if something came between. */
  writeAll(context: Attributes, block: number, done: Written | undefined): number | undefined {
    const started = ++epoch;
    const cells = this.#cellsOf(block);
    const own = done ? context : ownOf(context);
    const every = this.#slotCount >= 32 ? -1 : (1 << this.#slotCount) - 1;
    const fresh = done ? every & ~done.mask : every;
    const written = fresh === 0 ? 0 : this.#write(own, fresh, cells);
    for (let slot = 32; slot < this.#slotCount; slot++) {
      if (done?.more.has(slot)) continue;
      this.#put(own, slot, cells);
      wasm.resolve(this.#handle, block, slot);
      done?.more.add(slot);
    }
    if (started !== epoch) return undefined;
    if (done) done.mask |= fresh;
    return written;
  }

  /** How the answer of a row comes about. */
  explain(row: number, context: Attributes, now: number): unknown {
    const written = this.writeAll(context, 0, undefined);
    if (written === undefined) return this.explain(row, stilled(context), now);
    // Evaluating resolves what was written.
    wasm.evaluate(this.#handle, row, 0, written, now);
    return wasm.explain(this.#handle, row, 0, now);
  }

  #writeMore(row: number, context: Attributes, block: number, done: Set<number> | undefined): void {
    const cells = this.#cellsOf(block);
    for (const slot of wasm.moreSlots(this.#handle, row)) {
      if (done?.has(slot)) continue;
      this.#put(context, slot, cells);
      wasm.resolve(this.#handle, block, slot);
      done?.add(slot);
    }
  }

  #cellsOf(block: number): number {
    if (words.length === 0) refresh();
    const known = this.#cells[block];
    if (known !== undefined) return known;
    const cells = wasm.cells(this.#handle, block) >>> 0;
    if (words.length === 0) refresh();
    this.#cells[block] = cells;
    return cells;
  }
}

/**
 * A context whose own properties can be read directly. An instance of a class has accessors on its
 * prototype, which are not its own; a plain object's prototype is looked after by the writer.
 */
function ownOf(context: Attributes): Attributes {
  const prototype: unknown = Object.getPrototypeOf(context);
  return prototype === Object.prototype || prototype === null ? context : { ...context };
}

/** A copy without accessors, for contexts whose getters evaluate flags: all values are read first. */
export function stilled(context: Attributes): Attributes {
  return Object.freeze(copyOf(context, new Map())) as Attributes;
}

/** Copies plain objects and arrays, cycles included, so that reading the copy runs nobody's code. */
function copyOf(value: unknown, copies: Map<object, unknown>): unknown {
  if (typeof value !== "object" || value === null) return value;
  const known = copies.get(value);
  if (known !== undefined) return known;
  if (Array.isArray(value)) {
    const copy: unknown[] = [];
    copies.set(value, copy);
    for (const item of value) copy.push(typeof item === "object" ? undefined : item);
    return copy;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  const isRoot = copies.size === 0;
  if (!isRoot && prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    return value instanceof Date ? new Date(value.getTime()) : value;
  }
  const copy: Record<string, unknown> = {};
  copies.set(value, copy);
  for (const key of Object.keys(value)) {
    const member = copyOf((value as Record<string, unknown>)[key], copies);
    Object.defineProperty(copy, key, { value: member, enumerable: true });
  }
  return copy;
}
