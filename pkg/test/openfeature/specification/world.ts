/** What a scenario of OpenFeature's suite is about: an SDK with a provider of ours, a flag, a context, hooks. */

import type { FlagEngine } from "../../../src/openfeature/engines.js";
import { createEngine } from "../../support.js";
import { FakeLive } from "../live.js";
import type { Context, Found, Kind, Level, Side, SomeHook } from "../sides.js";

/** That a hook was called. */
export interface HookCall {
  readonly hook: string;
  readonly stage: "before" | "after" | "error" | "finally";
  readonly details?: unknown;
}

/** What a provider can be. */
export type ProviderState = "stable" | "not ready" | "error" | "fatal" | "stale";

export class World {
  /** The flag that is evaluated. */
  flag: { readonly kind: Kind; readonly key: string; readonly fallback: never } | undefined;
  /** The context that it is evaluated with. */
  context: Context | undefined;
  /** The hooks that it is evaluated with. */
  hooks: SomeHook[] = [];
  readonly calls: HookCall[] = [];
  /** The levels of contexts that the scenario is about, from the weakest on. */
  levels: readonly Level[] = [];
  /** What the engine was asked with. */
  merged: Context = {};
  #details: Found | undefined;

  constructor(
    readonly side: Side,
    readonly engine: FlagEngine,
  ) {}

  async register(state: ProviderState): Promise<void> {
    if (state === "stable") await this.side.set({ engine: this.engine });
    else if (state === "not ready") void this.side.set({ engine: new Promise<never>(() => {}) });
    else if (state === "error") await this.side.set({ engine: () => Promise.reject(new Error("no network")) });
    else if (state === "fatal") await this.side.set({ engine: () => createEngine("no snapshot") });
    else {
      const live = new FakeLive(this.engine);
      await this.side.set({ live });
      live.become("stale");
    }
  }

  /** Registers a provider whose engine remembers the context that it is given. */
  async registerWatched(): Promise<void> {
    const { engine } = this;
    const watched: FlagEngine = {
      details: (key, context, fallback) => engine.details(key, (this.merged = context as Context), fallback),
      context: (attributes) => engine.context((this.merged = attributes as Context)),
    };
    await this.side.set({ engine: watched });
  }

  async evaluate(kind: Kind, key: string, fallback: unknown, context = this.context): Promise<Found> {
    this.flag = { kind, key, fallback: fallback as never };
    return (this.#details = await this.side.details(kind, key, fallback as never, context, this.hooks));
  }

  async evaluateFlag(): Promise<Found> {
    const { kind, key, fallback } = this.flag ?? { kind: "boolean", key: "boolean-flag", fallback: false };
    return this.evaluate(kind, key, fallback);
  }

  /** What the last evaluation gave. */
  get details(): Found {
    if (this.#details === undefined) throw new Error("no flag was evaluated");
    return this.#details;
  }

  /** A hook that writes down when it is called. */
  hook(name: string): SomeHook {
    const note = (stage: HookCall["stage"], details?: unknown): void => void this.calls.push({ hook: name, stage, details });
    return {
      before: () => note("before"),
      after: (_, details) => note("after", details),
      error: (_, error) => note("error", error),
      finally: (_, details) => note("finally", details),
    };
  }
}
