/** A connection whose source is the test itself. */

import type { FlagEngine, Live } from "../../src/openfeature/engines.js";

type Event = "change" | "stale" | "ready" | "error";
type Listener = { readonly event: Event; readonly call: (detail: never) => void };

export class FakeLive implements Live {
  readonly #listeners = new Set<Listener>();
  closed = 0;

  constructor(readonly engine: FlagEngine) {}

  on(event: Event, call: (detail: never) => void): () => void {
    const listener = { event, call };
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  tell(event: Event, detail?: unknown): void {
    for (const listener of this.#listeners) if (listener.event === event) listener.call(detail as never);
  }

  close(): void {
    this.closed++;
  }
}
