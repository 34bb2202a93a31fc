/** Exposures: who took part in which split, once for each, in batches to wherever an analysis reads them. */

import type { BaseEngine } from "./engine/base.js";
import type { Assigned, Assignment, Identity, Observation } from "./engine/observation.js";
import type { Scalar } from "./engine/snapshot-types.js";
import { Remembered } from "./exposures/remembered.js";
import { type Delivery, type DeliveryOptions, Queue } from "./exposures/queue.js";

export type { Delivery, DeliveryOptions } from "./exposures/queue.js";

/** A unit was shown what a split, a layer or a holdout gave it. Plain data. */
export interface Exposure extends Omit<Assignment, "digest">, Pick<Identity, "lineage" | "revision" | "environment"> {
  /** The unit, in the text by which it is bucketed. */
  readonly unit: string;
  /** The digest of the assignment: seed, unit attribute, and weights or ranges, whatever the exposure. */
  readonly assignment: string;
  /** The flag that was asked, where this is one of its prerequisites. */
  readonly via?: string;
  /** When it was first seen, in milliseconds since the epoch. */
  readonly at: number;
  /** What `attributes` chose. */
  readonly attributes?: { readonly [name: string]: Scalar };
}

/** What has answers of which somebody can be told: an engine, or what a page was given. */
export type Observable = Pick<BaseEngine, "observe" | "identity">;

/** How exposures are recorded. */
export interface ExposureOptions extends DeliveryOptions {
  /** Takes a batch. Until what it returns is resolved no other is given; what it throws is tried again. */
  readonly sink: (batch: readonly Exposure[]) => void | PromiseLike<void>;
  /** Attributes of the context that go along. None by default: they may be private. */
  readonly attributes?: (attributes: Observation["attributes"]) => { readonly [name: string]: Scalar };
  /** How many exposures are remembered in order to tell each once; beyond that the oldest may be told again. 50,000. */
  readonly remember?: number;
  /** The clock, in milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Records exposures. */
export class Exposures {
  readonly #queue: Queue<Exposure>;
  readonly #seen: Remembered;
  readonly #options: ExposureOptions;
  readonly #now: () => number;
  /** What is the same for all units of an assignment. */
  readonly #texts = new WeakMap<Assignment, string>();

  constructor(options: ExposureOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#queue = new Queue(options.sink, options);
    this.#seen = new Remembered(options.remember ?? 50_000);
  }

  /** Records what an engine's answers expose from now on, until the function that it returns is called. */
  observe(engine: Observable): () => void {
    return engine.observe((observation) => {
      // Canary routing is counted by the middleware, by request.
      if (observation.kind !== "flag") return;
      for (const assigned of observation.assigned) this.#record(engine.identity, assigned, observation);
    });
  }

  #record({ lineage, revision, environment }: Identity, assigned: Assigned, { attributes }: Observation): void {
    const { assignment, unit, via } = assigned;
    const { digest, ...rest } = assignment;
    if (!this.#seen.add(`${this.#textOf(assignment)}${unit}`)) return;
    const chosen = this.#options.attributes?.(attributes);
    this.#queue.add({
      ...rest,
      assignment: digest,
      unit,
      at: this.#now(),
      ...(via !== undefined && { via }),
      ...(lineage !== undefined && { lineage }),
      ...(revision !== undefined && { revision }),
      ...(environment !== undefined && { environment }),
      ...(chosen !== undefined && { attributes: chosen }),
    });
  }

  #textOf(assignment: Assignment): string {
    const known = this.#texts.get(assignment);
    if (known !== undefined) return known;
    const { flag, rule, holdout, variant, digest } = assignment;
    const text = JSON.stringify([flag, rule, holdout, variant, digest]);
    this.#texts.set(assignment, text);
    return text;
  }

  /** How delivery stands. */
  get delivery(): Delivery {
    return this.#queue.delivery;
  }

  /** Hands over what is pending; resolved once it was taken or given up. Give it to `waitUntil` in a worker. */
  flush(): Promise<void> {
    return this.#queue.flush();
  }

  /** Hands over what is pending for the last time, and stops. Later exposures are counted as dropped. */
  close(): Promise<void> {
    return this.#queue.close();
  }
}
