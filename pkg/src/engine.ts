/** The engine: evaluates flags and routes requests of one environment. */

import * as wasm from "../wasm/vexil.js";
import { type Answer, deepFreeze, type Details, failure, type Route, toRoute } from "./answers.js";
import { type Diagnostic, SnapshotError, unreadable } from "./errors.js";
import type { Explanation } from "./explanation.js";
import { type Kind, Ruleset, type Written } from "./ruleset.js";
import type { JsonArray, JsonObject, JsonValue, KillMessage, Snapshot } from "./snapshot-types.js";
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

/** A snapshot: an object, JSON text, or its bytes in UTF-8. */
export type SnapshotInput = Snapshot | string | Uint8Array | ArrayBuffer;

const NO_CONTEXT: Attributes = Object.freeze({});
const finalized = new FinalizationRegistry<number>((handle) => wasm.dispose(handle));

/** Evaluates the flags and services of one environment. Made by `createEngine`. */
export class Engine {
  #handle: number | undefined;
  /** Replaced as a whole by every update. */
  #ruleset: Ruleset;
  #diagnostics: readonly Diagnostic[] | undefined;

  /** @internal */
  constructor(input: SnapshotInput, options: EngineOptions = {}) {
    const text = toText(input);
    interrupt();
    const { handle } = accepted(wasm.loadJson(text, options.environment));
    if (handle === undefined) throw new Error("vexil: too many engines are alive");
    this.#handle = handle;
    this.#ruleset = new Ruleset(handle);
    finalized.register(this, handle, this);
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

  /**
   * A reusable context: its attributes cross into WebAssembly once. It keeps a copy of them, so what
   * a getter throws is thrown here.
   */
  context(context: EvaluationContext): Context {
    return new Context(this, stilled(attributesOf(context)));
  }

  /** How the answer of a flag comes about, step by step; undefined if there is no such flag. */
  explain(key: string, context?: EvaluationContext, options?: EvaluateOptions): Explanation | undefined {
    return this.#explain("flag", key, attributesOf(context), options);
  }

  /** How a request of a service comes to its track, step by step; undefined if there is no such service. */
  explainRoute(service: string, context?: EvaluationContext, options?: EvaluateOptions): Explanation | undefined {
    return this.#explain("service", service, attributesOf(context), options);
  }

  /**
   * Replaces the snapshot as a whole. Returns the keys of all flags whose answer could differ.
   *
   * @throws {SnapshotError} if the snapshot is unusable; the engine then answers as before.
   */
  update(input: SnapshotInput): readonly string[] {
    const text = toText(input);
    const handle = this.#alive();
    const changed = this.#changing(() => wasm.update(handle, text));
    this.#ruleset = new Ruleset(handle);
    this.#diagnostics = undefined;
    return changed;
  }

  /**
   * Applies a kill set that comes by itself. One whose revision is not higher than that of the set
   * in force changes nothing. Returns the keys of all flags whose answer could differ.
   *
   * @throws {SnapshotError} if the message is malformed or of another environment.
   */
  kill(message: KillMessage | string): readonly string[] {
    const text = toText(message as Snapshot | string);
    const handle = this.#alive();
    return this.#changing(() => wasm.kill(handle, text));
  }

  /** The first instant after `now` at which time alone could change an answer, in milliseconds. */
  nextChange(now?: number | Date): number | undefined {
    if (this.#handle === undefined) return undefined;
    interrupt();
    const next = wasm.nextChange(this.#handle, instantOf(now) ?? Date.now());
    return next === Infinity ? undefined : next;
  }

  /** What validation had to say of the snapshot in force. Frozen. */
  get diagnostics(): readonly Diagnostic[] {
    if (this.#handle === undefined) return [];
    interrupt();
    this.#diagnostics ??= deepFreeze(JSON.parse(wasm.diagnostics(this.#handle)) as Diagnostic[]);
    return this.#diagnostics;
  }

  /** Gives the engine's memory back. It answers every flag with its fallback from now on. */
  dispose(): void {
    if (this.#handle === undefined) return;
    finalized.unregister(this);
    wasm.dispose(this.#handle);
    this.#ruleset = new Ruleset(this.#handle);
    this.#handle = undefined;
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

  #explain(
    kind: Kind,
    key: string,
    attributes: Attributes,
    options: EvaluateOptions | undefined,
  ): Explanation | undefined {
    const before = readings();
    try {
      const now = instantOf(options?.now) ?? Date.now();
      const row = this.#ruleset.rowOf(kind, key);
      if (row === undefined) return undefined;
      const explanation = before === 0 ? this.#ruleset.explain(row, attributes, now) : undefined;
      return (explanation as Explanation | undefined) ?? this.#explainStilled(kind, key, stilled(attributes), now);
    } catch {
      giveUp(before);
      return { kind, key, value: null, reason: "ERROR", errorCode: "GENERAL", steps: [] };
    }
  }

  #explainStilled(kind: Kind, key: string, attributes: Attributes, now: number): Explanation | undefined {
    const row = this.#ruleset.rowOf(kind, key);
    return row === undefined ? undefined : (this.#ruleset.explain(row, attributes, now) as Explanation | undefined);
  }

  #alive(): number {
    if (this.#handle === undefined) throw new Error("vexil: the engine was disposed of");
    return this.#handle;
  }

  #changing(change: () => string): readonly string[] {
    try {
      return accepted(change()).changes.flags;
    } finally {
      // Kills are applied even from a snapshot that is refused.
      this.#ruleset.forgetConstants();
    }
  }
}

/** A context whose attributes cross into WebAssembly once, however many flags are evaluated for it. */
export class Context {
  readonly #engine: Engine;
  /** A copy that runs nobody's code: nothing can come between while it is written. */
  readonly #attributes: Attributes;
  #written: Written | undefined;

  /** @internal */
  constructor(engine: Engine, attributes: Attributes) {
    this.#engine = engine;
    this.#attributes = attributes;
  }

  /** The attributes, frozen; an empty object stands for what no condition can look into. */
  get attributes(): EvaluationContext {
    return deepFreeze(this.#attributes);
  }

  /** The value of a boolean flag, or `fallback` if there is none. */
  boolean(key: string, fallback: boolean, options?: EvaluateOptions): boolean {
    const { value } = this.#answer("flag", key, options);
    return typeof value === "boolean" ? value : fallback;
  }

  /** The value of a string flag, or `fallback` if there is none. */
  string(key: string, fallback: string, options?: EvaluateOptions): string {
    const { value } = this.#answer("flag", key, options);
    return typeof value === "string" ? value : fallback;
  }

  /** The value of a number flag, or `fallback` if there is none. */
  number(key: string, fallback: number, options?: EvaluateOptions): number {
    const { value } = this.#answer("flag", key, options);
    return typeof value === "number" ? value : fallback;
  }

  /** The value of an object flag, deeply frozen, or `fallback` if there is none. */
  object<T extends JsonObject | JsonArray>(key: string, fallback: T, options?: EvaluateOptions): T;
  object<T extends object>(key: string, fallback: T & Json<T>, options?: EvaluateOptions): T;
  object<T extends object>(key: string, fallback: T, options?: EvaluateOptions): T {
    const { value } = this.#answer("flag", key, options);
    return typeof value === "object" && value !== null ? (value as unknown as T) : fallback;
  }

  /** The answer of a flag with its reasons; without a fallback, or with null, no type is asked for. */
  details(key: string, fallback?: undefined, options?: EvaluateOptions): Details<JsonValue | undefined>;
  details(key: string, fallback: null, options?: EvaluateOptions): Details<JsonValue>;
  details<T extends NonNullable<JsonValue>>(key: string, fallback: T, options?: EvaluateOptions): Details<Widened<T>>;
  details<T extends object>(key: string, fallback: T & Json<T>, options?: EvaluateOptions): Details<T>;
  details(key: string, fallback?: JsonValue, options?: EvaluateOptions): Details<JsonValue | undefined> {
    return asked(this.#answer("flag", key, options), fallback);
  }

  /** The answers of all flags; as `Engine.all`. */
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
    return routeOf(this.#answer("service", service, options));
  }

  /** How the answer of a flag comes about, step by step. */
  explain(key: string, options?: EvaluateOptions): Explanation | undefined {
    return this.#engine.explain(key, this.#attributes, options);
  }

  /** How a request of a service comes to its track, step by step. */
  explainRoute(service: string, options?: EvaluateOptions): Explanation | undefined {
    return this.#engine.explainRoute(service, this.#attributes, options);
  }

  #answer(kind: Kind, key: string, options: EvaluateOptions | undefined): Answer {
    const before = readings();
    try {
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

/**
 * A type with `never` for what of it is no JSON. This lets interfaces be JSON, which never extend
 * `JsonObject`: another declaration could add something else to them.
 */
export type Json<T> = T extends string | number | boolean | null
  ? T
  : T extends (...args: never) => unknown
    ? never
    : T extends object
      ? { readonly [K in keyof T]: Json<T[K]> }
      : never;

/** A literal's type as the type of all its values: `false` as boolean. */
export type Widened<T> = T extends boolean ? boolean : T extends string ? string : T extends number ? number : T;

/** What became of a document: `Outcome` in `crates/vexil-wasm/src/lib.rs`. */
interface Outcome {
  /** The new engine's; undefined if too many are alive. */
  readonly handle?: number;
  /** What is wrong with a document that was refused. */
  readonly refused?: Diagnostic[];
  /** Whose answers could be different now, even where the document was refused: its kills are in force. */
  readonly changes: { readonly flags: string[]; readonly services: string[] };
}

/** Routes by the answer that they are made of: a route for each outcome of a service. */
const routes = new WeakMap<Answer, Route>();

function routeOf(answer: Answer): Route {
  let route = routes.get(answer);
  if (route === undefined) routes.set(answer, (route = toRoute(answer)));
  return route;
}

/** Gives an answer the type that is asked for, and an error the caller's default. */
function asked(answer: Answer, fallback: JsonValue | undefined): Answer {
  if (answer.errorCode !== undefined) return Object.freeze({ ...answer, value: fallback });
  if (fallback === undefined || fallback === null || typeof fallback === typeof answer.value) return answer;
  const message = `the flag's values are of type ${typeof answer.value}, asked for is ${typeof fallback}`;
  return Object.freeze({ ...failure(answer.flagKey, "TYPE_MISMATCH", message), value: fallback });
}

/** All but errors have a value, and errors were left out. */
function withValues(answers: Answer[]): readonly Details<JsonValue>[] {
  return answers as Details<JsonValue>[];
}

function attributesOf(context: EvaluationContext | undefined): Attributes {
  return typeof context === "object" && context !== null ? context : NO_CONTEXT;
}

/** An instant in milliseconds; undefined for what is none, such as an invalid date: then the clock counts. */
function instantOf(now: number | Date | undefined): number | undefined {
  const ms = typeof now === "number" ? now : Number(now ?? NaN);
  return Number.isFinite(ms) ? ms : undefined;
}

/** A getter of the context threw, or the core failed: the caller goes on with its default. */
function unreadableContext(key: string, error: unknown): Answer {
  const cause = error instanceof Error ? error.message : "unknown";
  return failure(typeof key === "string" ? key : "", "GENERAL", `reading the context failed: ${cause}`);
}

function toText(input: SnapshotInput): string {
  if (typeof input === "string") return input;
  try {
    if (ArrayBuffer.isView(input) || Object.prototype.toString.call(input) === "[object ArrayBuffer]") {
      return new TextDecoder("utf-8", { fatal: true }).decode(input as Uint8Array | ArrayBuffer);
    }
    const text: string | undefined = JSON.stringify(input);
    if (text !== undefined) return text;
  } catch (error) {
    throw unreadable(`not JSON: ${error instanceof Error ? error.message : "unreadable"}`);
  }
  throw unreadable(`not JSON: ${typeof input}`);
}

/** What became of a document, unless it was refused. */
function accepted(json: string): Outcome {
  const outcome = JSON.parse(json) as Outcome;
  if (outcome.refused) throw new SnapshotError(deepFreeze(outcome.refused), outcome.changes.flags);
  return outcome;
}
