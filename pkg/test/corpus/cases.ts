/** What a case of the corpus means: an engine is asked, and has to answer as the case says. Needs nothing of a host. */

import { expect } from "vitest";

import type { Assigned, Assignment, Details, EvaluateOptions, Explanation, JsonValue, Route, SnapshotError } from "../../src/node.js";
import { rawItems } from "../json.js";
import { type Bucket, bucketSnapshot, type Finding, type Fixture, type FixtureFile, nextOf } from "./fixtures.js";
import type { AnyEngine, Asker, Full, Way } from "./ways.js";

const NOW = "2026-01-01T00:00:00Z";
/** What is asked for where a fixture names a type and no default. */
const FALLBACKS = { boolean: true, string: "fallback", number: -1, object: { fall: "back" } } as const;

interface ExpectedAnswer {
  readonly value?: JsonValue;
  readonly variant?: string;
  readonly track?: string;
  readonly version?: string | null;
  readonly reason: string;
  readonly rule?: string;
  readonly errorCode?: string;
  readonly metadata?: object;
  /** What chance decided; without the units, which are those of the context. */
  readonly assignments?: readonly Omit<Assignment, "digest">[];
}

/** A case, ready to be run: `check` throws if an answer is another than the case says. */
export interface Check {
  readonly why: string;
  readonly check: () => Promise<void>;
}

/** The cases of a file that a way takes. */
export function checksOf(file: FixtureFile, way: Way, full: Full): readonly Check[] {
  const make = (document: string): Promise<AnyEngine> => way.make(way.encode(document));
  let shared: Promise<AnyEngine> | undefined;
  const engineFor = async ({ raw }: Fixture, use: (engine: AnyEngine) => void): Promise<void> => {
    if (!raw.has("kill") && !raw.has("update") && !raw.has("updateText")) return use(await (shared ??= make(file.snapshot)));
    const own = await make(file.snapshot);
    try {
      use(own);
    } finally {
      own.dispose();
    }
  };
  const check = async (fixture: Fixture): Promise<void> => {
    const { unit, diagnostics } = fixture;
    if (unit !== undefined) return bucketed(await make(bucketSnapshot(fixture)), unit, fixture.expect as Bucket, way);
    if (diagnostics !== undefined) return diagnosed(full, way.encode(file.snapshot), diagnostics);
    await engineFor(fixture, (engine) => answers(engine, fixture, way, file.snapshot, full));
  };
  return file.cases.filter(way.takes).map((fixture) => ({ why: fixture.why, check: () => check(fixture) }));
}

function answers(engine: AnyEngine, fixture: Fixture, way: Way, snapshot: string, full: Full): void {
  for (const message of rawItems(fixture.raw.get("kill") ?? "[]")) {
    try {
      engine.kill(message);
    } catch (error) {
      // A message that is refused changes nothing, which is what such a fixture is about.
      if (!(error instanceof full.SnapshotError)) throw error;
    }
  }
  const next = nextOf(fixture);
  if (next !== undefined) return update(engine, way.encode(next), fixture.expect, full);
  if (fixture.nextChange !== undefined) return nextChange(engine, fixture.nextChange, fixture.expect);
  const options = { now: instant(fixture.now ?? NOW) };
  const lacking = way.lacking(snapshot);
  if (fixture.all !== undefined) {
    const answers = way.asker(engine, fixture.all).all(options);
    const variants = Object.fromEntries(answers.map(({ flagKey, variant }) => [flagKey, variant]));
    const expected = Object.entries(fixture.expect as object).filter(([key]) => !lacking.has(`flag ${key}`));
    return expect(variants).toStrictEqual(Object.fromEntries(expected));
  }
  const asker = way.asker(engine, fixture.context ?? {});
  const expected = fixture.expect as ExpectedAnswer;
  if (fixture.flag !== undefined) {
    if (lacking.has(`flag ${fixture.flag}`)) return cannotRun(asker.details(fixture.flag, undefined, options));
    flag(asker, fixture.flag, options, fixture, expected);
    if (expected.assignments !== undefined) assigned(engine, asker, fixture.flag, options, expected.assignments);
    return;
  }
  if (fixture.service !== undefined) {
    if (lacking.has(`service ${fixture.service}`)) return cannotRun(asker.route(fixture.service, options));
    return route(asker, fixture.service, options, expected);
  }
  throw new Error("a fixture of no known kind");
}

function flag(asker: Asker, key: string, options: EvaluateOptions, fixture: Fixture, expected: ExpectedAnswer): void {
  const fallback = fixture.default ?? (fixture.as && FALLBACKS[fixture.as]);
  const answer: Details<unknown> = fixture.as
    ? asker.details(key, fallback as string, options)
    : asker.details(key, undefined, options);
  const isError = expected.reason === "ERROR";
  expect(answer.flagKey).toBe(key);
  expect(shown(answer)).toStrictEqual(shown(expected));
  expect(answer.value).toStrictEqual(!isError ? expected.value : fixture.as ? fallback : undefined);
  if (expected.metadata !== undefined) expect(answer.flagMetadata).toEqual(expected.metadata);
  expect(answer.errorMessage !== undefined).toBe(isError);
  if (isError && fixture.default !== undefined) {
    expect(asker.details(key, fixture.default as string, options).value).toStrictEqual(expected.value);
  }
  shortHands(asker, key, options, asker.details(key, undefined, options).value);
  if (asker.explain) explained(asker.explain(key, options), asker.details(key, undefined, options));
}

