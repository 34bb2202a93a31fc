/** How far a share may be from its plan by chance. */

import type { Part } from "./count.js";

/** Chance alone goes beyond this about once in 16,000 draws. */
export const FURTHEST = 4;

/**
 * The deviation of a counted share from its plan, in standard deviations of a binomial share:
 * (count - n p) / sqrt(n p (1 - p)). Infinite where a plan of nothing or of everything is not kept to the last unit.
 */
export function deviationOf({ planned, count }: Part, units: number): number {
  const share = planned / 1_000_000;
  const excess = count - units * share;
  if (excess === 0) return 0;
  return excess / Math.sqrt(units * share * (1 - share));
}
