/** What sources need of their host: time, chance and the network. Tests give their own. */

/** The host's `fetch`, as typed by the project that uses the package; not every one has the types of the web. */
export type Fetch = typeof globalThis extends { fetch: infer F } ? F : (url: string, init?: object) => Promise<unknown>;

/** The platform by default, piece by piece replaceable. */
export interface Host {
  readonly fetch: Fetch;
  /** The clock, in milliseconds since the epoch. */
  now(): number;
  /** Calls back once, after some milliseconds; never after `Infinity`. */
  after(ms: number, callback: () => void): Timer;
  /** A random number from 0 to below 1. */
  random(): number;
  /** Is told what no listener could be told, such as what a listener itself threw. */
  report(error: unknown): void;
}

/** A callback to come. By itself it does not keep a process alive. */
export interface Timer {
  cancel(): void;
  /** Keeps the process alive until the callback: somebody waits for it. */
  hold(): void;
}

/** The longest delay that timers of all platforms know; beyond it they call back at once. */
const LONGEST_MS = 2 ** 31 - 1;

export const platform: Host = {
  fetch: ((url: string, init?: RequestInit) => globalThis.fetch(url, init)) as Fetch,
  now: () => Date.now(),
  after: (ms, callback) => new PlatformTimer(ms, callback),
  random: () => Math.random(),
  report: (error) => console.error(error),
};

/** What timers are on some platform: an object in Node and Bun, a number elsewhere. */
type Handle = { ref?(): void; unref?(): void } | number;

class PlatformTimer implements Timer {
  #handle: Handle | undefined;
  #isHeld = false;

  constructor(ms: number, callback: () => void) {
    if (ms < Infinity) this.#arm(Math.max(0, ms), callback);
  }

  #arm(ms: number, callback: () => void): void {
    const rest = ms - LONGEST_MS;
    this.#handle = setTimeout(() => (rest > 0 ? this.#arm(rest, callback) : callback()), Math.min(ms, LONGEST_MS)) as Handle;
    if (!this.#isHeld) detach(this.#handle);
  }

  cancel(): void {
    clearTimeout(this.#handle as number | undefined);
    this.#handle = undefined;
  }

  hold(): void {
    this.#isHeld = true;
    if (typeof this.#handle === "object") this.#handle.ref?.();
    else if (this.#handle !== undefined) deno()?.refTimer?.(this.#handle);
  }
}

function detach(handle: Handle): void {
  if (typeof handle === "object") handle.unref?.();
  else deno()?.unrefTimer?.(handle);
}

/** Deno's timers are numbers, which it is asked by itself not to wait for. */
function deno(): { refTimer?(id: number): void; unrefTimer?(id: number): void } | undefined {
  return (globalThis as { Deno?: { refTimer?(id: number): void; unrefTimer?(id: number): void } }).Deno;
}
