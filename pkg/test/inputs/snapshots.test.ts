/** What `vexil` takes: a snapshot, in every form that it may be given in. */

import { runInNewContext } from "node:vm";

import { afterEach, describe, expect, test } from "vitest";

import { createEngine, type Snapshot, SnapshotError } from "../../src/node.js";
import { alwaysOn, disposeAll, engineOf, flagWhen, snapshotOf } from "../support.js";

afterEach(disposeAll);

const snapshot = snapshotOf({
  on: alwaysOn,
  greeting: { variants: { de: "Grüß dich 😀", en: "hello" }, offVariant: "en", default: { variant: "de" } },
});

/** The codes that a snapshot is refused with. */
function refusal(input: unknown): Promise<string[]> {
  return createEngine(input as Snapshot).then(
    () => [],
    (error: unknown) => {
      if (error instanceof SnapshotError) return error.diagnostics.map(({ code }) => code);
      throw error;
    },
  );
}

describe("a snapshot may be", () => {
  const text = JSON.stringify(snapshot);
  const bytes = new TextEncoder().encode(text);
  const padded = new Uint8Array(bytes.length + 10).fill(0x7b);
  padded.set(bytes, 5);

  test.each<[string, Parameters<typeof createEngine>[0]]>([
    ["an object", snapshot],
    ["a frozen object", Object.freeze({ ...snapshot })],
    ["an object with undefined members", { ...snapshot, lineage: undefined } as unknown as Snapshot],
    ["an object that says how it is written", { toJSON: () => snapshot } as unknown as Snapshot],
    ["text", text],
    ["text with white space around", `\n\t ${text}\r\n`],
    ["bytes", bytes],
    ["bytes with a byte order mark", new Uint8Array([0xef, 0xbb, 0xbf, ...bytes])],
    ["a part of some bytes", padded.subarray(5, 5 + bytes.length)],
    ["a buffer", bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)],
    ["a buffer of Node", Buffer.from(text)],
    ["a view", new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) as unknown as Uint8Array],
    ["bytes of another realm", runInNewContext("Uint8Array.from(bytes)", { bytes: [...bytes] }) as Uint8Array],
    ["a buffer of another realm", runInNewContext("Uint8Array.from(bytes).buffer", { bytes: [...bytes] }) as ArrayBuffer],
  ])("%s", async (_, input) => {
    const engine = await engineOf(input);
    expect(engine.diagnostics).toEqual([]);
    expect(engine.string("greeting", undefined, "")).toBe("Grüß dich 😀");
    expect(engine.update(input)).toEqual([]);
  });
});

describe("a snapshot may not be", () => {
  const cyclic: Record<string, unknown> = { ...snapshot };
  cyclic["self"] = cyclic;
  let deep: unknown = {};
  for (let depth = 0; depth < 100_000; depth++) deep = [deep];

  test.each<[string, unknown, string[]]>([
    ["an object with a cycle", cyclic, ["not-json"]],
    ["an object with a BigInt", { ...snapshot, revision: 1n }, ["not-json"]],
    ["an object deeper than the stack", { ...snapshot, "x-deep": deep }, ["not-json"]],
    ["an object whose getter throws", { get flags() { throw new Error("no"); } }, ["not-json"]],
    ["undefined", undefined, ["not-json"]],
    ["a function", () => snapshot, ["not-json"]],
    ["a symbol", Symbol("snapshot"), ["not-json"]],
    ["null", null, ["wrong-type"]],
    ["a number", 1, ["wrong-type"]],
    ["a list", [], ["wrong-type"]],
    ["an empty object", {}, ["unknown-schema"]],
    ["the empty text", "", ["not-json"]],
    ["half a text", JSON.stringify(snapshot).slice(0, -1), ["not-json"]],
    ["no bytes", new Uint8Array(), ["not-json"]],
    ["bytes that are no UTF-8", new Uint8Array([0x7b, 0xff, 0x7d]), ["not-json"]],
    ["bytes that end within a character", new TextEncoder().encode('"é').subarray(0, 2), ["not-json"]],
    ["text with half of a character in an escape", JSON.stringify(snapshot).replace("hello", "\\ud800"), ["not-json"]],
  ])("%s", async (_, input, codes) => {
    expect(await refusal(input)).toEqual(codes);
  });

  test("of another environment than the one asked for", async () => {
    const staging = { ...snapshot, environment: "staging" };
    await expect(createEngine(staging, { environment: "production" })).rejects.toMatchObject({
      name: "SnapshotError",
      diagnostics: [{ code: "wrong-environment", severity: "fatal" }],
    });
    (await createEngine(staging, { environment: "staging" })).dispose();
    (await createEngine(snapshot, { environment: "staging" })).dispose();
    (await createEngine(staging, {})).dispose();
  });

  test("refused without saying why", async () => {
    const error = await createEngine("[]").catch((error: unknown) => error);
    expect(error).toBeInstanceOf(SnapshotError);
    expect(error).toBeInstanceOf(Error);
    const { message, name, diagnostics, changed } = error as SnapshotError;
    expect(name).toBe("SnapshotError");
    expect(message).toContain("[wrong-type]");
    expect(changed).toEqual([]);
    expect(Object.isFrozen(diagnostics) && Object.isFrozen(diagnostics[0])).toBe(true);
  });
});

test("lesser problems are in the diagnostics, frozen, the same until the next update", async () => {
  const engine = await engineOf({ ...snapshot, flags: { ...snapshot.flags, broken: flagWhen({ segment: "none" }) }, other: 1 } as Snapshot);
  const { diagnostics } = engine;
  expect(diagnostics.map(({ code, severity, path }) => ({ code, severity, path }))).toEqual(
    expect.arrayContaining([
      { code: "unknown-segment", severity: "error", path: "/flags/broken/rules/0/when/segment" },
      { code: "unknown-field", severity: "warning", path: "/other" },
    ]),
  );
  expect(engine.diagnostics).toBe(diagnostics);
  expect(() => (diagnostics as unknown[]).push(1)).toThrow(TypeError);
  expect(() => ((diagnostics[0] as { code: string }).code = "x")).toThrow(TypeError);
  expect(engine.details("broken", {}, true)).toMatchObject({ value: true, errorCode: "PARSE_ERROR" });
  expect(engine.all().map(({ flagKey }) => flagKey)).toEqual(["greeting", "on"]);
  engine.update(snapshot);
  expect(engine.diagnostics).toEqual([]);
});
