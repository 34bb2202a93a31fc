/** The engine's answer for a flag or service, in one form for both. */

import type { EvaluationContext, JsonValue, Reason } from "vexil";
import { offOf, optionsOf, subjectsOf } from "../snapshot/parts.js";
import type { Serving, Subject } from "../state.js";

export interface Answer {
  readonly subject: Subject;
  /** The variant's value, or the track's version; undefined for an error. */
  readonly value: JsonValue | undefined;
  /** The variant, or the track. */
  readonly variant: string | undefined;
  readonly reason: Reason;
  readonly rule: string | undefined;
  /** What the engine adds: `vexil.cause` and what belongs to it, without `vexil.`. */
  readonly added: { readonly [name: string]: string };
  readonly error: string | undefined;
  /** The colour of the variant. */
  readonly tone: number;
}

/** The answers of all flags and services. */
export function answersOf(serving: Serving, context: EvaluationContext, now: number): Answer[] {
  return subjectsOf(serving.document).map((subject) => answerOf(serving, subject, context, now));
}

/** The answer of one. */
export function answerOf(serving: Serving, subject: Subject, context: EvaluationContext, now: number): Answer {
  const { engine, document } = serving;
  const toneOf = tones(optionsOf(document, subject), offOf(document, subject));
  if (subject.kind === "service") {
    const { track, version, reason, rule, errorCode, errorMessage } = engine.route(subject.key, context, { now });
    const added = reason === "DISABLED" ? { cause: "killed" } : {};
    const value = version ?? undefined;
    return {
      subject,
      value,
      variant: track,
      reason,
      rule,
      added,
      error: errorMessage ?? errorCode,
      tone: toneOf(track),
    };
  }
  const details = engine.details(subject.key, context, undefined, { now });
  const { value, variant, reason, rule, flagMetadata, errorCode, errorMessage } = details;
  const own = Object.entries(flagMetadata).filter(([name]) => name.startsWith("vexil."));
  const added = Object.fromEntries(own.map(([name, value]) => [name.slice("vexil.".length), String(value)]));
  return { subject, value, variant, reason, rule, added, error: errorMessage ?? errorCode, tone: toneOf(variant) };
}

/** How many colours there are for variants besides that of what is off, which is 0. */
const TONES = 7;

/** The colours of variants: the one that is served when all is off has none. */
export function tones(options: readonly string[], off: string | undefined): (variant: string | undefined) => number {
  const coloured = options.filter((option) => option !== off);
  return (variant) => {
    const index = variant === undefined ? -1 : coloured.indexOf(variant);
    return index < 0 ? 0 : 1 + (index % TONES);
  };
}
