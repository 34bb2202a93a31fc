/** Doing something again and again: one attempt at a time, with pauses that grow while it fails. */

import type { Host, Timer } from "./host.js";
import type { Backoff } from "./options.js";

/** What is done again and again. */
export interface Task {
  /** One attempt. Settles with the milliseconds until the next one. Once the signal is aborted it may not do anything more. */
  attempt(signal: AbortSignal): Promise<number>;
  /** Is told why an attempt failed. */
  failed(error: unknown): void;
  /** How long an attempt may take; for ever by default. */
  readonly timeoutMs?: number;
  readonly backoff: Backoff;
}

/** What was begun by `repeat`. */
export interface Repeating {
  /** Makes an attempt that begins now, or when the one on its way has ended; many calls make one. */
  now(): Promise<void>;
  close(): void;
}

/** An error that says how long the other side wants to be left alone. */
export class Busy extends Error {
  override readonly name: string = "Busy";

  constructor(
    message: string,
    readonly retryAfterMs: number,
  ) {
    super(message);
  }
}

/** Begins at once. */
export function repeat(host: Host, task: Task): Repeating {
  return new Repeater(host, task);
}

/** A time span with a tenth more or less, so that what began together does not stay together. */
export function jittered(host: Host, ms: number): number {
  return ms * (0.9 + 0.2 * host.random());
}

interface Flight {
  readonly controller: AbortController;
  readonly startedAt: number;
  done: Promise<void>;
}

class Repeater implements Repeating {
  readonly #host: Host;
  readonly #task: Task;
  #flight: Flight | undefined;
  #next: Promise<void> | undefined;
  #timer: Timer | undefined;
  #failures = 0;
  #notBefore = -Infinity;
  #isClosed = false;

  constructor(host: Host, task: Task) {
    this.#host = host;
    this.#task = task;
    void this.#begin();
  }

  now(): Promise<void> {
    if (this.#isClosed || this.#host.now() < this.#notBefore) return Promise.resolve();
    this.#forgetLost();
    const flight = this.#flight;
    if (flight === undefined) return this.#begin();
    // The one on its way may have looked before there was what is looked for now.
    this.#next ??= flight.done.then(() => {
      this.#next = undefined;
      return this.now();
    });
    return this.#next;
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    const flight = this.#flight;
    this.#flight = undefined;
    flight?.controller.abort(new Error("closed"));
  }

  /** Where timers and requests end with the event that began them, as in workers, an attempt may never end. */
  #forgetLost(): void {
    const { timeoutMs = Infinity } = this.#task;
    if (this.#flight === undefined || this.#host.now() - this.#flight.startedAt <= 2 * timeoutMs) return;
    this.#flight.controller.abort(new Error("lost"));
    this.#flight = undefined;
    this.#next = undefined;
  }

  #begin(): Promise<void> {
    this.#timer?.cancel();
    const flight: Flight = { controller: new AbortController(), startedAt: this.#host.now(), done: Promise.resolve() };
    this.#flight = flight;
    return (flight.done = this.#fly(flight));
  }

  async #fly(flight: Flight): Promise<void> {
    let waitMs: number;
    try {
      waitMs = await this.#attempt(flight.controller);
      this.#failures = 0;
    } catch (error) {
      if (this.#flight !== flight) return;
      waitMs = this.#waitAfter(error);
      this.#task.failed(error);
    }
    // While it was on its way it may have been closed or given up.
    if (this.#flight !== flight) return;
    this.#flight = undefined;
    this.#timer = this.#host.after(waitMs, () => void this.#begin());
  }

  async #attempt(controller: AbortController): Promise<number> {
    const { timeoutMs = Infinity } = this.#task;
    const { signal } = controller;
    const timer = this.#host.after(timeoutMs, () => controller.abort(new Error(`no answer within ${timeoutMs} ms`)));
    try {
      // Not everything that is waited for knows of signals.
      return await Promise.race([this.#task.attempt(signal), aborted(signal)]);
    } finally {
      timer.cancel();
    }
  }

  #waitAfter(error: unknown): number {
    const { firstMs, mostMs } = this.#task.backoff;
    const most = Math.min(mostMs, firstMs * 2 ** this.#failures++);
    const waitMs = most * (0.5 + 0.5 * this.#host.random());
    const retryAfterMs = error instanceof Busy ? error.retryAfterMs : 0;
    if (retryAfterMs > 0) this.#notBefore = this.#host.now() + retryAfterMs;
    return Math.max(waitMs, retryAfterMs);
  }
}

/** Settles when the signal is aborted, with the reason as the error. */
export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}
