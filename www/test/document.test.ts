import { createEngine, SnapshotError } from "vexil";
import { expect, test } from "vitest";
import { pointerOf, placesIn, stepsOf, written } from "../src/snapshot/document.js";
import { placed } from "../src/snapshot/problems.js";

/** The text that is marked for each problem that the engine finds, behind its code. */
async function marked(text: string): Promise<string[]> {
  const problems = await createEngine(text).then(
    (engine) => engine.diagnostics,
    (error: unknown) => (error instanceof SnapshotError ? error.diagnostics : []),
  );
  return placed(text, problems).map(({ problem, from, to, line }) => `${line} ${problem.code} ${text.slice(from, to)}`);
}

test("a problem is marked where it stands: a scalar itself, the name of what has parts", async () => {
  const text = `{
  "schema": "vexil/1",
  "flags": {
    "a/b~c": { "variants": { "on": true }, "offVariant": "on", "default": { "variant": "onn" } },
    "second": { "variants": { "on": true }, "offVariant": "on", "ruels": [], "default": { "variant": "on" } }
  }
}`;
  expect(await marked(text)).toEqual(['4 unknown-variant "onn"', '5 unknown-field "ruels"']);
});

test("of a key that is there twice the second is marked", async () => {
  const text = '{ "schema": "vexil/1", "flags": {\n"a": { "x-first": 1 },\n"a": 2 } }';
  expect(await marked(text)).toContain("3 duplicate-key 2");
});

test("text that is no JSON is marked where reading it stopped", async () => {
  expect(await marked('{\n  "schema": "vexil/1",\n  "flags": {,}\n}')).toEqual(["3 not-json ,"]);
  expect(await marked("")).toEqual(["1 not-json "]);
});

test("text that is nested deeper than any stack has its problems too", async () => {
  expect(await marked("[".repeat(500_000))).toHaveLength(1);
});

test("what a pointer cannot reach is marked at the nearest part that is there", () => {
  const text = '{ "flags": { "a": [1, { "b": 2 }] } }';
  const at = (pointer: string): string => text.slice(placesIn(text)(pointer).from, placesIn(text)(pointer).to);
  expect([at("/flags/a/0"), at("/flags/a/1"), at("/flags/a/1/b"), at("/flags/a/7"), at("")]).toEqual([
    "1",
    "{",
    "2",
    '"a"',
    "{",
  ]);
});

test("pointers escape what paths hold", () => {
  const path = ["flags", "a/b~c", "rules", 0];
  expect(pointerOf(path)).toBe("/flags/a~1b~0c/rules/0");
  expect(stepsOf(pointerOf(path))).toEqual(["flags", "a/b~c", "rules", "0"]);
});

test("writing a value leaves the rest of the text as it is", () => {
  const text = '{\n  "a": { "exposure": 25,   "weights": [] }\n}\n';
  expect(written(text, ["a", "exposure"], 12.5)).toBe('{\n  "a": { "exposure": 12.5,   "weights": [] }\n}\n');
});

test("a value that is not there yet is added", () => {
  const text = '{ "split": { "weights": [] } }';
  const added = written(text, ["split", "exposure"], 50);
  expect(JSON.parse(added)).toEqual({ split: { weights: [], exposure: 50 } });
  expect(added).toBe('{ "split": { "weights": [], "exposure": 50 } }');
});
