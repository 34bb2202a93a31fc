/** The engine: evaluates flags and routes requests of one environment. */

import * as wasm from "../wasm/vexil.js";
import { type Answer, type Details, failure, type Route, toRoute } from "./answers.js";
import { type Diagnostic, SnapshotError, unreadable } from "./errors.js";
import type { Explanation } from "./explanation.js";
import { Ruleset, stilled, type Written } from "./ruleset.js";
import type { JsonArray, JsonObject, JsonValue, KillMessage, Snapshot } from "./snapshot-types.js";
import type { Attributes } from "./writer.js";

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
    this.#handle = refusing(() => wasm.loadJson(text, options.environment));
    this.#ruleset = new Ruleset(this.#handle);
    finalized.register(this, this.#handle, this);
  }

  /** The value of a boolean flag, or `fallback` if there is none. */
  boolean(key: string, context: EvaluationContext | undefined, fallback: boolean, options?: EvaluateOptions): boolean {
    const { value } = this.#answer(key, context, options);
    return typeof value === "boolean" ? value : fallback;
  }

  /** The value of a string flag, or `fallback` if there is none. */
  string(key: string, context: EvaluationContext | undefined, fallback: string, options?: EvaluateOptions): string {
    const { value } = this.#answer(key, context, options);
    return typeof value === "string" ? value : fallback;
  }

  /** The value of a number flag, or `fallback` if there is none. */
  number(key: string, context: EvaluationContext | undefined, fallback: number, options?: EvaluateOptions): number {
    const { value } = this.#answer(key, context, options);
    return typeof value === "number" ? value : fallback;
  }

  /** The value of an object flag, deeply frozen, or `fallback` if there is none. */
  object<T extends JsonObject | JsonArray>(
    key: string,
    context: EvaluationContext | undefined,
    fallback: T,
    options?: EvaluateOptions,
  ): T {
    const { value } = this.#answer(key, context, options);
    return typeof value === "object" && value !== null ? (value as T) : fallback;
  }

  /** The answer of a flag with its reasons; without a fallback no type is asked for. */
  details(key: string, context?: EvaluationContext): Details<JsonValue | undefined>;
  details<T extends JsonValue>(
    key: string,
    context: EvaluationContext | undefined,
    fallback: T,
    options?: EvaluateOptions,
  ): Details<Widened<T>>;
  details(
    key: string,
    context?: EvaluationContext,
    fallback?: JsonValue,
    options?: EvaluateOptions,
  ): Details<JsonValue | undefined> {
    return asked(this.#answer(key, context, options), fallback);
  }

  /** The answers of all flags, in the order of their keys. Flags that answer with an error are left out. */
  all(context?: EvaluationContext, options?: EvaluateOptions): readonly Details<JsonValue>[] {
    const answers = this.#ruleset.evaluateAll(attributesOf(context), 0, undefined, instant(options));
    return answers as Details<JsonValue>[];
  }

  /** Which track of a service a request goes to. */
  route(service: string, context?: EvaluationContext, options?: EvaluateOptions): Route {
    const ruleset = this.#ruleset;
    const row = ruleset.services.get(service) ?? ruleset.service(service);
    if (row === undefined) return toRoute(this.#missing(service));
    return routeOf(guarded(service, () => ruleset.evaluate(row, attributesOf(context), instant(options))));
  }

  /** A reusable context: its attributes cross into WebAssembly once. It keeps a frozen copy of them. */
  context(context: EvaluationContext): Context {
    return new Context(this, stilled(attributesOf(context)));
  }

  /** How the answer of a flag comes about, step by step; undefined if there is no such flag. */
  explain(key: string, context?: EvaluationContext, options?: EvaluateOptions): Explanation | undefined {
    const ruleset = this.#ruleset;
    const row = ruleset.flags.get(key) ?? ruleset.flag(key);
    if (row === undefined) return undefined;
    return ruleset.explain(row, attributesOf(context), instant(options) ?? Date.now()) as Explanation;
  }

  /** How a request of a service comes to its track, step by step; undefined if there is no such service. */
  explainRoute(service: string, context?: EvaluationContext, options?: EvaluateOptions): Explanation | undefined {
    const ruleset = this.#ruleset;
    const row = ruleset.services.get(service) ?? ruleset.service(service);
    if (row === undefined) return undefined;
    return ruleset.explain(row, attributesOf(context), instant(options) ?? Date.now()) as Explanation;
  }

  /**
   * Replaces the snapshot as a whole. Returns the keys of all flags whose answer could differ.
   *
   * @throws {SnapshotError} if the snapshot is unusable; the engine then answers as before.
   */
  update(input: SnapshotInput): readonly string[] {
    const handle = this.#alive();
    const text = toText(input);
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
    const handle = this.#alive();
    const text = toText(message as Snapshot | string);
    const changed = this.#changing(() => wasm.kill(handle, text));
    this.#ruleset.forgetConstants();
    return changed;
  }

  /** The first instant after `now` at which time alone could change an answer, in milliseconds. */
  nextChange(now: number | Date = Date.now()): number | undefined {
    return this.#handle === undefined ? undefined : wasm.nextChange(this.#handle, Number(now));
  }

  /** What validation had to say of the snapshot in force. */
  get diagnostics(): readonly Diagnostic[] {
    if (this.#handle === undefined) return [];
    this.#diagnostics ??= Object.freeze(wasm.diagnostics(this.#handle) as Diagnostic[]);
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

  #answer(key: string, context: EvaluationContext | undefined, options: EvaluateOptions | undefined): Answer {
    const ruleset = this.#ruleset;
    const row = ruleset.flags.get(key) ?? ruleset.flag(key);
    if (row === undefined) return this.#missing(key);
    try {
      return ruleset.evaluate(row, attributesOf(context), options === undefined ? undefined : instant(options));
    } catch (error) {
      return unreadableContext(key, error);
    }
  }

  /** @internal The answer for a key that there is not. */
  missing(key: string): Answer {
    return this.#missing(key);
  }

  #missing(key: string): Answer {
    return this.#handle === undefined
      ? failure(String(key), "PROVIDER_NOT_READY", "the engine was disposed of")
      : failure(String(key), "FLAG_NOT_FOUND", "the snapshot has no such key");
  }

  #alive(): number {
    if (this.#handle === undefined) throw new Error("vexil: the engine was disposed of");
    return this.#handle;
  }

  #changing(change: () => unknown): readonly string[] {
    try {
      return refusing(() => (change() as Changes).flags);
    } catch (error) {
      // Kills are applied even from a snapshot that is refused.
      this.#ruleset.forgetConstants();
      throw error;
    }
  }
}

