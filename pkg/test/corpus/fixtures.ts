/** The files of `tests/fixtures`, read; `CONTRIBUTING.md` describes their form. Needs nothing of a host. */

import type { EvaluationContext, JsonValue } from "../../src/node.js";
import { compact, rawItems, rawMembers } from "../json.js";

/** A case of a fixture file. */
interface Case {
  readonly why: string;
  readonly flag?: string;
  readonly service?: string;
  readonly all?: EvaluationContext;
  readonly context?: EvaluationContext;
  readonly now?: string;
  readonly default?: JsonValue;
  readonly as?: "boolean" | "string" | "number" | "object";
  readonly diagnostics?: readonly Finding[];
  readonly nextChange?: string;
  readonly unit?: string;
  readonly seed?: string;
  readonly expect?: unknown;
}

export interface Finding {
  readonly code: string;
  readonly severity: string;
  readonly path: string;
}

/** A case and the text of its members, which reading would not keep as it is. */
export interface Fixture extends Case {
  readonly raw: ReadonlyMap<string, string>;
}

/** A fixture file. */
export interface FixtureFile {
  readonly name: string;
  readonly snapshot: string;
  readonly cases: readonly Fixture[];
}

export function fixtureFile(name: string, text: string): FixtureFile {
  const raw = rawMembers(text);
  const { text: snapshot } = JSON.parse(text) as { text?: string };
  return {
    name,
    snapshot: snapshot ?? compact(raw.get("snapshot") ?? ""),
    cases: rawItems(raw.get("cases") ?? "[]").map((text) => ({ ...(JSON.parse(text) as Case), raw: rawMembers(text) })),
  };
}

/** The document that a case updates to. */
export function nextOf({ raw }: Fixture): string | undefined {
  const [next, text] = [raw.get("update"), raw.get("updateText")];
  if (next !== undefined) return compact(next);
  return text === undefined ? undefined : (JSON.parse(text) as string);
}

/** What the law of bucketing is told for a unit. */
export interface Bucket {
  readonly digest: string;
  readonly bucket: number;
}

/** The law of bucketing alone: a split with one range of one bucket, and a segment with one digest. */
export function bucketSnapshot({ seed = "", expect }: Fixture): string {
  const { digest, bucket } = expect as Bucket;
  return JSON.stringify({
    schema: "vexil/1",
    flags: {
      split: {
        variants: { there: true, elsewhere: false },
        offVariant: "elsewhere",
        default: {
          split: { seed, ranges: [{ variant: "there", from: bucket, to: bucket + 1 }], outside: { variant: "elsewhere" } },
        },
      },
      list: {
        variants: { listed: true, unlisted: false },
        offVariant: "unlisted",
        rules: [{ id: "listed", when: { segment: "one" }, serve: { variant: "listed" } }],
        default: { variant: "unlisted" },
      },
    },
    segments: { one: { includeDigests: [digest] } },
  });
}

/** All documents that engines are given for a file. */
export function documentsOf({ snapshot, cases }: FixtureFile): readonly string[] {
  const others = cases.map((fixture) => (fixture.unit === undefined ? nextOf(fixture) : bucketSnapshot(fixture)));
  return [snapshot, ...others.filter((document) => document !== undefined)];
}
