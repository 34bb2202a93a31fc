/** Holds an engine: makes it of the first document, brings it up to date, and never lets it fall back. */

import type { Details } from "../engine/answers.js";
import type { EngineOptions, EvaluateOptions, EvaluationContext } from "../engine/base.js";
import type { Diagnostic } from "../engine/errors.js";
import type { JsonValue, KillMessage } from "../engine/snapshot-types.js";
import { identityOf, isRuleset } from "./identity.js";
import { KillBook, readKill } from "./kill-book.js";
import { mended } from "./mend.js";
import type { Document } from "./source.js";

/** What is used of an engine: those of `vexil` and of `vexil/slim` have it. */
export interface Updatable {
  update(input: Uint8Array): readonly string[];
  kill(message: KillMessage | string): readonly string[];
  details(key: string, context?: EvaluationContext, fallback?: undefined, options?: EvaluateOptions): Details<JsonValue | undefined>;
  nextChange(now?: number | Date): number | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly identity: { readonly lineage?: string; readonly revision?: number };
  dispose(): void;
}

/** `createEngine` of `vexil` or of `vexil/slim`. */
export type CreateEngine<E extends Updatable> = (input: Uint8Array, options?: EngineOptions) => Promise<E>;

/** Where the document comes from that is served. */
export type Origin = "source" | "store" | "fallback";

/** A document and how it came. */
export interface Arrival {
  readonly document: Document;
  readonly origin: Origin;
  /** The name of the source that has brought it, now or before a restart. */
  readonly source?: string | undefined;
  /** When it was known to be the source's current one. */
  readonly at?: number;
}

/** The document that is served. */
export interface Served extends Arrival {
  /** What the engine has: where broken parts were kept, not the body of the document. */
  readonly body: Uint8Array;
}

/** Is told what happens. */
export interface Happenings {
  /** Answers of these flags could differ. */
  changed(flags: readonly string[], cause: "snapshot" | "kill"): void;
  /** Parts of a document were broken, and are served as they were before. */
  kept(paths: readonly string[]): void;
  /** A kill message was refused. */
  refusedKill(error: unknown): void;
  /** There is something that a restart must not forget. */
  learned(): void;
}

export interface HolderOptions {
  readonly environment?: string | undefined;
  readonly keepsPrevious: boolean;
  /** Whether the kills of documents must be known by themselves, which takes reading each of them twice. */
  readonly remembersKills: boolean;
}

export class Holder<E extends Updatable> {
  readonly #createEngine: CreateEngine<E>;
  readonly #options: HolderOptions;
  readonly #tell: Happenings;
  readonly #kills = new KillBook();
  #engine: E | undefined;
  #served: Served | undefined;
  #busy: Promise<void> | undefined;
  #isClosed = false;

  constructor(createEngine: CreateEngine<E>, options: HolderOptions, tell: Happenings) {
    this.#createEngine = createEngine;
    this.#options = options;
    this.#tell = tell;
  }

  get engine(): E | undefined {
    return this.#engine;
  }

  get served(): Served | undefined {
    return this.#served;
  }

  get kills(): readonly KillMessage[] {
    return this.#kills.messages;
  }

