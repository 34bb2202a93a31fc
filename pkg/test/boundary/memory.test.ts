/** Memory that grows in the middle of things: arrays over it are detached, and what is written into them is lost. */

import { afterEach, expect, test } from "vitest";

import { alwaysOn, disposeAll, engineFor, flagWhen, growMemory, isFull, onOff } from "../support.js";

afterEach(disposeAll);

const MEGABYTE = 2 ** 20;

test("a text of 10 MB is an attribute like any other", async () => {
  const long = "x".repeat(10 * MEGABYTE);
  const engine = await engineFor({
    ends: flagWhen({ attribute: "text", op: "endsWith", value: "xyz" }),
    split: { ...onOff, default: { split: { weights: [{ variant: "on", weight: 1 }] } } },
  });
  expect(engine.boolean("ends", { text: `${long}yz` }, false)).toBe(true);
  expect(engine.boolean("ends", { text: long }, true)).toBe(false);
  expect(engine.boolean("ends", { text: "xyz" }, false)).toBe(true);
  expect(engine.boolean("ends", { text: `é${long}xyz` }, false)).toBe(true);
  if (!isFull) return;
  const bucketOf = (targetingKey: string): unknown => engine.explain("split", { targetingKey })?.steps[0];
  expect(bucketOf(long)).toEqual(bucketOf(long));
  expect(bucketOf(long)).not.toEqual(bucketOf(`${long}y`));
});

test("texts of many sizes, one after the other and back", async () => {
  const engine = await engineFor({ equal: flagWhen({ attribute: "text", op: "startsWith", value: "a" }) });
  for (const length of [1, 56, 57, 4095, 4096, 65_536, MEGABYTE, 70, 56, 3 * MEGABYTE, 0, 57]) {
    for (const [letter, expected] of [["a", true], ["ä", false], ["b", false]] as const) {
      expect(engine.boolean("equal", { text: letter.repeat(length) }, !expected), `${letter} * ${length}`).toBe(
        expected && length > 0,
      );
    }
  }
});

test("a list of a million", async () => {
  const engine = await engineFor({
    has: flagWhen({ attribute: "list", op: "contains", value: "id-999999" }),
    number: flagWhen({ attribute: "list", op: "contains", value: 7 }),
  });
  const list = Array.from({ length: 1_000_000 }, (_, index) => `id-${index}`);
  expect(engine.boolean("has", { list }, false)).toBe(true);
  expect(engine.boolean("number", { list }, true)).toBe(false);
  expect(engine.boolean("has", { list: list.slice(0, -1) }, true)).toBe(false);
  expect(engine.boolean("number", { list: [...list.slice(0, 10), 7] }, false)).toBe(true);
  expect(engine.context({ list }).boolean("has", false)).toBe(true);
});

test("contexts written before the memory grew stay written, and others can be written", async () => {
  const engine = await engineFor({ germany: flagWhen({ attribute: "country", op: "eq", value: "DE" }) });
  const [german, french] = [engine.context({ country: "DE" }), engine.context({ country: "FR" })];
  expect(german.boolean("germany", false)).toBe(true);
  growMemory(engine);
  expect(engine.artifact.words.length).toBe(0);
  expect(german.boolean("germany", false)).toBe(true);
  expect(french.boolean("germany", true)).toBe(false);
  growMemory(engine);
  expect(engine.boolean("germany", { country: "DE" }, false)).toBe(true);
  growMemory(engine);
  expect(engine.boolean("germany", { country: "FR" }, true)).toBe(false);
  growMemory(engine);
  expect(engine.all({ country: "DE" })).toMatchObject([{ flagKey: "germany", value: true }]);
  growMemory(engine);
  if (isFull) expect(engine.explain("germany", { country: "DE" })).toMatchObject({ variant: "on" });
});

