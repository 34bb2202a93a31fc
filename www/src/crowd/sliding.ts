/** What a slider did to the visitors, from when it was taken to where it is now. */

import { computed, signal } from "@preact/signals";
import { isSame } from "../snapshot/parts.js";
import type { Lot } from "./count.js";
import { type Counted, lots } from "./counting.js";

type CountedLots = Counted<readonly Lot[]>;

/** Where everybody was before the slider was last moved. */
const before = signal<CountedLots | undefined>(undefined);
let isSliding = false;

/** Remembers where everybody is, once for every time that a slider is taken and let go. */
export function sliding(): void {
  if (!isSliding) before.value = lots.peek();
  isSliding = true;
}

export function slid(): void {
  isSliding = false;
}

/** The counts before and after, as long as they are of the same visitors and the same split. */
export const compared = computed(() => {
  const [one, other] = [before.value, lots.value];
  if (!one || !other || one === other) return undefined;
  const [a, b] = [one.asked.question, other.asked.question];
  const isComparable =
    isSame(a.subject, b.subject) && a.split?.rule === b.split?.rule && a.crowd === b.crowd && a.context === b.context;
  return isComparable ? { one, other } : undefined;
});
