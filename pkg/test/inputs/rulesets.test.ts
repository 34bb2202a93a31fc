/** What `vexil/slim` takes: a ruleset as `vexil compile` writes it, in every form that bytes may be given in. */

import { runInNewContext } from "node:vm";

import { afterEach, describe, expect, test } from "vitest";

import { createEngine as createFullEngine, type Flag, type Snapshot, SnapshotError } from "../../src/node.js";
import { fileOf } from "../../src/hosts/file.js";
import { createEngine, Engine, type RulesetInput } from "../../src/node-slim.js";
import { alwaysOn, flagWhen, onOff, refusalOf, rulesetOf, snapshotOf, vexil } from "../support.js";

const alive: Engine[] = [];
afterEach(() => alive.splice(0).forEach((engine) => engine.dispose()));

async function engineOf(input: RulesetInput): Promise<Engine> {
  const engine = await createEngine(input);
  alive.push(engine);
  return engine;
}

const snapshot = snapshotOf(
  {
    on: alwaysOn,
    germany: flagWhen({ attribute: "country", op: "eq", value: "DE" }),
    greeting: { variants: { de: "Grüß dich 😀", en: "hello" }, offVariant: "en", default: { variant: "de" } },
  },
  { lineage: "l", revision: 5 },
);
const ruleset = rulesetOf(snapshot);
/** The same with another answer. */
const other = (rest: Partial<Snapshot>): Uint8Array => rulesetOf({ ...snapshot, flags: { on: onOffOff }, ...rest });
const onOffOff: Flag = { ...onOff, default: { variant: "off" } };

/** The bytes, within others. */
function within(before: number, after: number): Uint8Array {
  const padded = new Uint8Array(before + ruleset.length + after).fill(0x56);
  padded.set(ruleset, before);
  return padded;
}

const buffer = (): ArrayBuffer => ruleset.slice().buffer as ArrayBuffer;

describe("a ruleset may be", () => {
  test.each<[string, RulesetInput]>([
    ["bytes", ruleset],
    ["a buffer", buffer()],
    ["a buffer of Node", Buffer.from(ruleset)],
    ["a part of some bytes", within(8, 8).subarray(8, 8 + ruleset.length)],
    ["a part that begins at an odd place", within(3, 0).subarray(3)],
    ["a part that ends before the buffer does", within(0, 5).subarray(0, ruleset.length)],
    ["a view", new DataView(within(1, 1).buffer, 1, ruleset.length) as unknown as Uint8Array],
    ["words", new Uint32Array(buffer()) as unknown as Uint8Array],
    ["bytes that are shared", new Uint8Array(new SharedArrayBuffer(ruleset.length))],
    ["bytes of another realm", runInNewContext("Uint8Array.from(bytes)", { bytes: [...ruleset] }) as Uint8Array],
    ["a buffer of another realm", runInNewContext("Uint8Array.from(bytes).buffer", { bytes: [...ruleset] }) as ArrayBuffer],
  ])("%s", async (_, input) => {
    if (input instanceof Uint8Array && input.buffer instanceof SharedArrayBuffer) input.set(ruleset);
    const engine = await engineOf(input);
    expect(engine.string("greeting", undefined, "")).toBe("Grüß dich 😀");
    expect(engine.boolean("germany", { country: "DE" }, false)).toBe(true);
    expect(engine.diagnostics).toEqual([]);
    expect(engine.update(input)).toEqual([]);
  });

  test("changed once it was loaded: the engine has its own", async () => {
    const bytes = ruleset.slice();
    const engine = await engineOf(bytes);
    bytes.fill(0);
    expect(engine.string("greeting", undefined, "")).toBe("Grüß dich 😀");
  });

  test("stripped", async () => {
    const { stdout } = vexil("compile", JSON.stringify(snapshot), "--strip");
    expect(stdout.length).toBeLessThan(ruleset.length);
    const [engine, whole] = [await engineOf(stdout), await engineOf(ruleset)];
    for (const context of [{}, { country: "DE" }]) expect(engine.all(context)).toEqual(whole.all(context));
  });
});

