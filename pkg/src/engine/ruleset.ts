/** What JavaScript keeps of one ruleset: rows by key, masks, answers made once, the writer. */

import { type Answer, deepFreeze, readAnswer, readRouted } from "./answers.js";
import { type Artifact, type FullExports, NONE } from "./artifact.js";
import { type Assigned, type Assignment, unitOf } from "./observation.js";
import { type Attributes, begin, finish, giveUp, interrupt, readings, type Writer, writerOf } from "./writer.js";

/** Blocks of an engine: the first for contexts that are used once, the others for context handles. */
const RING = 64;
/** Bits of a flag; see `flag_bits` in `src/ir/codes.rs` and `MORE_SLOTS` in `vexil-boundary`. */
const TIMED = 1 << 2;
const CLIENT = 1 << 5;
const MORE_SLOTS = 1 << 31;

const NOBODY: readonly Assigned[] = Object.freeze([]);

/** A row that is a flag's, whatever flags there are. */
const FLAG = -1;

/** What can be evaluated. */
export type Kind = "flag" | "service";

/** What has been written for one context handle, and where. */
export interface Written {
  readonly block: number;
  /** Attributes of the mask. */
  mask: number;
  /** Attributes beyond the mask. */
  more: Set<number> | undefined;
}

/** The tables of a ruleset. A new snapshot makes new ones. */
export class Ruleset {
  readonly #artifact: Artifact;
  readonly #handle: number;
  readonly #flags = new Map<string, number>();
  readonly #services = new Map<string, number>();
  readonly #masks: Int32Array;
  readonly #bits: Int32Array;
  readonly #slotCount: number;
  readonly #writer: Writer;
  /** Answers by outcome, made when they are first given. */
  readonly #outcomes: (Answer | undefined)[] = [];
  /** What chance decided, by outcome. */
  readonly #assignments = new Map<number, Assignment>();
  /** Answers by row, of flags that depend on neither context nor time. */
  #constants: (Answer | undefined)[];
  /** Attributes beyond the mask, by row. */
  readonly #moreSlots = new Map<number, Int32Array>();
  /** Where the cells of each block are, in words. */
  readonly #cells: number[] = [];
  /** Who has each block. */
  readonly #owners: (Written | undefined)[] = [];
  #next = 0;

  constructor(artifact: Artifact, handle: number) {
    interrupt();
    const { exports } = artifact;
    this.#artifact = artifact;
    this.#handle = handle;
    this.#masks = artifact.numbers(exports.masks(handle));
    this.#bits = artifact.numbers(exports.bits(handle));
    this.#constants = this.#noConstants();
    // An engine that was disposed of has none.
    const paths = JSON.parse(artifact.text(exports.slots(handle)) || "[]") as string[];
    this.#slotCount = paths.length;
    this.#writer = writerOf(paths, artifact, handle, (cells) => this.#cells.indexOf(cells));
  }

