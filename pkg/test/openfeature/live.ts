/** A connection whose source is the test itself. */

import type { FlagEngine, Live } from "../../src/openfeature/engines.js";

type Type = "change" | "stale" | "ready" | "error";
type Listener = { readonly type: Type; readonly call: (event: never) => void };

export class FakeLive implements Live {
  engine: FlagEngine | undefined;
  state: string;
  closed = 0;
  readonly #listeners = new Set<Listener>();
  readonly #waiting: { resolve(engine: FlagEngine): void; reject(error: unknown): void }[] = [];

  constructor(engine?: FlagEngine, state = engine === undefined ? "connecting" : "ready") {
    this.engine = engine;
    this.state = state;
  }

  ready(): Promise<FlagEngine> {
    const { engine } = this;
    return engine === undefined
      ? new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
      : Promise.resolve(engine);
  }

  status(): { readonly state: string } {
    return { state: this.state };
  }

  on(type: Type, call: (event: never) => void): () => void {
    const listener = { type, call };
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.closed++;
    this.#settle(({ reject }) => reject(new Error("the connection is closed")));
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /** There is an engine, up to date or not. */
  begin(engine: FlagEngine, state: "ready" | "stale" = "ready"): void {
    this.engine = engine;
    this.#settle(({ resolve }) => resolve(engine));
    this.become(state);
  }

  /** It took too long for those who wait. */
  giveUp(error: unknown): void {
    this.fail(error);
    this.#settle(({ reject }) => reject(error));
  }

  become(state: "ready" | "stale"): void {
    this.state = state;
    this.#tell(state, {});
  }

  change(flags: readonly string[]): void {
    this.#tell("change", { flags });
  }

  /** Something failed: where there is an engine it goes on, otherwise there is nothing. */
  fail(error: unknown): void {
    this.#tell("error", { error });
    if (this.engine === undefined) this.state = "error";
  }

  #tell(type: Type, event: object): void {
    for (const listener of this.#listeners) if (listener.type === type) listener.call(event as never);
  }

  #settle(each: (waiting: { resolve(engine: FlagEngine): void; reject(error: unknown): void }) => void): void {
    this.#waiting.splice(0).forEach(each);
  }
}