  /** Settles when no document is being looked at. */
  async idle(): Promise<void> {
    while (this.#busy !== undefined) await this.#busy;
  }

  /**
   * Takes a document, at once where that is possible, else after those before it. Settles with nothing
   * where it is in force, or with why it was refused; fails where there is no engine and none can be made.
   */
  take(arrival: Arrival): Promise<unknown> {
    if (this.#isClosed) return Promise.resolve();
    if (this.#busy !== undefined) return this.#busy.then(() => this.take(arrival));
    if (this.#engine !== undefined && !this.#options.keepsPrevious) return this.#update(arrival, arrival.document.body);
    const taking = this.#engine === undefined ? this.#make(arrival) : this.#mendAndUpdate(arrival, this.#engine);
    const end = (): void => void (this.#busy = undefined);
    this.#busy = taking.then(end, end);
    return taking;
  }

  /** Takes a kill message: an object or its JSON. Before there is an engine it is kept for it. */
  kill(message: KillMessage | string): void {
    if (this.#engine !== undefined) this.#apply(this.#engine, message);
    else if (readKill(message) === undefined) this.#tell.refusedKill(new Error("a kill message is an object with a revision, or its JSON"));
    else if (this.#kills.note(message)) this.#tell.learned();
  }

  /** Takes kill messages of before a restart. */
  recall(messages: readonly KillMessage[]): void {
    for (const message of messages) {
      if (this.#engine !== undefined) this.#apply(this.#engine, message);
      else this.#kills.note(message);
    }
  }

  /** An engine that is being made is not kept. */
  close(): void {
    this.#isClosed = true;
  }

  async #mendAndUpdate(arrival: Arrival, engine: E): Promise<unknown> {
    const { body, kept } = await this.#mended(arrival.document.body, engine);
    if (this.#isClosed) return undefined;
    const refusal = await this.#update(arrival, body);
    if (refusal === undefined && kept.length > 0) this.#tell.kept(kept);
    return refusal;
  }

  async #make(arrival: Arrival): Promise<unknown> {
    const { body } = arrival.document;
    let engine: E;
    try {
      engine = await this.#create(body);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const { kills } = identityOf(body);
      if (kills !== undefined) this.kill(kills);
      return error;
    }
    if (this.#isClosed) {
      engine.dispose();
      return undefined;
    }
    this.#engine = engine;
    this.#served = { ...arrival, body };
    for (const message of this.#kills.messages) this.#apply(engine, message);
    this.#remember(engine, body);
    if (arrival.origin === "source") this.#tell.learned();
    return undefined;
  }

  #create(body: Uint8Array): Promise<E> {
    const { environment } = this.#options;
    return this.#createEngine(body, environment === undefined ? {} : { environment });
  }

  /** Nothing is waited for: `async` only makes errors rejections. */
  async #update(arrival: Arrival, body: Uint8Array): Promise<unknown> {
    const engine = this.#engine as E;
    let changed: readonly string[];
    try {
      changed = engine.update(body);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // Its kills count all the same.
      this.#remember(engine, body);
      if (error.changed.length > 0) this.#tell.changed(error.changed, "kill");
      return error;
    }
    this.#served = { ...arrival, body };
    this.#remember(engine, body);
    this.#tell.learned();
    if (changed.length > 0) this.#tell.changed(changed, "snapshot");
    return undefined;
  }

  async #mended(body: Uint8Array, engine: E): Promise<{ readonly body: Uint8Array; readonly kept: readonly string[] }> {
    const previous = this.#served?.body ?? body;
    if (isRuleset(body) || isRuleset(previous)) return { body, kept: [] };
    try {
      return await mended(body, { body: previous, diagnostics: engine.diagnostics }, async (candidate) => {
        const trial = await this.#create(candidate);
        const { diagnostics } = trial;
        trial.dispose();
        return diagnostics;
      });
    } catch {
      // It is refused, then, and the engine says why.
      return { body, kept: [] };
    }
  }

  #apply(engine: E, message: KillMessage | string): void {
    let changed: readonly string[];
    try {
      changed = engine.kill(message);
    } catch (error) {
      this.#kills.drop(message);
      this.#tell.refusedKill(error);
      return;
    }
    if (this.#kills.note(message)) this.#tell.learned();
    if (changed.length > 0) this.#tell.changed(changed, "kill");
  }

  /** Notes the kills of a document, which are in force already, as a message. */
  #remember(engine: E, body: Uint8Array): void {
    const { kills } = this.#options.remembersKills ? identityOf(body) : {};
    if (kills === undefined) return;
    try {
      engine.kill(kills);
    } catch {
      // Of another environment, or damaged.
      return;
    }
    if (this.#kills.note(kills)) this.#tell.learned();
  }
}

/** Whether an error is the `SnapshotError` of an engine, of whichever copy of the package. */
function isRefusal(error: unknown): error is Error & { readonly changed: readonly string[] } {
  return error instanceof Error && error.name === "SnapshotError" && Array.isArray((error as { changed?: unknown }).changed);
}
