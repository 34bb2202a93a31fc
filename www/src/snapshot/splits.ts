/** The splits of a flag or service, and where their exposure stands in the text. */

import type { Ramp } from "vexil";
import type { Subject } from "../state.js";
import type { Path } from "./document.js";
import { elements, FORMS, members, textual, writtenOf } from "./parts.js";

/** A split of a flag or service. */
export interface WrittenSplit {
  /** The id of its rule; the default's if absent. */
  readonly rule?: string;
  readonly path: Path;
  /** In percent. */
  readonly exposure: number;
  readonly ramp?: Ramp;
}

/** Every split, in the order in which they are asked. */
export function splitsOf(document: unknown, subject: Subject): WrittenSplit[] {
  const part = writtenOf(document, subject);
  const path: Path = [FORMS[subject.kind].map, subject.key];
  const rules = elements(part["rules"]).map((each, index) => {
    const rule = members(each);
    return splitAt(members(rule["serve"])["split"], [...path, "rules", index, "serve", "split"], textual(rule["id"]));
  });
  const last =
    subject.kind === "flag"
      ? splitAt(members(part["default"])["split"], [...path, "default", "split"])
      : splitAt(part["split"], [...path, "split"]);
  return [...rules, last].filter((split) => split !== undefined);
}

function splitAt(value: unknown, path: Path, rule?: string): WrittenSplit | undefined {
  if (value === undefined) return undefined;
  const { exposure, ramp } = members(value);
  return {
    ...(rule !== undefined && { rule }),
    path,
    exposure: typeof exposure === "number" ? exposure : 100,
    ...(ramp !== undefined && { ramp: members(ramp) as unknown as Ramp }),
  };
}