/** Those who observe are told what chance decided. */
function assigned(
  engine: AnyEngine,
  asker: Asker,
  key: string,
  options: EvaluateOptions,
  expected: NonNullable<ExpectedAnswer["assignments"]>,
): void {
  const told: (readonly Assigned[])[] = [];
  const stop = engine.observe(({ assigned }) => told.push(assigned));
  asker.details(key, undefined, options);
  stop();
  expect(told.map((all) => all.map(({ assignment: { digest: _, ...rest } }) => rest))).toEqual([expected]);
  for (const { assignment, unit, via } of told.flat()) {
    expect(unit).not.toBe("");
    expect(via).toBe(assignment.flag === key ? undefined : key);
  }
}

/** The answers without details say the same. */
function shortHands(asker: Asker, key: string, options: EvaluateOptions, value: unknown): void {
  const none = {};
  const type = typeof value;
  expect(asker.boolean(key, type !== "boolean", options)).toBe(type === "boolean" ? value : true);
  expect(asker.string(key, "none", options)).toBe(type === "string" ? value : "none");
  expect(asker.number(key, NaN, options)).toBe(type === "number" ? value : NaN);
  expect(asker.object(key, none, options)).toBe(type === "object" ? value : none);
}

/** The explanation is told by the code that answers, so it comes to the same. */
function explained(explanation: Explanation | undefined, answer: Details<unknown>): void {
  if (answer.errorCode === "FLAG_NOT_FOUND") return expect(explanation).toBeUndefined();
  expect(explanation).toBeDefined();
  expect(shown(explanation as Explanation)).toStrictEqual(shown(answer));
  expect(explanation?.value).toStrictEqual(answer.value ?? null);
}

function route(asker: Asker, service: string, options: EvaluateOptions, expected: ExpectedAnswer): void {
  const answer = asker.route(service, options);
  const { track, version, reason, rule, errorCode } = answer;
  expect({ track, version, ...shown({ reason, rule, errorCode }) }).toStrictEqual({
    track: expected.track,
    version: expected.version ?? null,
    ...shown({ ...expected, variant: undefined }),
  });
  if (!asker.explainRoute) return;
  const explanation = asker.explainRoute(service, options);
  if (errorCode === "FLAG_NOT_FOUND") return expect(explanation).toBeUndefined();
  expect(explanation).toMatchObject({ kind: "service", key: service, reason, value: version });
  expect(explanation?.rule).toBe(rule);
  expect(explanation?.variant ?? "stable").toBe(track);
}

/** What needs something that the artifact lacks answers so, and never differently from the full one. */
function cannotRun({ reason, errorCode, errorMessage }: Details<unknown> | Route): void {
  expect({ reason, errorCode }).toEqual({ reason: "ERROR", errorCode: "GENERAL" });
  expect(errorMessage).toContain("`matches`");
}

/** The parts that fixtures give exactly: one that is absent must be absent. */
function shown(answer: { [K in "variant" | "reason" | "rule" | "errorCode"]?: string | undefined }): object {
  const { variant, reason, rule, errorCode } = answer;
  return { variant, reason, rule, errorCode };
}

async function diagnosed(full: Full, snapshot: string | Uint8Array, expected: readonly Finding[]): Promise<void> {
  const found = await full.createEngine(snapshot).then(
    (engine) => engine.diagnostics,
    (error: unknown) => {
      if (error instanceof full.SnapshotError) return error.diagnostics;
      throw error;
    },
  );
  const sorted = (findings: readonly Finding[]): string[] =>
    findings.map(({ code, severity, path }) => `${path}: ${severity}: ${code}`).sort();
  expect(sorted(found)).toStrictEqual(sorted(expected));
  for (const { message } of found) expect(message).not.toBe("");
}

function update(engine: AnyEngine, next: string | Uint8Array, expected: unknown, { SnapshotError }: Full): void {
  const { changed, refused } = expected as { changed?: readonly string[]; refused?: string };
  if (refused === undefined) return expect(engine.update(next)).toStrictEqual(changed);
  const before = engine.diagnostics;
  let thrown: unknown;
  try {
    engine.update(next);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(SnapshotError);
  expect((thrown as SnapshotError).diagnostics[0]?.code).toBe(refused);
  expect(engine.diagnostics).toBe(before);
}

function nextChange(engine: AnyEngine, from: string, expected: unknown): void {
  expect(engine.nextChange(instant(from)) ?? null).toBe(typeof expected === "string" ? instant(expected) : null);
}

/** Both flags of a snapshot that tells the law of bucketing alone. */
function bucketed(engine: AnyEngine, unit: string, { bucket }: Bucket, way: Way): void {
  expect(engine.diagnostics).toStrictEqual([]);
  const asker = way.asker(engine, { targetingKey: unit });
  expect(asker.details("split")).toMatchObject({ variant: "there", reason: "SPLIT" });
  expect(asker.details("list")).toMatchObject({ variant: "listed", reason: "TARGETING_MATCH" });
  if (!asker.explain) return;
  expect(asker.explain("split")?.steps[0]).toMatchObject({
    kind: "default",
    split: { unit: { by: "targetingKey", value: unit, bucket }, place: "range" },
  });
}

function instant(text: string): number {
  const ms = Date.parse(text);
  expect(ms).not.toBeNaN();
  return ms;
}
