/** Saves what must outlive a restart: one save at a time, and again where it failed. */

import type { Host, Timer } from "./host.js";
import { joined, type Saved, type Store } from "./store.js";

/** How long a store may take. What it brings later is not waited for. */
export const STORE_TIMEOUT_MS = 2_000;

const FIRST_RETRY_MS = 1_000;
const MOST_RETRY_MS = 60_000;

export class Keeper {
  readonly #store: Store;
  readonly #host: Host;
  readonly #failed: (error: unknown) => void;
  #wanted: (() => Saved) | undefined;
  #saving: Promise<void> | undefined;
  #retry: Timer | undefined;
  #failures = 0;
  #isClosed = false;

  constructor(store: Store, host: Host, failed: (error: unknown) => void) {
    this.#store = store;
    this.#host = host;
    this.#failed = failed;
  }

  /** What was kept; nothing where it cannot be read. */
  async load(): Promise<Saved | undefined> {
    try {
      return await this.#store.load();
    } catch (error) {
      this.#failed(error);
      return undefined;
    }
  }

  /** Saves what there is to save by then, soon. */
  save(what: () => Saved): void {
    this.#wanted = what;
    this.#saving ??= this.#saveAll();
  }

  /** Makes no further attempts. Settles when the last save has ended, or does not seem to end. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#retry?.cancel();
    if (this.#saving === undefined) return;
    let timer: Timer | undefined;
    const patience = new Promise<void>((resolve) => (timer = this.#host.after(STORE_TIMEOUT_MS, resolve)));
    timer?.hold();
    await Promise.race([this.#saving, patience]);
    timer?.cancel();
  }

  async #saveAll(): Promise<void> {
    this.#retry?.cancel();
    while (this.#wanted !== undefined) {
      const wanted = this.#wanted;
      this.#wanted = undefined;
      try {
        await this.#save(wanted);
        this.#failures = 0;
      } catch (error) {
        this.#saving = undefined;
        this.#again(wanted);
        return this.#failed(error);
      }
    }
    this.#saving = undefined;
  }

  async #save(wanted: () => Saved): Promise<void> {
    // Whoever shares the store may have seen what is not known here. What cannot be read is replaced.
    const theirs = await this.#store.load().catch(() => undefined);
    await this.#store.save(joined(wanted(), theirs));
  }

  #again(wanted: () => Saved): void {
    this.#wanted ??= wanted;
    if (this.#isClosed) return;
    const waitMs = Math.min(MOST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures++);
    this.#retry = this.#host.after(waitMs, () => this.save(this.#wanted ?? wanted));
  }
}
