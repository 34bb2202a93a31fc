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

/** What keeps an engine up to date, and tells of it: a connection of `vexil/sources` is such. */
export interface Live {
  /** Undefined until there is something to serve, from then on always the same. */
  readonly engine: FlagEngine | undefined;
  /** Waits for the engine. Rejects where that takes too long; if it comes after all, `ready` or `stale` tells so. */
  ready(): PromiseLike<FlagEngine>;
  /** `stale` where answers may be out of date, `error` where there are none. */
  status(): { readonly state: string };
  /** Calls back with the keys of the flags whose answer could differ; with none if that could be any. */
  on(type: "change", listener: (event: { readonly flags: readonly string[] }) => void): () => void;
  on(type: "ready" | "stale", listener: () => void): () => void;
  on(type: "error", listener: (event: { readonly error: unknown }) => void): () => void;
  close(): void | Promise<void>;
}

/** An engine that somebody else keeps up to date, or what keeps one so. What a function makes belongs to the provider. */
export type EngineSource =
  | { readonly engine: FlagEngine | PromiseLike<FlagEngine> | (() => FlagEngine | PromiseLike<FlagEngine>); readonly live?: never }
  | { readonly live: Live | (() => Live); readonly engine?: never };

/** An engine that is there or will be. */
export interface Held {
  readonly engine: FlagEngine | undefined;
  ready(): PromiseLike<FlagEngine>;
  readonly live?: Live;
  /** Gives back what was made for the provider. What was there before belongs to whoever made it. */
  release(engine: FlagEngine | undefined): void | Promise<void>;
}

export function hold({ engine, live }: EngineSource): Held {
  return live === undefined ? holdEngine(engine) : holdLive(live);
}

function holdLive(source: Live | (() => Live)): Held {
  const isMade = typeof source === "function";
  const live = isMade ? source() : source;
  const release = async (engine: FlagEngine | undefined): Promise<void> => {
    if (!isMade) return;
    await live.close();
    engine?.dispose?.();
  };
  return { engine: live.engine, ready: () => live.ready(), live, release };
}

function holdEngine(source: NonNullable<EngineSource["engine"]>): Held {
  const isMade = typeof source === "function";
  const engine = isMade ? source() : source;
  const release = (engine: FlagEngine | undefined): void => (isMade ? engine?.dispose?.() : undefined);
  const isThere = !("then" in engine);
  return { engine: isThere ? engine : undefined, ready: async () => engine, release };
}