test("many engines, each of which lets the memory grow", async () => {
  const first = await engineFor({ germany: flagWhen({ attribute: "country", op: "eq", value: "DE" }) });
  const german = first.context({ country: "DE" });
  const values = Array.from({ length: 1000 }, (_, index) => `id-${index}`);
  for (let count = 0; count < 100; count++) {
    const other = await engineFor({ listed: flagWhen({ attribute: "country", op: "in", value: [...values, `${count}`] }) });
    expect(other.boolean("listed", { country: `${count}` }, false)).toBe(true);
    expect(german.boolean("germany", false)).toBe(true);
    expect(first.boolean("germany", { country: `${count}` }, true)).toBe(false);
  }
});

test("an attribute that needs so much room that the memory grows does not take the others with it", async () => {
  const engine = await engineFor({
    all: flagWhen({
      all: [
        { attribute: "a", op: "eq", value: "short" },
        { attribute: "b", op: "endsWith", value: "!" },
        { attribute: "c", op: "eq", value: 3 },
        { attribute: "d", op: "contains", value: "?" },
        { attribute: "e", op: "eq", value: "é" },
      ],
    }),
  });
  for (let size = 4 * MEGABYTE; size <= 32 * MEGABYTE; size *= 2) {
    const context = { a: "short", b: `${"b".repeat(size)}!`, c: 3, d: ["x".repeat(size / 2), "?"], e: "é" };
    expect(engine.boolean("all", context, false), `${size}`).toBe(true);
    expect(engine.boolean("all", { ...context, c: 4 }, true)).toBe(false);
    expect(engine.context(context).boolean("all", false)).toBe(true);
  }
});

test("ten million evaluations with changing contexts need no more memory", async () => {
  const engine = await engineFor(
    {
      on: alwaysOn,
      country: flagWhen({ attribute: "country", op: "in", value: ["DE", "FR"] }),
      ...(isFull && { pattern: flagWhen({ attribute: "text", op: "matches", value: "[a-c]+x$" }) }),
      folded: flagWhen({ attribute: "text", op: "eq", value: "ABCX", ignoreCase: true }),
      tags: flagWhen({ attribute: "tags", op: "containsAny", value: ["a", "b"] }),
      nested: flagWhen({ attribute: "account.plan", op: "eq", value: "pro" }),
      version: flagWhen({ attribute: "version", op: "semverGte", value: "2.3.0" }),
      split: { ...onOff, default: { split: { exposure: 50, weights: [{ variant: "on", weight: 1 }] } } },
      staff: flagWhen({ segment: "staff" }),
    },
    { staff: { include: ["u-1", "u-2"] } },
  );
  const keys = engine.all().map(({ flagKey }) => flagKey);
  const context = (index: number) => ({
    targetingKey: `user-${index}`,
    country: index % 2 ? "DE" : `Ä${index}`,
    text: index % 7 ? "abcx" : "abc".repeat(index % 200),
    tags: index % 3 ? ["b", index] : "b",
    account: { plan: index % 2 ? "pro" : index },
    version: `2.${index % 9}.0`,
  });
  /** Makes so many evaluations; how many of them are on. */
  const evaluate = (evaluations: number): number => {
    let on = 0;
    for (let made = 0, index = 0; made < evaluations; made++, index++) {
      on += engine.boolean(keys[index % keys.length] ?? "", context(index), false) ? 1 : 0;
      if (index % 50 !== 0) continue;
      const all = [...engine.context(context(index)).all(), ...engine.all(context(index))];
      on += all.filter(({ value }) => value === true).length;
      made += all.length;
    }
    return on;
  };
  // The ring of blocks is filled first.
  evaluate(20_000);
  const before = engine.artifact.exports.memory.buffer.byteLength;
  const on = evaluate(10_000_000);
  expect(on).toBeGreaterThan(2_000_000);
  expect(on).toBeLessThan(8_000_000);
  expect(engine.artifact.exports.memory.buffer.byteLength).toBe(before);
});
