/** What those who observe an engine are told of an evaluation. */

import type { Answer } from "./answers.js";
import { wellFormed } from "./kinds.js";
import { attributeOf, type Attributes } from "./writer.js";

/** What gave an answer by chance: a split, a layer or a holdout that holds the unit. Frozen, one for each outcome. */
export interface Assignment {
  readonly flag: string;
  /** What the unit got. */
  readonly variant: string;
  /** Decides, with the unit, the bucket. */
  readonly seed: string;
  /** The attribute that holds the unit. */
  readonly by: string;
  /** Of all that decides who gets what: seed, unit attribute, and weights or ranges. Another exposure leaves it as it is. */
  readonly digest: string;
  /** The rule that decided; a default split and a holdout have none. */
  readonly rule?: string;
  /** The layer of that rule. */
  readonly layer?: string;
  /** The holdout that holds the unit. */
  readonly holdout?: string;
}

/** A unit that took part in something. */
export interface Assigned {
  readonly assignment: Assignment;
  /** The unit, in the text by which it is bucketed. */
  readonly unit: string;
  /** The flag that was asked, where this is one of its prerequisites. */
  readonly via?: string;
}

/** An evaluation of one flag or service. */
export interface Observation {
  readonly kind: "flag" | "service";
  /** The answer; without a value if `reason` is `ERROR`. */
  readonly details: Answer;
  /** What chance decided, prerequisites first. Empty for units outside an exposure or a layer. */
  readonly assigned: readonly Assigned[];
  /** A copy of the context's attributes. They may be private. */
  readonly attributes: Attributes;
}

/** Is told of every evaluation of one flag or service; not of those that answer all flags. */
export type Observer = (observation: Observation) => void;

/** Which snapshot is in force. */
export interface Identity {
  /** Which history of revisions it belongs to. */
  readonly lineage?: string;
  readonly revision?: number;
  readonly environment?: string;
  /** A digest of the snapshot's text. */
  readonly content: string;
  /** The revision of the kill set in force, which may have come later. */
  readonly killRevision: number;
}

/** The unit that was assigned, as text. */
export function unitOf(attributes: Attributes, by: string): string {
  const unit = attributeOf(attributes, by);
  return typeof unit === "string" ? wellFormed(unit) : String(unit);
}
