/** Whether what is served can be trusted to be current. */

import type { Host, Timer } from "./host.js";

/** How a connection fares; `docs/sources.md` has the table. */
export type State = "connecting" | "ready" | "stale" | "error" | "closed";

/** What a state follows from. */
export interface Facts {
  /** Whether there is an engine. */
  readonly isServing: boolean;
  /** Whether a document from the store or the fallback may still come. */
  readonly isStarting: boolean;
  /** Whether a source of documents fails at the moment, and whether all do. */
  readonly fails: "none" | "some" | "all";
}

export interface HealthOptions {
  readonly startTimeoutMs: number;
  readonly staleAfterMs: number;
}

export class Health {
  readonly #host: Host;
  readonly #options: HealthOptions;
  readonly #facts: () => Facts;
  readonly #entered: (state: State) => void;
  #state: State = "connecting";
  #confirmedAt: number | undefined;
  #isOverdue = false;
  #isStale = false;
  #deadline: Timer | undefined;
  #timer: Timer | undefined;

  constructor(host: Host, options: HealthOptions, facts: () => Facts, entered: (state: State) => void) {
    this.#host = host;
    this.#options = options;
    this.#facts = facts;
    this.#entered = entered;
  }

  /** From now on a first document is waited for. */
  begin(): void {
    this.#deadline = this.#host.after(this.#options.startTimeoutMs, () => this.giveUp());
  }

  /** A first document is not waited for any longer. */
  giveUp(): void {
    this.#isOverdue = true;
    this.settle();
    // In this state already, but now for those who wait as well.
    if (this.#state === "error") this.#entered("error");
  }

  get state(): State {
    return this.#state;
  }

  /** When the document that is served was last known to be the source's current one. */
  get confirmedAt(): number | undefined {
    return this.#confirmedAt;
  }

  /** Whether it was waited long enough for a first document. */
  get isOverdue(): boolean {
    return this.#isOverdue;
  }

  /** The document that is served is the source's current one. */
  confirm(): void {
    this.#confirmedAt = this.#host.now();
    this.#isStale = false;
    this.settle();
  }

  /** To be called when a fact has changed. */
  settle(): void {
    if (this.#state === "closed") return;
    const facts = this.#facts();
    this.#watchAge(facts);
    const next = this.#next(facts);
    if (next === this.#state) return;
    this.#state = next;
    if (next !== "error") this.#deadline?.cancel();
    this.#entered(next);
  }

  close(): void {
    this.#state = "closed";
    this.#deadline?.cancel();
    this.#timer?.cancel();
  }

  #next({ isServing, isStarting, fails }: Facts): State {
    if (isServing && this.#confirmedAt !== undefined) return this.#isStale ? "stale" : "ready";
    if (this.#state !== "connecting") return isServing ? "stale" : this.#state;
    const isHopeless = !isStarting && (this.#isOverdue || fails === "all");
    if (!isHopeless) return "connecting";
    return isServing ? "stale" : "error";
  }

  /** What nobody contradicts is not doubted: age alone makes nothing stale. */
  #watchAge({ fails }: Facts): void {
    this.#timer?.cancel();
    if (fails === "none" || this.#confirmedAt === undefined || this.#isStale) return;
    const restMs = this.#confirmedAt + this.#options.staleAfterMs - this.#host.now();
    if (restMs <= 0) this.#isStale = true;
    else this.#timer = this.#host.after(restMs, () => this.settle());
  }
}
