/** What engines answer, and how an outcome of the core becomes it. */

import type { JsonValue, Scalar } from "./snapshot-types.js";

/** Why an answer is what it is: OpenFeature's reasons. */
export type Reason = "STATIC" | "DEFAULT" | "TARGETING_MATCH" | "SPLIT" | "DISABLED" | "ERROR";

/** Why there is no answer: OpenFeature's error codes. */
export type ErrorCode = "FLAG_NOT_FOUND" | "TYPE_MISMATCH" | "PARSE_ERROR" | "GENERAL" | "PROVIDER_NOT_READY";

/** Flat scalars about an answer: the flag's own, and what the engine adds under `vexil.`. */
export type FlagMetadata = { readonly [name: string]: Scalar };

/** An evaluated flag. Frozen, and the same object for the same outcome. */
export interface Details<T> {
  readonly flagKey: string;
  /** The variant's value, deeply frozen; the caller's default if `reason` is `ERROR`. */
  readonly value: T;
  readonly reason: Reason;
  /** Absent if `reason` is `ERROR`. */
  readonly variant?: string;
  /** The id of the rule that decided. */
  readonly rule?: string;
  readonly errorCode?: ErrorCode;
  readonly errorMessage?: string;
  readonly flagMetadata: FlagMetadata;
}

/** A routed request. Frozen. */
export interface Route {
  /** `stable` where there is no answer. */
  readonly track: string;
  readonly version: string | null;
  readonly reason: Reason;
  readonly rule?: string;
  readonly errorCode?: ErrorCode;
  readonly errorMessage?: string;
}

/** An outcome with or without a value: `value` is undefined if `reason` is `ERROR`. */
export type Answer = Details<JsonValue | undefined>;

/** The JSON that the core makes of an outcome: metadata in two parts, the flag's own and what it adds. */
type Outcome = Omit<Answer, "flagMetadata"> & { readonly own?: FlagMetadata; readonly added: FlagMetadata };

const NO_METADATA: FlagMetadata = Object.freeze({});

/** Reads the core's JSON. Called once for each outcome. */
export function readAnswer(json: string): Answer {
  const { own, added, flagKey, value, reason, variant, rule, errorCode, errorMessage } = alone(JSON.parse(json) as Outcome);
  const flagMetadata = { ...own, ...added };
  // Three shapes and no more: what reads answers is compiled for few.
  if (variant === undefined) {
    const failed = { flagKey, value: undefined, reason, errorCode: errorCode as ErrorCode, errorMessage: errorMessage as string };
    return deepFreeze({ ...failed, flagMetadata });
  }
  return deepFreeze(
    rule === undefined
      ? { flagKey, value, reason, variant, flagMetadata }
      : { flagKey, value, reason, variant, rule, flagMetadata },
  );
}

const ROUTE = Symbol("route");

/** The answer of a service, with the route that is given for it. */
type Routed = Answer & { readonly [ROUTE]: Route };

/** Reads the core's JSON of a service's outcome. */
export function readRouted(json: string): Routed {
  const answer = readAnswer(json);
  return Object.freeze({ ...answer, [ROUTE]: toRoute(answer) });
}

/** The route that an answer of a service means: the same for the same outcome. */
export function routeOf(answer: Answer): Route {
  return (answer as Partial<Routed>)[ROUTE] ?? toRoute(answer);
}

function toRoute(answer: Answer): Route {
  const { variant, value, reason, rule, errorCode, errorMessage } = alone(answer);
  return Object.freeze({
    track: variant ?? "stable",
    version: typeof value === "string" ? value : null,
    reason,
    ...(rule !== undefined && { rule }),
    ...(errorCode !== undefined && { errorCode }),
    ...(errorMessage !== undefined && { errorMessage }),
  });
}

/** A copy without a prototype: what is not there must not be found elsewhere. */
function alone<T extends object>(value: T): T {
  return Object.assign(Object.create(null), value) as T;
}

/** An answer without a value. */
export function failure(flagKey: string, errorCode: ErrorCode, errorMessage: string): Answer {
  return Object.freeze({
    flagKey,
    value: undefined,
    reason: "ERROR",
    errorCode,
    errorMessage,
    flagMetadata: NO_METADATA,
  });
}

/** Freezes plain data to its leaves, cycles included. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) deepFreeze(member);
  }
  return value;
}
