/** Requests of a deployment that were counted and not recorded yet, and how long they took. */

import type { Arm, Control, MetricObservation, Observations, Sample } from "vexil/control";

/** A day, far beyond how long requests are kept apart. */
const DAY_MS = 86_400_000;
/** The longest span that there is. */
const EVER_MS = 2 ** 32 - 1;

interface Counts {
  successes: number;
  trials: number;
}

/** Counts requests in slots of time, so that what is recorded grows with time and not with traffic. */
export class Requests {
  readonly #control: Control;
  readonly #slotMs: number;
  /** By the beginning of their slot. */
  readonly #pending = new Map<number, { readonly [arm in "canary" | "control"]: Counts }>();
  readonly #latencies: { readonly [arm in "canary" | "control"]: Sample[] } = { canary: [], control: [] };
  #known: Observations;

  constructor(control: Control, slotMs: number) {
    this.#control = control;
    this.#slotMs = slotMs;
    const latency = { name: "latency", kind: { quantile: 950_000 }, direction: "lowerIsBetter" } as const;
    this.#known = control.observations({ metrics: [latency], slotMs: DAY_MS });
  }

  /** Counts a request. A latency that is no time that passed, such as one of a clock that was set back, is left out. */
  count(arm: "canary" | "control", latencyMs: number, isError: boolean): void {
    const slot = Math.floor(Date.now() / this.#slotMs) * this.#slotMs;
    let pending = this.#pending.get(slot);
    if (pending === undefined) this.#pending.set(slot, (pending = { canary: { successes: 0, trials: 0 }, control: { successes: 0, trials: 0 } }));
    pending[arm].trials += 1;
    if (isError) pending[arm].successes += 1;
    if (Number.isFinite(latencyMs) && latencyMs >= 0) this.#latencies[arm].push(latencyMs);
    if (this.#latencies[arm].length >= 1_000) this.#fold();
  }

  /** Whether a slot is over that was not recorded yet. */
  get isDue(): boolean {
    const now = Date.now();
    return [...this.#pending.keys()].some((slot) => slot + this.#slotMs <= now);
  }

  /** What was counted and not recorded yet; it is no more. */
  take(): readonly MetricObservation[] {
    const arms = ["canary", "control"] as const;
    // Nothing is to come, also after a clock was set back.
    const now = Date.now();
    const seen = [...this.#pending].flatMap(([slot, counts]) =>
      arms.map((arm) => ({ metric: "errors", arm, at: Math.min(slot, now), seen: { proportion: counts[arm] } }) as const),
    );
    this.#pending.clear();
    return seen.filter(({ seen }) => seen.proportion.trials > 0);
  }

  /** The latency that 95 % of requests are not above, in milliseconds; null without any. */
  latency(arm: Arm): number | null {
    this.#fold();
    return this.#control.summary({ observations: this.#known, metric: "latency", arm, spanMs: EVER_MS }).value?.value ?? null;
  }

  #fold(): void {
    const samples = (["canary", "control"] as const).map((arm) => {
      return { metric: "latency", arm, at: Date.now(), samples: this.#latencies[arm].splice(0) };
    });
    const some = samples.filter(({ samples }) => samples.length > 0);
    if (some.length > 0) this.#known = this.#control.record({ observations: this.#known, samples: some });
  }
}
