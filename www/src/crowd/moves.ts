/** What became of visitors between two counts of the same crowd. */

import type { Lot } from "./count.js";

export interface Moves {
  /** In a range now, and not before. */
  readonly entered: number;
  /** In a range before, and not now. */
  readonly left: number;
  /** In a range both times, but with another variant. */
  readonly moved: number;
}

export function movesBetween(before: readonly Lot[], after: readonly Lot[]): Moves {
  const moves = { entered: 0, left: 0, moved: 0 };
  after.forEach((lot, index) => {
    const one = before[index]?.variant;
    const other = lot.variant;
    if (one === other) return;
    if (one === undefined) moves.entered++;
    else if (other === undefined) moves.left++;
    else moves.moved++;
  });
  return moves;
}
