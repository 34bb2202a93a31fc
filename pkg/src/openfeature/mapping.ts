/** The one mapping of Vexil's answers to OpenFeature's, on servers and in pages alike. */

import type { ErrorCode, FlagMetadata, ResolutionDetails } from "@openfeature/core";

import type { Details } from "../engine/answers.js";

/** What gives answers about one context: `engine.context(...)`, or answers that came with a page. */
export interface Answering {
  /** The answer of a flag whose values are of the type of `fallback`; as `details` of a context. */
  details(key: string, fallback: Asked): Details<unknown>;
}

/** A value of the type that is asked for: an engine compares types and nothing else of it. */
export type Asked = boolean | string | number | Readonly<Record<never, never>>;

/** Stands for the type object, which arrays and null are of as well. */
export const OBJECT: Asked = Object.freeze({});

/** Where the rule that decided is named in the metadata of an answer, since OpenFeature has no field for it. */
const RULE = "vexil.rule";

/** What became of answers. An engine has one answer for each outcome, so nothing is made or copied twice. */
const known = new WeakMap<object, ResolutionDetails<unknown>>();

/** An answer of Vexil as one of OpenFeature. Where there is none, its value is the caller's default. */
export function resolutionOf<T>(details: Details<unknown>, fallback: T): ResolutionDetails<T> {
  if (details.errorCode !== undefined) return failed(details, fallback);
  let resolution = known.get(details);
  if (resolution === undefined) {
    resolution = succeeded(details);
    known.set(details, resolution);
  }
  // The engine has looked at the type.
  return resolution as ResolutionDetails<T>;
}

/** That there is no answer, and why. */
export function failure<T>(errorCode: `${ErrorCode}`, errorMessage: string, fallback: T): ResolutionDetails<T> {
  return { value: fallback, reason: "ERROR", errorCode: errorCode as ErrorCode, errorMessage };
}

function succeeded({ value, variant, reason, rule, flagMetadata }: Details<unknown>): ResolutionDetails<unknown> {
  return Object.freeze({
    value,
    ...(variant !== undefined && { variant }),
    reason,
    flagMetadata: (rule === undefined ? flagMetadata : Object.freeze({ ...flagMetadata, [RULE]: rule })) as FlagMetadata,
  });
}

function failed<T>({ errorCode, errorMessage, flagMetadata }: Details<unknown>, fallback: T): ResolutionDetails<T> {
  return { ...failure(errorCode ?? "GENERAL", errorMessage ?? "", fallback), flagMetadata: flagMetadata as FlagMetadata };
}
