/** Every fixture of the repository through the public API: with an object for each call, and with a context that is kept. */

import { readdirSync, readFileSync } from "node:fs";

import { afterAll, describe, expect, test } from "vitest";

import {
  type Context,
  type Details,
  type Engine,
  type EvaluateOptions,
  type EvaluationContext,
  type Explanation,
  type JsonValue,
  SnapshotError,
} from "../src/node.js";
import { compact, rawItems, rawMembers } from "./json.js";
import { disposeAll, engineOf, refusalOf } from "./support.js";

const FIXTURES = new URL("../../tests/fixtures/", import.meta.url);
const NOW = "2026-01-01T00:00:00Z";
/** What is asked for where a fixture names a type and no default. */
const FALLBACKS = { boolean: true, string: "fallback", number: -1, object: { fall: "back" } } as const;

/** A case of a fixture file; `CONTRIBUTING.md` describes the form. */
interface Case {
  readonly why: string;
  readonly flag?: string;
  readonly service?: string;
  readonly all?: EvaluationContext;
  readonly context?: EvaluationContext;
  readonly now?: string;
  readonly default?: JsonValue;
  readonly as?: keyof typeof FALLBACKS;
  readonly diagnostics?: readonly Finding[];
  readonly nextChange?: string;
  readonly unit?: string;
  readonly seed?: string;
  readonly expect?: unknown;
}

interface Finding {
  readonly code: string;
  readonly severity: string;
  readonly path: string;
}

interface ExpectedAnswer {
  readonly value?: JsonValue;
  readonly variant?: string;
  readonly track?: string;
  readonly version?: string | null;
  readonly reason: string;
  readonly rule?: string;
  readonly errorCode?: string;
  readonly metadata?: object;
}

/** A case and the text of its members, which reading would not keep as it is. */
interface Fixture extends Case {
  readonly raw: ReadonlyMap<string, string>;
}

/** The two ways to evaluate. */
interface Way {
  readonly name: string;
  /** How the snapshot is handed over. */
  readonly encode: (text: string) => string | Uint8Array;
  readonly asker: (engine: Engine, context: EvaluationContext) => Asker;
}

/** One context, however it is given. */
type Asker = Pick<Context, "details" | "all" | "route" | "explain" | "explainRoute" | "boolean" | "string" | "number" | "object">;

const WAYS: readonly Way[] = [
  {
    name: "an object for each call",
    encode: (text) => text,
    asker: (engine, context) => ({
      details: ((key: string, fallback?: undefined, options?: EvaluateOptions) =>
        engine.details(key, context, fallback, options)) as Context["details"],
      all: (options) => engine.all(context, options),
      route: (service, options) => engine.route(service, context, options),
      explain: (key, options) => engine.explain(key, context, options),
      explainRoute: (service, options) => engine.explainRoute(service, context, options),
      boolean: (key, fallback, options) => engine.boolean(key, context, fallback, options),
      string: (key, fallback, options) => engine.string(key, context, fallback, options),
      number: (key, fallback, options) => engine.number(key, context, fallback, options),
      object: <T extends object>(key: string, fallback: T, options?: EvaluateOptions) =>
        engine.object(key, context, fallback as object, options) as T,
    }),
  },
  {
    name: "a context that is kept",
    encode: (text) => new TextEncoder().encode(text),
    asker: (engine, context) => engine.context(context),
  },
];

