/** Where a provider has its engine from. */

import type { Details } from "../engine/answers.js";
import type { EvaluationContext } from "../engine/base.js";
import type { Answering, Asked } from "./mapping.js";

/** What a provider asks of an engine. Those of `vexil` and of `vexil/slim` are such. */
export interface FlagEngine {
  details(key: string, context: EvaluationContext, fallback: Asked): Details<unknown>;
  context(attributes: EvaluationContext): Answering;
  dispose?(): void;
}

/** What keeps an engine up to date and tells of it, such as `connect` of `vexil/sources` gives. */
export interface Live {
  readonly engine: FlagEngine;
  /** Calls back with the keys of all flags whose answer could differ. Returns what ends it. */
  on(event: "change", listener: (changed: readonly string[]) => void): () => void;
  /** Calls back when the flags may be out of date, and when they are up to date again. */
  on(event: "stale" | "ready", listener: () => void): () => void;
  on(event: "error", listener: (error: unknown) => void): () => void;
  close?(): void | Promise<void>;
}

/** Something that is there, will be, or is made when the provider is set. */
export type Eventually<T> = T | PromiseLike<T> | (() => T | PromiseLike<T>);

/** An engine that somebody else keeps up to date, or one that is kept so by what made it. */
export type EngineSource =
  | { readonly engine: Eventually<FlagEngine>; readonly live?: never }
  | { readonly live: Eventually<Live>; readonly engine?: never };

/** An engine in use. */
export interface Opened {
  readonly engine: FlagEngine;
  readonly live?: Live;
  /** Gives back what was made for the provider. What was there before belongs to whoever made it. */
  release(): void | Promise<void>;
}

/** Has the engine: at once where it is there already, so that nobody waits for it. */
export function open({ engine, live }: EngineSource): Opened | Promise<Opened> {
  if (live !== undefined) {
    return got(live, (live, made) => ({ engine: live.engine, live, release: () => (made ? live.close?.() : undefined) }));
  }
  return got(engine, (engine, made) => ({ engine, release: () => (made ? engine.dispose?.() : undefined) }));
}

function got<T extends object>(source: Eventually<T>, use: (it: T, made: boolean) => Opened): Opened | Promise<Opened> {
  const made = typeof source === "function";
  const it = made ? source() : source;
  return "then" in it ? Promise.resolve(it).then((it) => use(it, made)) : use(it, made);
}
