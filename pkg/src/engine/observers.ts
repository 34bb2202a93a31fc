/** Those who are told of evaluations. */

import type { Observation, Observer } from "./observation.js";

export class Observers {
  readonly #all = new Set<Observer>();
  #isTelling = false;
  /** Whether there is somebody to tell: not while one is told, whose own evaluations are nobody's business. */
  isListening = false;

  /** Adds one, and returns a function that takes it away. The same function may observe twice. */
  add(observer: Observer): () => void {
    const own: Observer = (observation) => observer(observation);
    this.#all.add(own);
    this.isListening = !this.#isTelling;
    return () => {
      this.#all.delete(own);
      if (this.#all.size === 0) this.isListening = false;
    };
  }

  /** Tells all. What one throws is written to the console: it must harm neither the others nor the answer. */
  tell(observation: Observation): void {
    if (!this.isListening) return;
    this.isListening = false;
    this.#isTelling = true;
    for (const observer of this.#all) {
      try {
        observer(observation);
      } catch (error) {
        console.error("vexil: an observer failed", error);
      }
    }
    this.#isTelling = false;
    this.isListening = this.#all.size > 0;
  }
}
