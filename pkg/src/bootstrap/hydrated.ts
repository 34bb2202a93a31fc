/** The answers that a page was given, until something changes. */

import type { Bootstrap, CarriedAnswer } from "../bootstrap.js";
import { type Answer, deepFreeze, type Details, failure } from "../engine/answers.js";
import type { BaseContext, BaseEngine, EvaluateOptions, EvaluationContext } from "../engine/base.js";
import type { Assigned, Assignment, Identity, Observer } from "../engine/observation.js";
import { Observers } from "../engine/observers.js";
import { Reader } from "../engine/reader.js";
import type { Kind } from "../engine/ruleset.js";
import type { JsonValue } from "../engine/snapshot-types.js";

/**
 * Makes what a server carried here answer as a context does.
 *
 * @throws {TypeError} if it is not of this form.
 */
export function hydrate(carried: unknown): Hydrated {
  if (!isBootstrap(carried)) throw new TypeError("vexil: this is no bootstrap/1, as `bootstrap` of this package makes it");
  return new Hydrated(carried);
}

function isBootstrap(carried: unknown): carried is Bootstrap {
  const { vexil, identity, flags, assigned } = (carried ?? {}) as { readonly [name in keyof Bootstrap]?: unknown };
  const isObject = (part: unknown): boolean => typeof part === "object" && part !== null;
  return vexil === "bootstrap/1" && isObject(identity) && isObject(flags) && Array.isArray(assigned);
}

/** Answers with the calls of a context. What is read is told to observers, as with an engine. */
export class Hydrated extends Reader {
  readonly #carried: Identity;
  /** By flag, so that an answer is the same object each time. */
  readonly #answers = new Map<string, Answer>();
  readonly #assigned = new Map<string, readonly Assigned[]>();
  readonly #observers = new Observers();
  #engine: BaseEngine | undefined;
  #context: EvaluationContext = {};
  /** The engine's context, once its answers count. */
  #live: BaseContext | undefined;

  /** @internal */
  constructor({ identity, flags, assigned }: Bootstrap) {
    super();
    this.#carried = deepFreeze(identity);
    for (const [key, answer] of Object.entries(deepFreeze(flags))) {
      this.#answers.set(key, answerOf(key, answer));
      this.#assigned.set(key, assignedOf(key, answer, deepFreeze(assigned)));
    }
  }

  /** Which snapshot the answers are of. */
  get identity(): Identity {
    return this.#engine !== undefined && this.#current() !== undefined ? this.#engine.identity : this.#carried;
  }

  /**
   * Hands over to an engine for a context, once the engine has another snapshot or other kills than the answers that
   * were carried here; at once if it has. Until then the page keeps what it shows.
   */
  attach(engine: BaseEngine, context: EvaluationContext): void {
    this.#engine = engine;
    this.#context = context;
    this.#live = undefined;
  }

  /** Another context, such as after a login: its answers are the engine's, and fallbacks while none is attached. */
  change(context: EvaluationContext): void {
    this.#context = context;
    this.#answers.clear();
    this.#live = this.#engine?.context(context);
  }

  /** The answers of all flags, in the order of their keys. */
  all(options?: EvaluateOptions): readonly Details<JsonValue>[] {
    return this.#current()?.all(options) ?? ([...this.#answers.values()] as Details<JsonValue>[]);
  }

  /** Tells of every answer that is read here from now on, until the function that it returns is called. */
  observe(observer: Observer): () => void {
    return this.#observers.add(observer);
  }

  /** @internal */
  protected override answer(kind: Kind, key: string, options: EvaluateOptions | undefined): Answer {
    const live = this.#current();
    if (live !== undefined) {
      if (!this.#observers.isListening) return live.details(key, undefined, options);
      const { attributes } = live;
      const traced = live.engine.observed(kind, key, attributes, options);
      this.#observers.tell({ kind, ...traced, attributes });
      return traced.details;
    }
    const details = this.#answers.get(key) ?? failure(key, "FLAG_NOT_FOUND", "the page was not given this flag");
    this.#observers.tell({ kind, details, assigned: this.#assigned.get(key) ?? [], attributes: this.#context });
    return details;
  }

  /** The engine's context, if its answers count by now. */
  #current(): BaseContext | undefined {
    const engine = this.#engine;
    if (this.#live === undefined && engine !== undefined && !isSame(engine.identity, this.#carried)) {
      this.#live = engine.context(this.#context);
    }
    return this.#live;
  }
}

/** Whether answers of one are answers of the other. */
function isSame(one: Identity, other: Identity): boolean {
  return one.content === other.content && one.killRevision === other.killRevision;
}

function answerOf(flagKey: string, { value, variant, reason, rule, metadata = {} }: CarriedAnswer): Answer {
  return Object.freeze({ flagKey, value, reason, variant, ...(rule !== undefined && { rule }), flagMetadata: metadata });
}

function assignedOf(
  key: string,
  { assigned = [] }: CarriedAnswer,
  all: readonly (readonly [Assignment, string])[],
): readonly Assigned[] {
  return assigned.flatMap((place) => {
    const [assignment, unit] = all[place] ?? [];
    if (assignment === undefined || unit === undefined) return [];
    return [assignment.flag === key ? { assignment, unit } : { assignment, unit, via: key }];
  });
}