/** A context whose attributes cross into WebAssembly once, however many flags are evaluated for it. */
export class Context {
  readonly #engine: Engine;
  readonly #attributes: Attributes;
  #ruleset: Ruleset | undefined;
  #block = 0;
  #done: Written = { mask: 0, more: new Set() };

  /** @internal */
  constructor(engine: Engine, attributes: Attributes) {
    this.#engine = engine;
    this.#attributes = attributes;
  }

  /** The attributes, frozen. */
  get attributes(): EvaluationContext {
    return this.#attributes;
  }

  /** The value of a boolean flag, or `fallback` if there is none. */
  boolean(key: string, fallback: boolean, options?: EvaluateOptions): boolean {
    const { value } = this.#answer(key, options);
    return typeof value === "boolean" ? value : fallback;
  }

  /** The value of a string flag, or `fallback` if there is none. */
  string(key: string, fallback: string, options?: EvaluateOptions): string {
    const { value } = this.#answer(key, options);
    return typeof value === "string" ? value : fallback;
  }

  /** The value of a number flag, or `fallback` if there is none. */
  number(key: string, fallback: number, options?: EvaluateOptions): number {
    const { value } = this.#answer(key, options);
    return typeof value === "number" ? value : fallback;
  }

  /** The value of an object flag, deeply frozen, or `fallback` if there is none. */
  object<T extends JsonObject | JsonArray>(key: string, fallback: T, options?: EvaluateOptions): T {
    const { value } = this.#answer(key, options);
    return typeof value === "object" && value !== null ? (value as T) : fallback;
  }

