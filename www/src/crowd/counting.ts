/** What the worker has counted for what is shown. */

import { computed, effect, signal } from "@preact/signals";
import { subject } from "../selected.js";
import { drawnUnits } from "../snapshot/attributes.js";
import { isSame } from "../snapshot/parts.js";
import { splitsOf, type WrittenSplit } from "../snapshot/splits.js";
import { context, crowd, now, serving, type Subject } from "../state.js";
import type { Draw, Lot, Question, Shares } from "./count.js";
import type { Asked, Told } from "./messages.js";

/** What was counted, with what was asked and the exposure that the split had then. */
export interface Counted<T> {
  readonly asked: Asked;
  readonly exposure: number | undefined;
  readonly result: T;
}

export interface Crowd {
  readonly shares: Shares;
  readonly took: number;
}

export const lots = signal<Counted<readonly Lot[]> | undefined>(undefined);
export const shares = signal<Counted<Crowd> | undefined>(undefined);
export const draws = signal<Counted<readonly Draw[]> | undefined>(undefined);

/** Whether there is a question that is not answered to the end. */
export const isCounting = signal(false);

/** The splits of what is shown. */
export const splits = computed<readonly WrittenSplit[]>(() =>
  subject.value ? splitsOf(serving.value?.document, subject.value) : [],
);

/** Which of them the dots are about, for the subject that it was chosen for. */
export const chosenSplit = signal<{ readonly subject: Subject; readonly index: number } | undefined>(undefined);

export const split = computed<WrittenSplit | undefined>(() => {
  const { subject: of, index } = chosenSplit.value ?? { index: 0 };
  return splits.value[isSame(of, subject.value) ? index : 0] ?? splits.value[0];
});

/** The attributes in which generated visitors differ. */
export const units = computed(() => drawnUnits(serving.value?.document));

export function startCounting(): void {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  let latest: { readonly asked: Asked; readonly exposure: number | undefined } | undefined;
  worker.addEventListener("message", ({ data }: MessageEvent<Told>) => {
    if (latest?.asked.id === data.id) receive(data, latest.asked, latest.exposure);
  });
  let id = 0;
  effect(() => {
    const { text, kill } = serving.value ?? {};
    const question = questionNow();
    if (text === undefined || !question) return;
    latest = { asked: { id: ++id, text, kill, question }, exposure: split.value?.exposure };
    isCounting.value = true;
    worker.postMessage(latest.asked);
  });
}

function questionNow(): Question | undefined {
  if (!subject.value) return undefined;
  const { rule } = split.value ?? {};
  return {
    subject: subject.value,
    context: context.value,
    now: now.value,
    units: units.value,
    crowd: crowd.value,
    split: split.value && { ...(rule !== undefined && { rule }) },
  };
}

function receive(told: Told, asked: Asked, exposure: number | undefined): void {
  if (told.kind === "lots") lots.value = { asked, exposure, result: told.lots };
  else if (told.kind === "shares") shares.value = { asked, exposure, result: { shares: told.shares, took: told.took } };
  else {
    draws.value = { asked, exposure, result: told.draws };
    isCounting.value = false;
  }
}