/** Text, and everything that a snapshot may be. */
const strangers: [string, unknown][] = [
  ["nothing", undefined],
  ["null", null],
  ["a number", 1],
  ["text", "VEXILRS\0"],
  ["JSON text", JSON.stringify(snapshot)],
  ["JSON as bytes", new TextEncoder().encode(JSON.stringify(snapshot))],
  ["an object", snapshot],
  ["a list of bytes", [...ruleset]],
  ["no bytes", new Uint8Array()],
  ["an empty buffer", new ArrayBuffer(0)],
  ["an object that says it is a buffer", { byteLength: ruleset.length, slice: () => ruleset }],
  ["the bytes twice", new Uint8Array([...ruleset, ...ruleset])],
  ["the bytes behind another", within(1, 0)],
];

/** Bytes with the 32 bits at an offset of the header changed. */
function patched(offset: number, word: number): Uint8Array {
  const bytes = ruleset.slice();
  new DataView(bytes.buffer).setUint32(offset, word, true);
  return bytes;
}

describe("what is no ruleset is refused, and an engine goes on as before", () => {
  test.each<[string, unknown]>([
    ...strangers,
    ["a newer format", patched(8, 2)],
    ["a much newer format", patched(8, 0xffff_ffff)],
    ["an older format", patched(8, 0)],
    ["another schema", patched(12, 2)],
    ["more capabilities", patched(16, 1)],
    ["no sections", patched(20, 0)],
    ["another length", patched(24, ruleset.length - 8)],
  ])("%s", async (_, input) => {
    const problem = { code: "not-a-ruleset", severity: "fatal", path: "" };
    const error = await createEngine(input as Uint8Array).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(SnapshotError);
    expect((error as SnapshotError).diagnostics).toMatchObject([problem]);
    const engine = await engineOf(ruleset);
    const [context, answers] = [engine.context({ country: "DE" }), engine.all({ country: "DE" })];
    const refused = refusalOf(() => engine.update(input as Uint8Array));
    expect([refused.diagnostics, refused.changed]).toMatchObject([[problem], []]);
    for (const [index, answer] of engine.all({ country: "DE" }).entries()) expect(answer).toBe(answers[index]);
    for (const [index, answer] of context.all().entries()) expect(answer).toBe(answers[index]);
  });

  test("a newer format is called so", async () => {
    await expect(createEngine(patched(8, 2))).rejects.toThrow("format 2 is newer than this engine's 1");
  });

  test("a ruleset is no snapshot", async () => {
    await expect(createFullEngine(ruleset)).rejects.toMatchObject({ diagnostics: [{ code: "not-json" }] });
  });

  test("a buffer that was given away", async () => {
    const engine = await engineOf(ruleset);
    const given = buffer();
    structuredClone(given, { transfer: [given] });
    expect(() => engine.update(given)).toThrow(TypeError);
    expect(engine.boolean("on", {}, false)).toBe(true);
  });

  test("cut at any byte", async () => {
    const engine = await engineOf(ruleset);
    for (let length = 0; length < ruleset.length; length++) {
      expect(refusalOf(() => engine.update(ruleset.subarray(0, length))).diagnostics[0]?.code, `${length}`).toBe("not-a-ruleset");
    }
    expect(engine.boolean("germany", { country: "DE" }, false)).toBe(true);
  });

  test("one damaged byte, wherever it is", async () => {
    const engine = await engineOf(ruleset);
    const bytes = ruleset.slice();
    for (let place = 0; place < bytes.length; place++) {
      const byte = bytes[place] as number;
      bytes[place] = byte ^ (1 << place % 8);
      expect(refusalOf(() => engine.update(bytes)).diagnostics[0]?.code, `${place}`).toBe("not-a-ruleset");
      bytes[place] = byte;
    }
    expect(engine.update(bytes)).toEqual([]);
    expect(engine.boolean("germany", { country: "DE" }, false)).toBe(true);
  });
});

