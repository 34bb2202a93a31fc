/** What has been seen, in bounded memory. */

/** A set that forgets the oldest: two generations, of which the elder goes when the younger is full. */
export class Remembered {
  readonly #most: number;
  #young = new Set<string>();
  #old = new Set<string>();

  /** Remembers the last half of `most` at least, and never more than `most`. */
  constructor(most: number) {
    this.#most = Math.max(1, Math.floor(most / 2));
  }

  /** Takes note of a text; whether it was not remembered. */
  add(text: string): boolean {
    if (this.#young.has(text)) return false;
    const isNew = !this.#old.has(text);
    if (this.#young.size >= this.#most) {
      this.#old = this.#young;
      this.#young = new Set();
    }
    // What is seen again stays among the young.
    this.#young.add(text);
    return isNew;
  }
}
