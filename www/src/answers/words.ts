/** Answers in sentences. */

import type { Answer } from "./answer.js";

/** Why an answer is what it is, in a few words behind its reason. */
export function causeOf({ rule, added, error }: Answer): string {
  if (error !== undefined) return error;
  if (rule !== undefined) return `rule ${rule}`;
  switch (added["cause"]) {
    case "killed":
      return "killed";
    case "prerequisite":
      return `needs ${added["prerequisite"] ?? "another flag"}`;
    case "holdout":
      return `holdout ${added["holdout"] ?? ""}`;
    case "missingUnit":
    case undefined:
      return added["missingUnit"] === undefined ? "" : `no ${added["missingUnit"]}`;
    default:
      return added["cause"] ?? "";
  }
}

/** Why an answer is what it is, as a sentence. */
export function sentenceOf(answer: Answer): string {
  const { reason, rule, added, error } = answer;
  const by = rule === undefined ? "the default" : `the rule ${rule}`;
  if (reason === "ERROR") return `There is no answer: ${error ?? "unknown"}.`;
  if (reason === "DISABLED") return `It is off: ${causeOf(answer) || "disabled"}.`;
  if (reason === "STATIC") return "There is nothing to decide: everybody gets this, always.";
  if (added["cause"] === "override") return "An override lists the visitor.";
  if (added["cause"] === "holdout") return `The visitor is held out by ${added["holdout"] ?? "a holdout"}.`;
  if (added["missingUnit"] !== undefined) return `The context has no ${added["missingUnit"]} to draw for.`;
  if (reason === "SPLIT") return `A hash of the visitor decided, in ${by}.`;
  if (reason === "TARGETING_MATCH") return `The conditions of ${by} hold.`;
  return "Nothing applied, so it is the default.";
}