  /** The answer of a flag with its reasons; without a fallback no type is asked for. */
  details(key: string): Details<JsonValue | undefined>;
  details<T extends JsonValue>(key: string, fallback: T, options?: EvaluateOptions): Details<Widened<T>>;
  details(key: string, fallback?: JsonValue, options?: EvaluateOptions): Details<JsonValue | undefined> {
    return asked(this.#answer(key, options), fallback);
  }

  /** The answers of all flags; as `Engine.all`. */
  all(options?: EvaluateOptions): readonly Details<JsonValue>[] {
    const ruleset = this.#claim();
    const answers = ruleset.evaluateAll(this.#attributes, this.#block, this.#done, instant(options));
    return answers as Details<JsonValue>[];
  }

  /** Which track of a service a request goes to. */
  route(service: string, options?: EvaluateOptions): Route {
    const ruleset = this.#claim();
    const row = ruleset.services.get(service) ?? ruleset.service(service);
    if (row === undefined) return toRoute(this.#engine.missing(service));
    return routeOf(ruleset.evaluateWritten(row, this.#attributes, this.#block, this.#done, instant(options)));
  }

  /** How the answer of a flag comes about, step by step. */
  explain(key: string, options?: EvaluateOptions): Explanation | undefined {
    return this.#engine.explain(key, this.#attributes, options);
  }

  #answer(key: string, options: EvaluateOptions | undefined): Answer {
    const ruleset = this.#claim();
    const row = ruleset.flags.get(key) ?? ruleset.flag(key);
    if (row === undefined) return this.#engine.missing(key);
    const now = options === undefined ? undefined : instant(options);
    return ruleset.evaluateWritten(row, this.#attributes, this.#block, this.#done, now);
  }

  /** Makes sure that the block is this context's, of the ruleset in force. */
  #claim(): Ruleset {
    const ruleset = this.#engine.ruleset;
    if (this.#ruleset !== ruleset || ruleset.owners[this.#block] !== this) {
      this.#ruleset = ruleset;
      this.#block = ruleset.takeBlock(this);
      this.#done = { mask: 0, more: new Set() };
    }
    return ruleset;
  }
}

/** A literal's type as the type of all its values: `false` as boolean. */
export type Widened<T> = T extends boolean ? boolean : T extends string ? string : T extends number ? number : T;

interface Changes {
  readonly flags: readonly string[];
  readonly services: readonly string[];
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
  if (fallback === undefined || typeof fallback === typeof answer.value) return answer;
  const message = `the flag's values are of type ${typeof answer.value}, asked for is ${typeof fallback}`;
  return Object.freeze({ ...failure(answer.flagKey, "TYPE_MISMATCH", message), value: fallback });
}

function attributesOf(context: EvaluationContext | undefined): Attributes {
  return typeof context === "object" && context !== null ? context : NO_CONTEXT;
}

function instant(options: EvaluateOptions | undefined): number | undefined {
  const now = options?.now;
  return now === undefined ? undefined : Number(now);
}

function guarded(key: string, evaluate: () => Answer): Answer {
  try {
    return evaluate();
  } catch (error) {
    return unreadableContext(key, error);
  }
}

/** A getter of the context threw: evaluation goes on with the caller's default. */
function unreadableContext(key: string, error: unknown): Answer {
  const cause = error instanceof Error ? error.message : "unknown";
  return failure(key, "GENERAL", `reading the context failed: ${cause}`);
}

function toText(input: SnapshotInput): string {
  if (typeof input === "string") return input;
  try {
    if (input instanceof ArrayBuffer || ArrayBuffer.isView(input)) {
      return new TextDecoder("utf-8", { fatal: true }).decode(input);
    }
    const text: string | undefined = JSON.stringify(input);
    if (text !== undefined) return text;
  } catch (error) {
    throw unreadable(`not JSON: ${error instanceof Error ? error.message : "unreadable"}`);
  }
  throw unreadable(`not JSON: ${typeof input}`);
}

/** Calls the core, and turns what it throws, `[diagnostics, changes]`, into an error. */
function refusing<T>(call: () => T): T {
  try {
    return call();
  } catch (thrown) {
    if (!Array.isArray(thrown)) throw new Error("vexil: too many engines are alive", { cause: thrown });
    const [diagnostics, changes] = thrown as [Diagnostic[], Changes];
    throw new SnapshotError(diagnostics, changes.flags);
  }
}
