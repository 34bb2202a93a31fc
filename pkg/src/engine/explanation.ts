/** How an answer comes about, step by step: the core's `Explanation`, as `src/explain/model.rs` defines it. */

import type { ErrorCode, Reason } from "./answers.js";
import type { JsonValue } from "./snapshot-types.js";

/** How the answer of a flag, or the route of a request, comes about. */
export interface Explanation {
  readonly kind: "flag" | "service";
  readonly key: string;
  /** What it serves: a flag's value, a track's version. Null for an error. */
  readonly value: JsonValue;
  /** The variant, or the track. */
  readonly variant?: string;
  readonly reason: Reason;
  readonly errorCode?: ErrorCode;
  /** The rule that decided. */
  readonly rule?: string;
  /** What was looked at, in order; the last step decided. */
  readonly steps: readonly ExplanationStep[];
}

/** Something that was looked at. */
export type ExplanationStep =
  | { readonly kind: "killed"; readonly scope: "all" | "namespace" | "flag" | "service" }
  | { readonly kind: "disabled" | "broken" | "unsupported" }
  | {
      readonly kind: "prerequisite";
      readonly flag: string;
      readonly variants: readonly string[];
      readonly met: boolean;
      readonly explanation: Explanation;
    }
  | { readonly kind: "override"; readonly unit: ExplainedUnit; readonly listed: boolean; readonly variant?: string }
  | {
      readonly kind: "holdout";
      readonly key: string;
      readonly unit: ExplainedUnit;
      readonly exposure: number;
      readonly held: boolean;
    }
  | {
      readonly kind: "rule";
      readonly id: string;
      readonly conditions: readonly ExplainedCondition[];
      readonly layer?: ExplainedLayer;
      readonly split?: ExplainedSplit;
      readonly variant?: string;
      /** Why it serves nothing. */
      readonly whyNot?: "condition" | "outsideLayer" | "outsideSplit" | "noUnit";
    }
  | { readonly kind: "default"; readonly split?: ExplainedSplit; readonly variant?: string };

/** A unit that was looked for. */
export interface ExplainedUnit {
  /** The attribute that holds it. */
  readonly by: string;
  /** What the attribute holds, a unit or not; absent if missing. */
  readonly value?: JsonValue;
  /** Its bucket, in ppm; absent in lists, and where the value is no unit. */
  readonly bucket?: number;
}

/** A condition, and whether it held. */
export interface ExplainedCondition {
  /** Where in the snapshot it stands: a JSON pointer. */
  readonly path?: string;
  readonly attribute?: string;
  /** The operator, or `segment`, `ring`, `after`, `before`. */
  readonly operator: string;
  readonly operand?: JsonValue;
  readonly ignoreCase?: true;
  /** What the attribute is, or the time; absent if missing. */
  readonly actual?: JsonValue;
  /** Whether it holds as written; absent if it was not looked at, since others had decided. */
  readonly held?: boolean;
  readonly segments?: readonly ExplainedSegment[];
}

/** A segment that was asked. */
export interface ExplainedSegment {
  readonly key: string;
  readonly unit?: ExplainedUnit;
  readonly member: boolean;
  readonly membership: "excluded" | "included" | "condition";
  readonly conditions?: readonly ExplainedCondition[];
}

/** A part of a layer, in ppm. */
export interface ExplainedLayer {
  readonly key: string;
  readonly unit: ExplainedUnit;
  readonly from: number;
  readonly to: number;
  readonly held: boolean;
}

/** A split. */
export interface ExplainedSplit {
  readonly unit: ExplainedUnit;
  /** Where its ramp is now, in ppm; absent without a ramp. */
  readonly exposure?: number;
  /** Its ranges in ppm, as far as they are exposed now. */
  readonly ranges: readonly { readonly variant?: string; readonly from: number; readonly to: number }[];
  readonly place: "range" | "outside" | "noUnit";
  /** What the unit gets; absent if it gets nothing here. */
  readonly variant?: string;
}
