/**
 * Histograms of durations that can be added up: every instance counts for itself, and the sum says what all of them saw.
 *
 * The buckets are those of DDSketch (Masson, Rim, Lee: "DDSketch", VLDB 2019): with a relative error `a` and
 * `gamma = (1 + a) / (1 - a)`, a duration falls into the bucket `ceil(log_gamma(ms))`, which holds what is above
 * `gamma^(i-1)` and at most `gamma^i`. Any quantile is then known to within `a` of itself, however long durations are.
 */

/** A quantile that is read from a histogram is off by at most this share of itself. */
export const RELATIVE_ERROR = 0.01;

const GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);
const LOG_GAMMA = Math.log(GAMMA);

/** Durations in milliseconds, as plain data: the form of a sketch of the core, see `docs/statistics.md`. */
export interface Histogram {
  /** The relative error, always 0.01; it stands here so that nobody adds up what was counted differently. */
  readonly alpha: number;
  /** How many were 0: some platforms let no time pass while code runs. */
  readonly zero: number;
  /** The counts of all buckets that hold something, by their numbers. */
  readonly buckets: { readonly [bucket: string]: number };
}

/** A histogram while it is being filled. */
export class Durations {
  #zero = 0;
  readonly #buckets = new Map<number, number>();

  /** Counts a duration. A negative one, of a clock that was set back, is 0. */
  record(ms: number): void {
    if (ms > 0) this.#add(bucketOf(ms), 1);
    else this.#zero++;
  }

  /** Adds what another histogram has counted. */
  merge(other: Histogram): void {
    if (other.alpha !== RELATIVE_ERROR) {
      throw new TypeError(`vexil: a histogram with a relative error of ${other.alpha} cannot be added to one of ${RELATIVE_ERROR}`);
    }
    this.#zero += other.zero;
    for (const [bucket, count] of Object.entries(other.buckets)) this.#add(Number(bucket), count);
  }

  #add(bucket: number, count: number): void {
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + count);
  }

  /** What was counted so far, as plain data. */
  read(): Histogram {
    return { alpha: RELATIVE_ERROR, zero: this.#zero, buckets: Object.fromEntries(this.#buckets) };
  }
}

/** The bucket of a duration above 0. */
export function bucketOf(ms: number): number {
  return Math.ceil(Math.log(ms) / LOG_GAMMA);
}

/**
 * Adds histograms up.
 *
 * @throws {TypeError} if one has another relative error.
 */
export function mergeHistograms(histograms: Iterable<Histogram>): Histogram {
  const sum = new Durations();
  for (const histogram of histograms) sum.merge(histogram);
  return sum.read();
}

/** How many durations a histogram has counted. */
export function countOf({ zero, buckets }: Histogram): number {
  return Object.values(buckets).reduce((sum, count) => sum + count, zero);
}

/** The duration that a share `q` (0 to 1) of all does not exceed, such as 0.95; undefined if there is none. */
export function quantile(histogram: Histogram, q: number): number | undefined {
  const total = countOf(histogram);
  if (total === 0) return undefined;
  const rank = Math.min(Math.max(q, 0), 1) * (total - 1);
  let below = histogram.zero;
  let last: number | undefined;
  if (below > rank) return 0;
  // An object keeps its own order for numbers that are negative.
  for (const [bucket, count] of Object.entries(histogram.buckets).sort(([a], [b]) => Number(a) - Number(b))) {
    below += count;
    last = Number(bucket);
    if (below > rank) break;
  }
  // The point of the bucket from which neither end is further away than the relative error.
  return last === undefined ? 0 : (2 * GAMMA ** last) / (GAMMA + 1);
}
