/** What engines of all artifacts have in common: they evaluate flags and route requests of one environment. */

import { type Answer, deepFreeze, type Details, failure, type Route, routeOf } from "./answers.js";
import { type Artifact, type Exports, NONE } from "./artifact.js";
import { type Diagnostic, SnapshotError } from "./errors.js";
import type { Assigned, Identity, Observation, Observer } from "./observation.js";
import { Observers } from "./observers.js";
import { asked, type Json, Reader, type Widened } from "./reader.js";
import { type Kind, Ruleset, type Written } from "./ruleset.js";
import type { JsonArray, JsonObject, JsonValue } from "./snapshot-types.js";
import { stilled } from "./stilled.js";
import { type Attributes, giveUp, interrupt, readings } from "./writer.js";

/** The evaluation context: attributes of the unit and the request. Only own properties count. */
export interface EvaluationContext {
  /** The unit, unless a split, list or layer names another attribute. */
  readonly targetingKey?: string | number;
  readonly [attribute: string]: unknown;
}

/** How to evaluate. */
export interface EvaluateOptions {
  /** The instant to evaluate at; the host's clock by default. Flags that do not depend on time ignore it. */
  readonly now?: number | Date;
}

/** How to make an engine. */
export interface EngineOptions {
  /** The environment that snapshots must be of; by default that of the first one, if it names one. */
  readonly environment?: string;
}

/** @internal An answer, and what chance decided in it. */
export type Traced = Pick<Observation, "details" | "assigned">;

const NOBODY: readonly Assigned[] = Object.freeze([]);
const DISPOSED: Identity = Object.freeze({ content: "", killRevision: 0 });
const NO_CONTEXT: Attributes = Object.freeze({});
const finalized = new FinalizationRegistry<() => void>((dispose) => dispose());

/** Evaluates the flags and services of one environment. */
export abstract class BaseEngine {
  readonly #artifact: Artifact;
  #handle: number | undefined;
  /** Replaced as a whole by every update. */
  #ruleset: Ruleset;
  #diagnostics: readonly Diagnostic[] | undefined;
  #identity: Identity | undefined;
  readonly #observers = new Observers();

  /** @internal */
  protected constructor(artifact: Artifact, input: string | Uint8Array, options: EngineOptions) {
    interrupt();
    const { environment } = options;
    const before = artifact.send(input, environment);
    const { handle } = accepted(artifact.text(artifact.exports.load(environment === undefined ? NONE : before)));
    if (handle === undefined) throw new Error("vexil: too many engines are alive");
    this.#artifact = artifact;
    this.#handle = handle;
    this.#ruleset = new Ruleset(artifact, handle);
    finalized.register(this, () => artifact.exports.dispose(handle), this);
  }

  /** The value of a boolean flag, or `fallback` if there is none. */
  boolean(key: string, context: EvaluationContext | undefined, fallback: boolean, options?: EvaluateOptions): boolean {
    const { value } = this.#answer("flag", key, context, options);
    return typeof value === "boolean" ? value : fallback;
  }

  /** The value of a string flag, or `fallback` if there is none. */
  string(key: string, context: EvaluationContext | undefined, fallback: string, options?: EvaluateOptions): string {
    const { value } = this.#answer("flag", key, context, options);
    return typeof value === "string" ? value : fallback;
  }

  /** The value of a number flag, or `fallback` if there is none. */
  number(key: string, context: EvaluationContext | undefined, fallback: number, options?: EvaluateOptions): number {
    const { value } = this.#answer("flag", key, context, options);
    return typeof value === "number" ? value : fallback;
  }

  /** The value of an object flag, deeply frozen, or `fallback` if there is none. */
  object<T extends JsonObject | JsonArray>(
    key: string,
    context: EvaluationContext | undefined,
    fallback: T,
    options?: EvaluateOptions,
  ): T;
  object<T extends object>(
    key: string,
    context: EvaluationContext | undefined,
    fallback: T & Json<T>,
    options?: EvaluateOptions,
  ): T;
  object<T extends object>(
    key: string,
    context: EvaluationContext | undefined,
    fallback: T,
    options?: EvaluateOptions,
  ): T {
    const { value } = this.#answer("flag", key, context, options);
    return typeof value === "object" && value !== null ? (value as unknown as T) : fallback;
  }

