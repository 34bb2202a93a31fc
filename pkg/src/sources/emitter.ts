/** Listeners and what they are told. */

/** Takes a listener off. Calling it again does nothing. */
export type Unsubscribe = () => void;

type Listener<E> = (event: E) => unknown;

interface Entry<E> {
  readonly listener: Listener<E>;
  isGone: boolean;
}

/**
 * Tells events in the order in which they happened, also where a listener makes the next one happen. What
 * a listener throws, or rejects with, keeps no other from being told.
 */
export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<Entry<never>>>();
  readonly #failed: (error: unknown, type: keyof Events) => void;
  #queue: (() => void)[] = [];
  #isTelling = false;
  #isClosed = false;

  /** `failed` is told what listeners throw. */
  constructor(failed: (error: unknown, type: keyof Events) => void) {
    this.#failed = failed;
  }

  on<T extends keyof Events>(type: T, listener: Listener<Events[T]>): Unsubscribe {
    if (this.#isClosed) return () => {};
    const entry: Entry<Events[T]> = { listener, isGone: false };
    const entries = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, entries.add(entry));
    return () => {
      entry.isGone = true;
      entries.delete(entry);
      if (entries.size === 0 && this.#listeners.get(type) === entries) this.#listeners.delete(type);
    };
  }

  /** Whether anybody would be told. */
  has(type: keyof Events): boolean {
    return this.#listeners.has(type);
  }

  emit<T extends keyof Events>(type: T, event: Events[T]): void {
    // Who subscribes only now was not there when it happened.
    const entries = [...(this.#listeners.get(type) ?? [])] as Entry<Events[T]>[];
    for (const entry of entries) this.#queue.push(() => entry.isGone || this.#tell(type, entry.listener, event));
    if (this.#isTelling) return;
    this.#isTelling = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) next();
    } finally {
      this.#isTelling = false;
    }
  }

  /** Nobody is told anything any more. */
  close(): void {
    this.#isClosed = true;
    this.#queue = [];
    this.#listeners.clear();
  }

  #tell<T extends keyof Events>(type: T, listener: Listener<Events[T]>, event: Events[T]): void {
    try {
      const result = listener(event);
      if (isThenable(result)) result.then(undefined, (error: unknown) => this.#failed(error, type));
    } catch (error) {
      this.#failed(error, type);
    }
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}