const files = readdirSync(FIXTURES, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"));
afterAll(disposeAll);

test("the corpus is there", () => {
  expect(files.length).toBeGreaterThan(150);
});

for (const file of files.sort()) {
  const text = readFileSync(new URL(file, FIXTURES), "utf8");
  const raw = rawMembers(text);
  const { text: snapshotText } = JSON.parse(text) as { text?: string };
  const snapshot = snapshotText ?? compact(raw.get("snapshot") ?? "");
  const cases = rawItems(raw.get("cases") ?? "[]").map((text) => ({ ...(JSON.parse(text) as Case), raw: rawMembers(text) }));
  for (const way of WAYS) {
    describe(`${file}, ${way.name}`, () => {
      const make = (): Promise<Engine> => engineOf(way.encode(snapshot));
      let shared: Promise<Engine> | undefined;
      for (const fixture of cases) {
        const changes = fixture.raw.has("kill") || fixture.raw.has("update") || fixture.raw.has("updateText");
        test(fixture.why, () => run(fixture, way, snapshot, () => (changes ? make() : (shared ??= make()))));
      }
    });
  }
}

async function run(fixture: Fixture, way: Way, snapshot: string, make: () => Promise<Engine>): Promise<void> {
  const { raw, unit } = fixture;
  if (unit !== undefined) return bucket(unit, fixture, way);
  if (fixture.diagnostics !== undefined) return diagnostics(fixture.diagnostics, way.encode(snapshot));
  const engine = await make();
  for (const message of rawItems(raw.get("kill") ?? "[]")) {
    try {
      engine.kill(message);
    } catch (error) {
      // A message that is refused changes nothing, which is what such a fixture is about.
      if (!(error instanceof SnapshotError)) throw error;
    }
  }
  const next = raw.has("update") ? compact(raw.get("update") ?? "") : JSON.parse(raw.get("updateText") ?? "null");
  if (next !== null) return update(engine, way.encode(next as string), fixture.expect);
  if (fixture.nextChange !== undefined) return nextChange(engine, fixture.nextChange, fixture.expect);
  const options = { now: instant(fixture.now ?? NOW) };
  if (fixture.all !== undefined) {
    const answers = way.asker(engine, fixture.all).all(options);
    const variants = Object.fromEntries(answers.map(({ flagKey, variant }) => [flagKey, variant]));
    return expect(variants).toStrictEqual(fixture.expect);
  }
  const asker = way.asker(engine, fixture.context ?? {});
  const expected = fixture.expect as ExpectedAnswer;
  if (fixture.flag !== undefined) return flag(asker, fixture.flag, options, fixture, expected);
  if (fixture.service !== undefined) return route(asker, fixture.service, options, expected);
  throw new Error("a fixture of no known kind");
}

function flag(asker: Asker, key: string, options: EvaluateOptions, fixture: Fixture, expected: ExpectedAnswer): void {
  const fallback = fixture.default ?? (fixture.as && FALLBACKS[fixture.as]);
  const answer = (fixture.as ? asker.details(key, fallback as string, options) : asker.details(key, undefined, options)) as Details<unknown>;
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
  explained(asker.explain(key, options), asker.details(key, undefined, options));
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
  const explanation = asker.explainRoute(service, options);
  if (errorCode === "FLAG_NOT_FOUND") return expect(explanation).toBeUndefined();
  expect(explanation).toMatchObject({ kind: "service", key: service, reason, value: version });
  expect(explanation?.rule).toBe(rule);
  expect(explanation?.variant ?? "stable").toBe(track);
}

/** The parts that fixtures give exactly: one that is absent must be absent. */
function shown(answer: { [K in "variant" | "reason" | "rule" | "errorCode"]?: string | undefined }): object {
  const { variant, reason, rule, errorCode } = answer;
  return { variant, reason, rule, errorCode };
}

async function diagnostics(expected: readonly Finding[], snapshot: string | Uint8Array): Promise<void> {
  const found = await engineOf(snapshot).then(
    (engine) => engine.diagnostics,
    (error: unknown) => {
      if (error instanceof SnapshotError) return error.diagnostics;
      throw error;
    },
  );
  const sorted = (findings: readonly Finding[]): string[] =>
    findings.map(({ code, severity, path }) => `${path}: ${severity}: ${code}`).sort();
  expect(sorted(found)).toStrictEqual(sorted(expected));
  for (const { message } of found) expect(message).not.toBe("");
}

function update(engine: Engine, next: string | Uint8Array, expected: unknown): void {
  const { changed, refused } = expected as { changed?: readonly string[]; refused?: string };
  if (refused === undefined) return expect(engine.update(next)).toStrictEqual(changed);
  const before = engine.diagnostics;
  expect(refusalOf(() => engine.update(next)).diagnostics[0]?.code).toBe(refused);
  expect(engine.diagnostics).toBe(before);
}

function nextChange(engine: Engine, from: string, expected: unknown): void {
  expect(engine.nextChange(instant(from)) ?? null).toBe(typeof expected === "string" ? instant(expected) : null);
}

/** The law of bucketing alone: a split with one range of one bucket, and a segment with one digest. */
async function bucket(unit: string, { seed = "", expect: expected }: Case, way: Way): Promise<void> {
  const { digest, bucket } = expected as { digest: string; bucket: number };
  const snapshot = {
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
  };
  const engine = await engineOf(way.encode(JSON.stringify(snapshot)));
  expect(engine.diagnostics).toStrictEqual([]);
  const asker = way.asker(engine, { targetingKey: unit });
  expect(asker.details("split")).toMatchObject({ variant: "there", reason: "SPLIT" });
  expect(asker.details("list")).toMatchObject({ variant: "listed", reason: "TARGETING_MATCH" });
  const explained = asker.explain("split")?.steps[0];
  expect(explained).toMatchObject({ kind: "default", split: { unit: { by: "targetingKey", value: unit, bucket }, place: "range" } });
}

function instant(text: string): number {
  const ms = Date.parse(text);
  expect(ms).not.toBeNaN();
  return ms;
}
