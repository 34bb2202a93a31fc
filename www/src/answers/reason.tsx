/** The badge of a reason. */

import type { Reason as Name } from "vexil";

const MEANINGS: Readonly<Record<Name, string>> = {
  STATIC: "nothing to decide: the same for every context and at every time",
  DEFAULT: "nothing applied, and the default was served",
  TARGETING_MATCH: "an override or a rule with a fixed variant applied",
  SPLIT: "a hash of the unit decided",
  DISABLED: "off: killed, disabled, or missing a prerequisite",
  ERROR: "there is no answer",
};

export function Reason({ reason }: { reason: Name }) {
  return (
    <span class="reason" data-reason={reason} title={MEANINGS[reason]}>
      {reason}
    </span>
  );
}
