/** Answers that travel in the page. */

import type { EvaluationContext } from "@openfeature/react-sdk";
import type { BaseContext, Details } from "vexil";
import type { Answering } from "vexil/openfeature/web";

/** All answers for one context. */
export interface Payload {
  readonly context: EvaluationContext;
  readonly flags: readonly Details<unknown>[];
}

export function payloadOf(visitor: BaseContext): Payload {
  return { context: visitor.attributes as EvaluationContext, flags: visitor.all() };
}

/** Answers again, wherever the payload went. */
export function hydrate({ flags }: Payload): Answering {
  const answers = new Map(flags.map((details) => [details.flagKey, details]));
  return { details: (key, fallback) => answers.get(key) ?? missing(key, fallback) };
}

function missing(flagKey: string, value: unknown): Details<unknown> {
  const errorMessage = "the page has no answer for this flag";
  return { flagKey, value, reason: "ERROR", errorCode: "FLAG_NOT_FOUND", errorMessage, flagMetadata: {} };
}
