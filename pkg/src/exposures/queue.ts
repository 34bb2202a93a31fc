/** Batches on their way to a sink that may be slow, or fail. */

/** How batches are handed over. */
export interface DeliveryOptions {
  /** How many make a batch. 100. */
  readonly batch?: number;
  /** How long the first of a batch waits for others, in milliseconds; 0 hands over only full batches and by `flush`. 5,000. */
  readonly wait?: number;
  /** How many wait at most; what comes beyond that is dropped, and counted. 10,000. */
  readonly pending?: number;
  /** How often a batch is tried before it is dropped. 5. */
  readonly attempts?: number;
  /** The first pause after a failure, in milliseconds; it doubles each time, up to a minute. 1,000. */
  readonly pause?: number;
}

/** How delivery stands: numbers of events since the beginning. */
export interface Delivery {
  readonly pending: number;
  readonly delivered: number;
  readonly dropped: number;
  /** What the sink last failed with. */
  readonly error?: unknown;
}

const LONGEST_PAUSE = 60_000;

/** Hands events over in batches, one batch at a time, in their order. */
export class Queue<E> {
  readonly #sink: (batch: readonly E[]) => void | PromiseLike<void>;
  readonly #options: Required<DeliveryOptions>;
  #waiting: E[] = [];
  #delivered = 0;
  #dropped = 0;
  #error: unknown;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Ends a pause after a failure. */
  #wake: (() => void) | undefined;
  #delivering: Promise<void> | undefined;
  #isClosed = false;

  constructor(sink: (batch: readonly E[]) => void | PromiseLike<void>, options: DeliveryOptions) {
    this.#sink = sink;
    const { batch = 100, wait = 5000, pending = 10_000, attempts = 5, pause = 1000 } = options;
    this.#options = { batch, wait, pending, attempts, pause };
  }

  get delivery(): Delivery {
    const numbers = { pending: this.#waiting.length, delivered: this.#delivered, dropped: this.#dropped };
    return this.#error === undefined ? numbers : { ...numbers, error: this.#error };
  }

  add(event: E): void {
    if (this.#isClosed || this.#waiting.length >= this.#options.pending) {
      this.#dropped++;
      return;
    }
    this.#waiting.push(event);
    // What is being delivered goes on to full batches by itself.
    if (this.#delivering !== undefined) return;
    if (this.#waiting.length >= this.#options.batch) void this.#deliver(this.#options.batch);
    else this.#wait();
  }

  async flush(): Promise<void> {
    // Who flushes does not want to wait for the end of a pause.
    this.#wake?.();
    await this.#delivering;
    await this.#deliver(1);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.flush();
  }

  /** Sees to it that what waits is handed over in time. */
  #wait(): void {
    if (this.#options.wait > 0) this.#timer ??= unheld(setTimeout(() => void this.flush(), this.#options.wait));
  }

  /** Hands over batches as long as so many events wait. */
  #deliver(least: number): Promise<void> {
    this.#delivering ??= this.#deliverAll(least).finally(() => {
      this.#delivering = undefined;
      if (this.#waiting.length > 0 && !this.#isClosed) this.#wait();
    });
    return this.#delivering;
  }

  async #deliverAll(least: number): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#waiting.length >= least) {
      const batch = this.#waiting.slice(0, this.#options.batch);
      const isTaken = await this.#attempt(batch);
      this.#waiting.splice(0, batch.length);
      if (isTaken) this.#delivered += batch.length;
      else this.#dropped += batch.length;
    }
  }

  async #attempt(batch: readonly E[]): Promise<boolean> {
    const { attempts, pause } = this.#options;
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#sink(batch);
        return true;
      } catch (error) {
        this.#error = error;
        if (attempt >= attempts) return false;
        if (!this.#isClosed) await this.#sleep(Math.min(pause * 2 ** (attempt - 1), LONGEST_PAUSE));
      }
    }
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = unheld(setTimeout(resolve, ms));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** A timer for which a process does not stay alive, where that can be said. */
function unheld(timer: ReturnType<typeof setTimeout>): ReturnType<typeof setTimeout> {
  if (typeof timer === "object") timer.unref();
  return timer;
}