describe("a sound ruleset is refused", () => {
  test.each<[string, Uint8Array, string]>([
    ["of an older revision", other({ revision: 4 }), "older-revision"],
    ["of the same revision and other content", other({ revision: 5 }), "same-revision-other-bytes"],
    ["of another environment", other({ revision: 6, environment: "staging" }), "wrong-environment"],
  ])("%s", async (_, next, code) => {
    const engine = await createEngine(ruleset, { environment: "production" });
    alive.push(engine);
    const answers = engine.all({ country: "DE" });
    const refused = refusalOf(() => engine.update(next));
    expect([refused.diagnostics, refused.changed]).toMatchObject([[{ code, severity: "fatal" }], []]);
    for (const [index, answer] of engine.all({ country: "DE" }).entries()) expect(answer).toBe(answers[index]);
    expect(engine.update(other({ revision: 6 }))).toEqual(["germany", "greeting", "on"]);
    expect(engine.boolean("on", {}, true)).toBe(false);
  });

  test("that is not of the environment asked for", async () => {
    const staging = other({ environment: "staging" });
    const error = await createEngine(staging, { environment: "production" }).catch((error: unknown) => error);
    expect((error as SnapshotError).diagnostics).toMatchObject([{ code: "wrong-environment", severity: "fatal", path: "/environment" }]);
    for (const options of [{ environment: "staging" }, {}, undefined]) alive.push(await createEngine(staging, options));
  });
});

test("a ruleset of another lineage is taken, and that is told", async () => {
  const engine = await engineOf(ruleset);
  expect(engine.update(other({ lineage: "m", revision: 1 }))).toEqual(["germany", "greeting", "on"]);
  expect(engine.diagnostics).toMatchObject([{ code: "lineage-changed", severity: "warning", path: "/lineage" }]);
  expect(Object.isFrozen(engine.diagnostics[0])).toBe(true);
  engine.dispose();
  expect(engine.diagnostics).toEqual([]);
});

test("what had an error in the snapshot answers so, and so does what needs patterns", async () => {
  const engine = await engineOf(
    rulesetOf(snapshotOf({ broken: flagWhen({ segment: "none" }), pattern: flagWhen({ attribute: "a", op: "matches", value: "b" }), on: alwaysOn })),
  );
  expect(engine.details("broken", {}, true)).toMatchObject({ value: true, errorCode: "PARSE_ERROR" });
  expect(engine.details("pattern", { a: "b" }, false)).toMatchObject({ value: false, errorCode: "GENERAL" });
  expect(engine.all().map(({ flagKey }) => flagKey)).toEqual(["on"]);
});

test("10,000 flags load into 10 MB", async () => {
  const half = { split: { exposure: 50, weights: [{ variant: "on", weight: 1 }] } } as const;
  const country = { attribute: "country", op: "in", value: ["US", "CA", "GB", "AU", "NZ"] } as const;
  const plan = (value: string) => ({ attribute: "plan", op: "eq", value }) as const;
  const version = (value: string) => ({ attribute: "appVersion", op: "semverGte", value }) as const;
  /** As in `benches/support/mod.rs`. */
  const kinds: readonly Flag[] = [
    alwaysOn,
    { ...onOff, default: half },
    {
      ...onOff,
      rules: [
        { id: "enterprise", when: { all: [country, plan("enterprise")] }, serve: { variant: "on" } },
        { id: "nine", when: { all: [plan("pro"), version("9.0.0")] }, serve: { variant: "on" } },
        { id: "half", when: { all: [country, plan("pro"), version("2.3.0")] }, serve: half },
      ],
      default: { variant: "off" },
    },
    {
      variants: { a: { limit: 10 }, b: { limit: 20 }, c: { limit: 30 } },
      offVariant: "a",
      default: { split: { weights: [{ variant: "a", weight: 34 }, { variant: "b", weight: 33 }, { variant: "c", weight: 33 }] } },
    },
  ];
  const flags = Array.from({ length: 10_000 }, (_, index) => [`flag-${`${index}`.padStart(5, "0")}`, kinds[index % kinds.length] as Flag]);
  const bytes = rulesetOf(snapshotOf(Object.fromEntries(flags)));
  // An instance in which nothing was given back that could be used again.
  const artifact = fileOf(new URL("../../wasm/vexil-slim.wasm", import.meta.url))();
  const { memory } = artifact.exports;
  const before = memory.buffer.byteLength;
  const engine = new Engine(artifact, bytes);
  // 9.6 MB are measured: the bytes as they come, and the tables, which take as much again.
  const grown = memory.buffer.byteLength - before;
  expect(grown).toBeGreaterThan(bytes.length);
  expect(grown).toBeLessThanOrEqual(10 * 2 ** 20);
  expect(engine.all({ targetingKey: "u-1", country: "US", plan: "pro", appVersion: "2.4.1" })).toHaveLength(10_000);
  expect(memory.buffer.byteLength - before).toBe(grown);
  engine.dispose();
});
