/** What the page is about. All that is shown follows from these few signals and from the engine's answers. */

import { batch, computed, signal } from "@preact/signals";
import type { Diagnostic, Engine, JsonObject, KillMessage } from "vexil";

/** A flag or a service. */
export interface Subject {
  readonly kind: "flag" | "service";
  readonly key: string;
}

/** All that a link carries, and all that an example brings. */
export interface PageState {
  /** The snapshot, as it is written. */
  readonly text: string;
  /** The last text that could be served, where `text` cannot. */
  readonly good?: string;
  readonly context: JsonObject;
  /** The time to evaluate at, in milliseconds; the clock if absent. */
  readonly now?: number;
  readonly subject?: Subject;
  /** What the kill switches sent. */
  readonly kill?: KillMessage;
  /** Which of the generated visitors are counted. */
  readonly crowd?: number;
}

/** A snapshot in force. */
export interface Serving {
  readonly text: string;
  readonly engine: Engine;
  /** The document, as it was written: parts of it may be broken. */
  readonly document: unknown;
  readonly kill: KillMessage | undefined;
}

export const text = signal("");
export const context = signal<JsonObject>({});
export const fixedNow = signal<number | undefined>(undefined);
export const kill = signal<KillMessage | undefined>(undefined);
export const crowd = signal(1);
/** The flag or service that was chosen, which the snapshot may no longer have. */
export const chosen = signal<Subject | undefined>(undefined);

/** What is wrong with `text`. */
export const problems = signal<readonly Diagnostic[]>([]);
export const serving = signal<Serving | undefined>(undefined);
/** A sentence about the page itself, such as a link that cannot be read. */
export const notice = signal<string | undefined>(undefined);

/** The clock, as of the last time that it mattered. */
export const clock = signal(Date.now());
export const now = computed(() => fixedNow.value ?? clock.value);

/** Whether what is written is what is served. */
export const isServed = computed(() => serving.value?.text === text.value);

/** Whether what is written cannot be served, so that it must be mended before it is changed from elsewhere. */
export const isBroken = computed(() => !isServed.value && problems.value.some(({ severity }) => severity === "fatal"));

/** Replaces everything at once. */
export function show(state: PageState): void {
  batch(() => {
    text.value = state.text;
    context.value = state.context;
    fixedNow.value = state.now;
    kill.value = state.kill;
    crowd.value = state.crowd ?? 1;
    chosen.value = state.subject;
  });
}

/** What a link of the page carries now. */
export function current(): PageState {
  const good = serving.value?.text;
  return {
    text: text.value,
    ...(good !== undefined && good !== text.value && { good }),
    context: context.value,
    ...(fixedNow.value !== undefined && { now: fixedNow.value }),
    ...(chosen.value && { subject: chosen.value }),
    ...(kill.value && { kill: kill.value }),
    ...(crowd.value !== 1 && { crowd: crowd.value }),
  };
}