  /** The row of a flag or service; undefined if there is none. */
  rowOf(kind: Kind, key: string): number | undefined {
    return kind === "flag" ? (this.#flags.get(key) ?? this.#find(kind, key)) : (this.#services.get(key) ?? this.#find(kind, key));
  }

  /** Keys are looked up in wasm once; only those that exist are kept, so the maps stay bounded. */
  #find(kind: Kind, key: string): number | undefined {
    if (typeof key !== "string") return undefined;
    interrupt();
    this.#artifact.send(key);
    const { exports } = this.#artifact;
    const isFlag = kind === "flag";
    const row = isFlag ? exports.findFlag(this.#handle) : exports.findService(this.#handle);
    if (row === NONE) return undefined;
    (isFlag ? this.#flags : this.#services).set(key, row);
    return row;
  }

  /** Forgets the answers that depend on neither context nor time: a kill may have changed them. */
  forgetConstants(): void {
    interrupt();
    this.#constants = this.#noConstants();
  }

  /** An array without holes: a sparse one is looked up like a map. */
  #noConstants(): undefined[] {
    return new Array<undefined>(this.#masks.length).fill(undefined);
  }

  /** Whether a block is still that of the context it was taken for. */
  holds(written: Written): boolean {
    return this.#owners[written.block] === written;
  }

  /** A block for a context handle; the handle that had it writes again. */
  take(): Written {
    const block = (this.#next = (this.#next % (RING - 1)) + 1);
    this.#cellsOf(block);
    return (this.#owners[block] = { block, mask: 0, more: undefined });
  }

  /**
   * Evaluates a row for a context that is used once. Undefined if what the context's own code did
   * came between: with a `stilled` context nothing can.
   */
  evaluate(row: number, context: Attributes, now: number | undefined): Answer | undefined {
    const constant = this.#constants[row];
    if (constant !== undefined) return constant;
    return this.#prepare(row, context) ? this.#answer(row, 0, this.#masks[row] as number, now) : undefined;
  }

  /** Writes what a row may read of a context that is used once; whether nothing came between. */
  #prepare(row: number, context: Attributes): boolean {
    const mask = this.#masks[row] as number;
    const more = (this.#bits[row] as number) & MORE_SLOTS ? this.#moreOf(row) : undefined;
    const cells = this.#cellsOf(0);
    begin(cells);
    if (mask !== 0) this.#write(context, mask);
    if (more !== undefined) this.#writeMore(context, 0, more, undefined);
    return finish(cells);
  }

  /** Evaluates a row for a stilled context, of which `done` has been written. */
  evaluateWritten(row: number, context: Attributes, done: Written, now: number | undefined): Answer {
    const constant = this.#constants[row];
    if (constant !== undefined) return constant;
    const fresh = (this.#masks[row] as number) & ~done.mask;
    const bits = this.#bits[row] as number;
    if (fresh !== 0 || bits & MORE_SLOTS) {
      const more = bits & MORE_SLOTS ? this.#moreOf(row) : undefined;
      const cells = this.#cellsOf(done.block);
      begin(cells);
      this.#writer.plain(context, fresh);
      if (more !== undefined) this.#writeMore(context, done.block, more, (done.more ??= new Set()));
      finish(cells);
    }
    const answer = this.#answer(row, done.block, fresh, now);
    done.mask |= fresh;
    return answer;
  }

  /** Lets the core evaluate, once the attributes are written. */
  #answer(row: number, block: number, written: number, now: number | undefined): Answer {
    interrupt();
    const bits = this.#bits[row] as number;
    const instant = bits & TIMED ? (now ?? Date.now()) : 0;
    const outcome = this.#artifact.exports.evaluate(this.#handle, row, block, written, instant);
    const answer = this.#outcomes[outcome] ?? this.#read(row, outcome);
    if (((this.#masks[row] as number) | (bits & (TIMED | MORE_SLOTS))) === 0) this.#constants[row] = answer;
    return answer;
  }

  #read(row: number, outcome: number): Answer {
    if (outcome === NONE) throw new Error("the core gave no answer");
    const { exports } = this.#artifact;
    const json = this.#artifact.text(exports.answer(this.#handle, outcome));
    const answer = row < exports.flagCount(this.#handle) ? readAnswer(json) : readRouted(json);
    const outcomes = this.#outcomes;
    // No holes, as in the constants.
    while (outcomes.length <= outcome) outcomes.push(undefined);
    outcomes[outcome] = answer;
    return answer;
  }

  /**
   * Evaluates all flags for a context; one with `done` is stilled. Answers with errors are left
   * out. Undefined as `evaluate`.
   */
  evaluateAll(context: Attributes, done: Written | undefined, now: number | undefined): Answer[] | undefined {
    const block = done?.block ?? 0;
    const fresh = this.#writeAll(context, done);
    if (fresh === undefined) return undefined;
    const artifact = this.#artifact;
    const start = artifact.exports.evaluateAll(this.#handle, block, fresh, now ?? Date.now()) >>> 2;
    if (start === 0) throw new Error("the core gave no answers");
    if (artifact.words.length === 0) artifact.refresh();
    if (done) done.mask |= fresh;
    const count = artifact.words[start] as number;
    const answers = new Array<Answer>(count);
    const outcomes = this.#outcomes;
    let { words } = artifact;
    for (let index = 0; index < count; index++) {
      const outcome = words[start + 1 + index] as number;
      let answer = outcomes[outcome];
      if (answer === undefined) {
        answer = this.#read(FLAG, outcome);
        // Making an answer may let the memory grow.
        ({ words } = artifact);
      }
      answers[index] = answer;
    }
    return answers;
  }

  /**
   * The answers of all flags for a context that cannot be read as a whole, one by one, as long as
   * this ruleset is in force: even that may change while the context is read.
   */
  evaluateEach(context: Attributes, now: number | undefined, isInForce: () => boolean): Answer[] {
    const answers: Answer[] = [];
    const before = readings();
    const count = this.#artifact.exports.flagCount(this.#handle);
    for (let row = 0; row < count && isInForce(); row++) {
      try {
        const answer = this.evaluate(row, context, now);
        if (answer !== undefined && answer.errorCode === undefined) answers.push(answer);
      } catch {
        // This flag answers with an error.
        giveUp(before);
      }
    }
    return answers;
  }

  /** What chance decided in the evaluation of a row that has just been done, for a stilled context. */
  assigned(row: number, key: string, context: Attributes): readonly Assigned[] {
    // What depends on nothing was answered without the core, and drew nobody.
    if (((this.#masks[row] as number) | ((this.#bits[row] as number) & MORE_SLOTS)) === 0) return NOBODY;
    const artifact = this.#artifact;
    const start = artifact.exports.trail(this.#handle) >>> 2;
    if (artifact.words.length === 0) artifact.refresh();
    const count = artifact.words[start] as number;
    if (count === 0) return NOBODY;
    // Copied, since describing them may let the memory grow.
    return Array.from(artifact.words.slice(start + 1, start + 1 + count), (outcome) => {
      const assignment = this.#assignmentOf(outcome);
      const unit = unitOf(context, assignment.by);
      return assignment.flag === key ? { assignment, unit } : { assignment, unit, via: key };
    });
  }

  #assignmentOf(outcome: number): Assignment {
    const known = this.#assignments.get(outcome);
    if (known !== undefined) return known;
    const { exports } = this.#artifact;
    const assignment = deepFreeze(JSON.parse(this.#artifact.text(exports.assignment(this.#handle, outcome))) as Assignment);
    this.#assignments.set(outcome, assignment);
    return assignment;
  }

  /** The rows of all flags, or of those that browsers may see. */
  flags(onlyClient: boolean): number[] {
    const count = this.#artifact.exports.flagCount(this.#handle);
    const rows = Array.from({ length: count }, (_, row) => row);
    return onlyClient ? rows.filter((row) => (this.#bits[row] as number) & CLIENT) : rows;
  }

  /** How the answer of a row comes about; of the full artifact only. Undefined as `evaluate`. */
  explain(row: number, context: Attributes, now: number): unknown {
    if (!this.#prepare(row, context)) return undefined;
    const { exports } = this.#artifact as Artifact<FullExports>;
    // Evaluating resolves what was written.
    exports.evaluate(this.#handle, row, 0, this.#masks[row] as number, now);
    return JSON.parse(this.#artifact.text(exports.explain(this.#handle, row, 0, now)));
  }

  /** Writes every attribute; returns the mask of what is to be resolved, or nothing if something came between. */
  #writeAll(context: Attributes, done: Written | undefined): number | undefined {
    const every = this.#slotCount >= 32 ? -1 : (1 << this.#slotCount) - 1;
    const fresh = done ? every & ~done.mask : every;
    const block = done?.block ?? 0;
    const cells = this.#cellsOf(block);
    begin(cells);
    this.#write(context, fresh);
    if (this.#slotCount > 32) {
      const slots = Array.from({ length: this.#slotCount - 32 }, (_, index) => 32 + index);
      this.#writeMore(context, block, slots, done && (done.more ??= new Set()));
    }
    return finish(cells) ? fresh : undefined;
  }

  /** An instance of a class has accessors that are not its own, so it is read with more care. */
  #write(context: Attributes, mask: number): void {
    // Nearly all are plain objects. That is seen by an accessor, which is compiled to a look at the object's shape where
    // `getPrototypeOf` is called; some hosts have none.
    if (context["__proto__"] === Object.prototype || isOfNoClass(context)) this.#writer.plain(context, mask);
    else this.#writer.any(context, mask);
  }

  /** Writes attributes beyond the mask, which are resolved one by one. */
  #writeMore(context: Attributes, block: number, slots: Iterable<number>, done: Set<number> | undefined): void {
    for (const slot of slots) {
      if (done?.has(slot)) continue;
      this.#writer.one(context, slot);
      this.#artifact.exports.resolve(this.#handle, block, slot);
      if (this.#artifact.words.length === 0) this.#artifact.refresh();
      done?.add(slot);
    }
  }

  #moreOf(row: number): Int32Array {
    const known = this.#moreSlots.get(row);
    if (known !== undefined) return known;
    interrupt();
    const slots = this.#artifact.numbers(this.#artifact.exports.moreSlots(this.#handle, row));
    this.#moreSlots.set(row, slots);
    return slots;
  }

  #cellsOf(block: number): number {
    const artifact = this.#artifact;
    if (artifact.words.length === 0) artifact.refresh();
    const known = this.#cells[block];
    if (known !== undefined) return known;
    // The blocks before it too: an array without holes again.
    for (let next = this.#cells.length; next <= block; next++) {
      this.#cells.push(artifact.exports.cells(this.#handle, next) >>> 2);
    }
    if (artifact.words.length === 0) artifact.refresh();
    return this.#cells[block] as number;
  }
}

function isOfNoClass(context: Attributes): boolean {
  const prototype: unknown = Object.getPrototypeOf(context);
  return prototype === Object.prototype || prototype === null;
}
