/** Rings when time alone changes answers. */

import type { Host, Timer } from "./host.js";

/** Ramps change answers every few milliseconds; nobody wants to hear of it that often. */
const LEAST_MS = 1_000;

export class Alarm {
  readonly #host: Host;
  readonly #next: (now: number) => number | undefined;
  readonly #ring: () => void;
  #rungAt = -Infinity;
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(host: Host, next: (now: number) => number | undefined, ring: () => void) {
    this.#host = host;
    this.#next = next;
    this.#ring = ring;
  }

  /** To be called when the next change could be another one. */
  set(): void {
    this.#timer?.cancel();
    if (this.#isClosed) return;
    const now = this.#host.now();
    const at = this.#next(now);
    if (at === undefined) return;
    this.#timer = this.#host.after(Math.max(at, this.#rungAt + LEAST_MS) - now, () => this.#due(at));
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  #due(at: number): void {
    // Timers may be a little early.
    if (this.#host.now() >= at) {
      this.#rungAt = this.#host.now();
      this.#ring();
    }
    this.set();
  }
}
