/**
 * The answers of all flags for one visitor, carried from where they are evaluated to a page: the first thing that the
 * page shows is right, and no rule leaves the server.
 */

import type { Details, FlagMetadata, Reason } from "./engine/answers.js";
import type { BaseEngine, EvaluateOptions, EvaluationContext } from "./engine/base.js";
import type { Assigned, Assignment, Identity } from "./engine/observation.js";
import type { JsonValue } from "./engine/snapshot-types.js";

export { hydrate, Hydrated } from "./bootstrap/hydrated.js";

/** What is carried: plain data, for `JSON.stringify` or `embed`. Its form is this package's own, of one version. */
export interface Bootstrap {
  readonly vexil: "bootstrap/1";
  /** Which snapshot the answers are of. */
  readonly identity: Identity;
  readonly flags: { readonly [key: string]: CarriedAnswer };
  /** Which units took part in what; answers name them by their places. */
  readonly assigned: readonly (readonly [assignment: Assignment, unit: string])[];
}

/** An answer, as short as it can be. */
export interface CarriedAnswer {
  readonly value: JsonValue;
  readonly variant: string;
  readonly reason: Reason;
  readonly rule?: string;
  readonly metadata?: FlagMetadata;
  /** Places in `assigned`. */
  readonly assigned?: readonly number[];
}

/** What is carried. */
export interface BootstrapOptions extends EvaluateOptions {
  /** Which flags: those of the audience `client`, which is the default, or all that there are. */
  readonly audience?: "client" | "all";
  /** These alone, whatever their audience. */
  readonly flags?: readonly string[];
}

/**
 * Evaluates flags for a visitor, at one instant. Nothing is exposed by it: that happens in the page, where an answer is
 * read. Flags that answer with an error are left out.
 */
export function bootstrap(engine: BaseEngine, context: EvaluationContext, options: BootstrapOptions = {}): Bootstrap {
  const now = options.now ?? Date.now();
  const { attributes } = engine.context(context);
  const assigned: (readonly [Assignment, string])[] = [];
  const places = new Map<string, number>();
  const placeOf = ({ assignment, unit }: Assigned): number => {
    const name = JSON.stringify([assignment, unit]);
    const place = places.get(name) ?? assigned.push([assignment, unit]) - 1;
    places.set(name, place);
    return place;
  };
  const traced = options.flags
    ? options.flags.map((key) => engine.traced("flag", key, attributes, { now }))
    : engine.ruleset.flags(options.audience !== "all").map((row) => engine.tracedRow(row, attributes, { now }));
  const answered = traced.filter(({ details }) => details.errorCode === undefined);
  const flags = answered.map(({ details, assigned }) => [details.flagKey, carried(details as Details<JsonValue>, assigned.map(placeOf))]);
  return { vexil: "bootstrap/1", identity: engine.identity, flags: Object.fromEntries(flags) as Bootstrap["flags"], assigned };
}

function carried({ value, variant, reason, rule, flagMetadata }: Details<JsonValue>, assigned: readonly number[]): CarriedAnswer {
  return {
    value,
    variant: variant as string,
    reason,
    ...(rule !== undefined && { rule }),
    ...(Object.keys(flagMetadata).length > 0 && { metadata: flagMetadata }),
    ...(assigned.length > 0 && { assigned }),
  };
}

/** The text of a bootstrap that can stand in a page, in `<script type="application/json">`: nothing in it ends the element. */
export function embed(carried: Bootstrap): string {
  return JSON.stringify(carried).replace(/</g, "\\u003c");
}
