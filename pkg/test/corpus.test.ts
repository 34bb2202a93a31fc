/**
 * Every fixture of the repository through the public API: with an object for each call, with a context that is kept,
 * and with the slim artifact, which is given what the command line makes of the snapshots.
 */

import { readdirSync, readFileSync } from "node:fs";

import { afterAll, describe, expect, test } from "vitest";

import {
  type Context,
  createEngine,
  type Details,
  type Engine,
  type EvaluateOptions,
  type EvaluationContext,
  type Explanation,
  type JsonValue,
  type Route,
  SnapshotError,
} from "../src/node.js";
import { compact, rawItems, rawMembers } from "./json.js";
import { createEngine as createSlimEngine, type Engine as SlimEngine } from "../src/node-slim.js";
import { refusalOf, rulesetOf, vexil } from "./support.js";

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

/** A way to evaluate. */
interface Way {
  readonly name: string;
  /** How a snapshot is handed over. */
  readonly encode: (text: string) => string | Uint8Array;
  readonly make: (snapshot: string | Uint8Array) => Promise<AnyEngine>;
  readonly asker: (engine: AnyEngine, context: EvaluationContext) => Asker;
  /** Whether a fixture is of use to it. */
  readonly takes: (fixture: Fixture) => boolean;
  /** What a snapshot has that this way cannot evaluate, such as `flag search`. */
  readonly lacking: (snapshot: string) => ReadonlySet<string>;
}

/** An engine of either artifact. */
type AnyEngine = Omit<SlimEngine, "context" | "update"> & {
  update(next: string | Uint8Array): readonly string[];
  context(context: EvaluationContext): Omit<Asker, "explain" | "explainRoute">;
};

/** One context, however it is given. Without explanations where there are none. */
type Asker = Pick<Context, "details" | "all" | "route" | "boolean" | "string" | "number" | "object"> &
  Partial<Pick<Context, "explain" | "explainRoute">>;

const everything = { takes: () => true, lacking: () => new Set<string>() };

const WAYS: readonly Way[] = [
  {
    ...everything,
    name: "an object for each call",
    encode: (text) => text,
    make: createEngine,
    asker: (engine, context) => ({
      details: ((key: string, fallback?: undefined, options?: EvaluateOptions) =>
        engine.details(key, context, fallback, options)) as Context["details"],
      all: (options) => engine.all(context, options),
      route: (service, options) => engine.route(service, context, options),
      explain: (key, options) => (engine as Engine).explain(key, context, options),
      explainRoute: (service, options) => (engine as Engine).explainRoute(service, context, options),
      boolean: (key, fallback, options) => engine.boolean(key, context, fallback, options),
      string: (key, fallback, options) => engine.string(key, context, fallback, options),
      number: (key, fallback, options) => engine.number(key, context, fallback, options),
      object: <T extends object>(key: string, fallback: T, options?: EvaluateOptions) =>
        engine.object(key, context, fallback as object, options) as T,
    }),
  },
  {
    ...everything,
    name: "a context that is kept",
    encode: (text) => new TextEncoder().encode(text),
    make: createEngine,
    asker: (engine, context) => engine.context(context),
  },
  {
    name: "the slim artifact",
    encode: rulesetOf,
    make: async (ruleset) => (await createSlimEngine(ruleset as Uint8Array)) as AnyEngine,
    asker: (engine, context) => engine.context(context),
    // Problems are the command line's to tell, and of a document with a fatal one no ruleset comes.
    takes: ({ diagnostics, expect }) => {
      const { refused } = (expect ?? {}) as { refused?: string };
      return diagnostics === undefined && (refused === undefined || REFUSED_RULESETS.includes(refused));
    },
    lacking: (snapshot) => {
      if (!snapshot.includes('"matches"')) return new Set();
      const { status, stderr } = vexil("compile", snapshot, "--target", "slim");
      const named = [...stderr.matchAll(/^ {2}(flag|service) `(.*)` needs patterns$/gm)].map(([, kind, key]) => `${kind} ${key}`);
      expect(named.length > 0).toBe(status === 2);
      return new Set(named);
    },
  },
];

/** Why a ruleset is refused that is sound in itself. */
const REFUSED_RULESETS = ["older-revision", "same-revision-other-bytes", "wrong-environment"];

const files = readdirSync(FIXTURES, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"));
const alive: AnyEngine[] = [];
afterAll(() => alive.forEach((engine) => engine.dispose()));

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
    const taken = cases.filter(way.takes);
    if (taken.length === 0) continue;
    describe(`${file}, ${way.name}`, () => {
      const make = async (): Promise<AnyEngine> => {
        const engine = await way.make(way.encode(snapshot));
        alive.push(engine);
        return engine;
      };
      let shared: Promise<AnyEngine> | undefined;
      for (const fixture of taken) {
        const changes = fixture.raw.has("kill") || fixture.raw.has("update") || fixture.raw.has("updateText");
        test(fixture.why, () => run(fixture, way, snapshot, () => (changes ? make() : (shared ??= make()))));
      }
    });
  }
}

async function run(fixture: Fixture, way: Way, snapshot: string, make: () => Promise<AnyEngine>): Promise<void> {
  const { raw, unit } = fixture;
  if (unit !== undefined) return bucket(unit, fixture, way);
  if (fixture.diagnostics !== undefined) return diagnostics(fixture.diagnostics, way.encode(snapshot) as string);
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
    return flag(asker, fixture.flag, options, fixture, expected);
  }
  if (fixture.service !== undefined) {
    if (lacking.has(`service ${fixture.service}`)) return cannotRun(asker.route(fixture.service, options));
    return route(asker, fixture.service, options, expected);
  }
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
  if (asker.explain) explained(asker.explain(key, options), asker.details(key, undefined, options));
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

async function diagnostics(expected: readonly Finding[], snapshot: string | Uint8Array): Promise<void> {
  const found = await createEngine(snapshot).then(
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

function update(engine: AnyEngine, next: string | Uint8Array, expected: unknown): void {
  const { changed, refused } = expected as { changed?: readonly string[]; refused?: string };
  if (refused === undefined) return expect(engine.update(next)).toStrictEqual(changed);
  const before = engine.diagnostics;
  expect(refusalOf(() => engine.update(next)).diagnostics[0]?.code).toBe(refused);
  expect(engine.diagnostics).toBe(before);
}

function nextChange(engine: AnyEngine, from: string, expected: unknown): void {
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
  const engine = await way.make(way.encode(JSON.stringify(snapshot)));
  alive.push(engine);
  expect(engine.diagnostics).toStrictEqual([]);
  const asker = way.asker(engine, { targetingKey: unit });
  expect(asker.details("split")).toMatchObject({ variant: "there", reason: "SPLIT" });
  expect(asker.details("list")).toMatchObject({ variant: "listed", reason: "TARGETING_MATCH" });
  if (!asker.explain) return;
  const explained = asker.explain("split")?.steps[0];
  expect(explained).toMatchObject({ kind: "default", split: { unit: { by: "targetingKey", value: unit, bucket }, place: "range" } });
}

function instant(text: string): number {
  const ms = Date.parse(text);
  expect(ms).not.toBeNaN();
  return ms;
}