  /** The answer of a flag with its reasons; without a fallback, or with null, no type is asked for. */
  details(
    key: string,
    context?: EvaluationContext,
    fallback?: undefined,
    options?: EvaluateOptions,
  ): Details<JsonValue | undefined>;
  details(
    key: string,
    context: EvaluationContext | undefined,
    fallback: null,
    options?: EvaluateOptions,
  ): Details<JsonValue>;
  details<T extends NonNullable<JsonValue>>(
    key: string,
    context: EvaluationContext | undefined,
    fallback: T,
    options?: EvaluateOptions,
  ): Details<Widened<T>>;
  details<T extends object>(
    key: string,
    context: EvaluationContext | undefined,
    fallback: T & Json<T>,
    options?: EvaluateOptions,
  ): Details<T>;
  details(
    key: string,
    context?: EvaluationContext,
    fallback?: JsonValue,
    options?: EvaluateOptions,
  ): Details<JsonValue | undefined> {
    return asked(this.#answer("flag", key, context, options), fallback);
  }

  /** The answers of all flags, in the order of their keys. Flags that answer with an error are left out. */
  all(context?: EvaluationContext, options?: EvaluateOptions): readonly Details<JsonValue>[] {
    return withValues(this.#all(attributesOf(context), options));
  }

  /** Which track of a service a request goes to. */
  route(service: string, context?: EvaluationContext, options?: EvaluateOptions): Route {
    return routeOf(this.#answer("service", service, context, options));
  }

  /** The first instant after `now` at which time alone could change an answer, in milliseconds. */
  nextChange(now?: number | Date): number | undefined {
    if (this.#handle === undefined) return undefined;
    interrupt();
    const next = this.#artifact.exports.nextChange(this.#handle, instantOf(now) ?? Date.now());
    return next === Infinity ? undefined : next;
  }

  /** What there is to say of the snapshot in force; of a ruleset, only what its update brought up. Frozen. */
  get diagnostics(): readonly Diagnostic[] {
    if (this.#handle === undefined) return [];
    interrupt();
    this.#diagnostics ??= deepFreeze(JSON.parse(this.#artifact.text(this.#artifact.exports.diagnostics(this.#handle))) as Diagnostic[]);
    return this.#diagnostics;
  }

  /** Which snapshot is in force. Frozen, and the same object until an update or a kill. */
  get identity(): Identity {
    if (this.#handle === undefined) return DISPOSED;
    interrupt();
    return (this.#identity ??= deepFreeze(JSON.parse(this.#artifact.text(this.#artifact.exports.identity(this.#handle))) as Identity));
  }

  /**
   * Tells of every evaluation of one flag or service from now on, until the function that it returns is called: for
   * exposures and audits. `all` tells nothing. What an observer throws is written to the console; while one is told, its
   * own evaluations are not.
   */
  observe(observer: Observer): () => void {
    return this.#observers.add(observer);
  }

  /** Gives the engine's memory back. It answers every flag with its fallback from now on. */
  dispose(): void {
    if (this.#handle === undefined) return;
    finalized.unregister(this);
    this.#artifact.exports.dispose(this.#handle);
    this.#ruleset = new Ruleset(this.#artifact, this.#handle);
    this.#handle = undefined;
  }

  /** A reusable context. */
  abstract context(context: EvaluationContext): BaseContext;

  /** @internal What it runs on. */
  get artifact(): Artifact {
    return this.#artifact;
  }

  /** @internal The tables in force. */
  get ruleset(): Ruleset {
    return this.#ruleset;
  }

  /** @internal The answer for a key that there is not. */
  missing(key: string): Answer {
    const name = typeof key === "string" ? key : "";
    return this.#handle === undefined
      ? failure(name, "PROVIDER_NOT_READY", "the engine was disposed of")
      : failure(name, "FLAG_NOT_FOUND", "the snapshot has no such key");
  }

  #answer(kind: Kind, key: string, context: EvaluationContext | undefined, options: EvaluateOptions | undefined): Answer {
    const before = readings();
    try {
      if (this.#observers.isListening) {
        return this.observed(kind, key, stilled(attributesOf(context)), options).details;
      }
      const attributes = attributesOf(context);
      const now = options ? instantOf(options.now) : undefined;
      const ruleset = this.#ruleset;
      const row = ruleset.rowOf(kind, key);
      if (row === undefined) return this.missing(key);
      // Within another context's getter all values are read first. Elsewhere that is worth it only
      // if something came between, and then even the ruleset may be another one now.
      const answer = before === 0 ? ruleset.evaluate(row, attributes, now) : undefined;
      return answer ?? this.#answerStilled(kind, key, stilled(attributes), now);
    } catch (error) {
      giveUp(before);
      return unreadableContext(key, error);
    }
  }

  /** @internal Whether somebody observes. */
  get isObserved(): boolean {
    return this.#observers.isListening;
  }

  /** @internal Evaluates for a stilled context, and tells of it. */
  observed(
    kind: Kind,
    key: string,
    attributes: Attributes,
    options: EvaluateOptions | undefined,
    claim?: (ruleset: Ruleset) => Written,
  ): Traced {
    const traced = this.traced(kind, key, attributes, options, claim);
    this.#observers.tell({ kind, ...traced, attributes });
    return traced;
  }

  /** @internal Evaluates for a stilled context, with what chance decided. */
  traced(
    kind: Kind,
    key: string,
    attributes: Attributes,
    options?: EvaluateOptions,
    claim?: (ruleset: Ruleset) => Written,
  ): Traced {
    const row = this.#ruleset.rowOf(kind, key);
    if (row === undefined) return { details: this.missing(key), assigned: NOBODY };
    return this.tracedRow(row, attributes, options, claim);
  }

  /** @internal The same for a row of the ruleset in force. */
  tracedRow(
    row: number,
    attributes: Attributes,
    options?: EvaluateOptions,
    claim?: (ruleset: Ruleset) => Written,
  ): Traced {
    const now = options ? instantOf(options.now) : undefined;
    const ruleset = this.#ruleset;
    const details = claim
      ? ruleset.evaluateWritten(row, attributes, claim(ruleset), now)
      : (ruleset.evaluate(row, attributes, now) ?? this.missing(""));
    return { details, assigned: ruleset.assigned(row, details.flagKey, attributes) };
  }

  #answerStilled(kind: Kind, key: string, attributes: Attributes, now: number | undefined): Answer {
    const row = this.#ruleset.rowOf(kind, key);
    return (row === undefined ? undefined : this.#ruleset.evaluate(row, attributes, now)) ?? this.missing(key);
  }

  #all(attributes: Attributes, options: EvaluateOptions | undefined): Answer[] {
    const before = readings();
    const now = instantOf(options?.now);
    try {
      const answers = before === 0 ? this.#ruleset.evaluateAll(attributes, undefined, now) : undefined;
      if (answers !== undefined) return answers;
      const still = stilled(attributes);
      return this.#ruleset.evaluateAll(still, undefined, now) ?? [];
    } catch {
      giveUp(before);
      const ruleset = this.#ruleset;
      return ruleset.evaluateEach(attributes, now, () => this.#ruleset === ruleset);
    }
  }

  #alive(): number {
    if (this.#handle === undefined) throw new Error("vexil: the engine was disposed of");
    return this.#handle;
  }

  /** @internal How an answer comes about; of the full artifact only. */
  protected explanation(kind: Kind, key: string, attributes: Attributes, options: EvaluateOptions | undefined): unknown {
    const before = readings();
    try {
      const now = instantOf(options?.now) ?? Date.now();
      const row = this.#ruleset.rowOf(kind, key);
      if (row === undefined) return undefined;
      const explanation = before === 0 ? this.#ruleset.explain(row, attributes, now) : undefined;
      if (explanation !== undefined) return explanation;
      const still = stilled(attributes);
      // What the context's own code did may have replaced the ruleset.
      const rowNow = this.#ruleset.rowOf(kind, key);
      return rowNow === undefined ? undefined : this.#ruleset.explain(rowNow, still, now);
    } catch (error) {
      giveUp(before);
      throw error;
    }
  }

  /** @internal Replaces what is evaluated; returns the keys of all flags whose answer could differ. */
  protected replace(input: string | Uint8Array): readonly string[] {
    const handle = this.#alive();
    const changed = this.#changing(input, (exports) => exports.update(handle));
    this.#ruleset = new Ruleset(this.#artifact, handle);
    this.#diagnostics = undefined;
    return changed;
  }

  /** @internal Applies a kill message; returns the keys of all flags whose answer could differ. */
  protected apply(message: string | Uint8Array): readonly string[] {
    const handle = this.#alive();
    return this.#changing(message, (exports) => exports.kill(handle));
  }

  #changing(input: string | Uint8Array, change: (exports: Exports) => number): readonly string[] {
    interrupt();
    try {
      this.#artifact.send(input);
      return accepted(this.#artifact.text(change(this.#artifact.exports))).changes.flags;
    } finally {
      // Kills are applied even from a snapshot that is refused.
      this.#ruleset.forgetConstants();
      this.#identity = undefined;
    }
  }
}

/** What contexts of all artifacts have in common: their attributes cross into WebAssembly once. */
export abstract class BaseContext<E extends BaseEngine = BaseEngine> extends Reader {
  readonly #engine: E;
  /** A copy that runs nobody's code: nothing can come between while it is written. */
  readonly #attributes: Attributes;
  #written: Written | undefined;

  /** @internal */
  constructor(engine: E, attributes: Attributes) {
    super();
    this.#engine = engine;
    this.#attributes = attributes;
  }

  /** @internal */
  get engine(): E {
    return this.#engine;
  }

  /** The attributes, frozen; an empty object stands for what no condition can look into. */
  get attributes(): EvaluationContext {
    return deepFreeze(this.#attributes);
  }

  /** The answers of all flags; as `all` of an engine. */
  all(options?: EvaluateOptions): readonly Details<JsonValue>[] {
    const before = readings();
    const now = instantOf(options?.now);
    const ruleset = this.#engine.ruleset;
    try {
      return withValues(ruleset.evaluateAll(this.#attributes, this.#claim(ruleset), now) ?? []);
    } catch {
      giveUp(before);
      this.#written = undefined;
      return withValues(ruleset.evaluateEach(this.#attributes, now, () => true));
    }
  }

  /** Which track of a service a request goes to. */
  route(service: string, options?: EvaluateOptions): Route {
    return routeOf(this.answer("service", service, options));
  }

  /** @internal */
  protected override answer(kind: Kind, key: string, options: EvaluateOptions | undefined): Answer {
    const before = readings();
    try {
      if (this.#engine.isObserved) {
        return this.#engine.observed(kind, key, this.#attributes, options, (ruleset) => this.#claim(ruleset)).details;
      }
      const now = options ? instantOf(options.now) : undefined;
      const ruleset = this.#engine.ruleset;
      const row = ruleset.rowOf(kind, key);
      if (row === undefined) return this.#engine.missing(key);
      return ruleset.evaluateWritten(row, this.#attributes, this.#claim(ruleset), now);
    } catch (error) {
      giveUp(before);
      this.#written = undefined;
      return unreadableContext(key, error);
    }
  }

  /** Makes sure that a block is this context's, of the ruleset in force. */
  #claim(ruleset: Ruleset): Written {
    const written = this.#written;
    if (written !== undefined && ruleset.holds(written)) return written;
    return (this.#written = ruleset.take());
  }
}

/** What became of a document: see `crates/vexil-shell/src/outcome.rs`. */
interface Outcome {
  /** The new engine's; undefined if too many are alive. */
  readonly handle?: number;
  /** What is wrong with a document that was refused. */
  readonly refused?: Diagnostic[];
  /** Whose answers could be different now, even where the document was refused: its kills are in force. */
  readonly changes: { readonly flags: string[]; readonly services: string[] };
}

/** All but errors have a value, and errors were left out. */
function withValues(answers: Answer[]): readonly Details<JsonValue>[] {
  return answers as Details<JsonValue>[];
}

/** @internal */
export function attributesOf(context: EvaluationContext | undefined): Attributes {
  return typeof context === "object" && context !== null ? context : NO_CONTEXT;
}

/** An instant in milliseconds; undefined for what is none, such as an invalid date: then the clock counts. */
/** @internal */
export function instantOf(now: number | Date | undefined): number | undefined {
  const ms = typeof now === "number" ? now : Number(now ?? NaN);
  return Number.isFinite(ms) ? ms : undefined;
}

/** A getter of the context threw, or the core failed: the caller goes on with its default. */
function unreadableContext(key: string, error: unknown): Answer {
  const cause = error instanceof Error ? error.message : "unknown";
  return failure(typeof key === "string" ? key : "", "GENERAL", `reading the context failed: ${cause}`);
}

/** What became of a document, unless it was refused. */
function accepted(json: string): Outcome {
  const outcome = JSON.parse(json) as Outcome;
  if (outcome.refused) throw new SnapshotError(deepFreeze(outcome.refused), outcome.changes.flags);
  return outcome;
}
