/** What an attribute can be in JavaScript, and what conditions and units make of it. */

import { runInNewContext } from "node:vm";

import { afterEach, describe, expect, test } from "vitest";

import type { Engine, EvaluationContext } from "../../src/node.js";
import { disposeAll, engineFor, flagWhen, isFull, onOff } from "../support.js";

afterEach(disposeAll);

/** Both ways to hand a context over. */
function ask(engine: Engine, key: string, context: EvaluationContext): boolean {
  const once = engine.details(key, context);
  const kept = engine.context(context).details(key);
  expect(kept, `${key} of a context that is kept`).toBe(once);
  expect(engine.all(context).find(({ flagKey }) => flagKey === key), `${key} among all`).toBe(once);
  if (isFull) expect(engine.explain(key, context)).toMatchObject({ variant: once.variant, reason: once.reason });
  return once.value as boolean;
}

describe("numbers", () => {
  const engine = (): Promise<Engine> =>
    engineFor({
      exists: flagWhen({ attribute: "n", op: "exists" }),
      zero: flagWhen({ attribute: "n", op: "eq", value: 0 }),
      most: flagWhen({ attribute: "n", op: "eq", value: Number.MAX_SAFE_INTEGER }),
      least: flagWhen({ attribute: "n", op: "eq", value: -Number.MAX_SAFE_INTEGER }),
      positive: flagWhen({ attribute: "n", op: "gt", value: 0 }),
    });

  test.each([NaN, Infinity, -Infinity])("%s is missing", async (n) => {
    expect(ask(await engine(), "exists", { n })).toBe(false);
    expect(ask(await engine(), "positive", { n })).toBe(false);
  });

  test("-0 is 0", async () => {
    expect(ask(await engine(), "zero", { n: -0 })).toBe(true);
    expect(ask(await engine(), "exists", { n: -0 })).toBe(true);
  });

  test("the smallest and the greatest", async () => {
    expect(ask(await engine(), "positive", { n: Number.MIN_VALUE })).toBe(true);
    expect(ask(await engine(), "positive", { n: -Number.MIN_VALUE })).toBe(false);
    expect(ask(await engine(), "positive", { n: Number.MAX_VALUE })).toBe(true);
    expect(ask(await engine(), "positive", { n: 2 ** 31 })).toBe(true);
    expect(ask(await engine(), "positive", { n: 0.1 + 0.2 })).toBe(true);
  });

  test("a BigInt within the safe integers is a number", async () => {
    expect(ask(await engine(), "zero", { n: 0n })).toBe(true);
    expect(ask(await engine(), "most", { n: 2n ** 53n - 1n })).toBe(true);
    expect(ask(await engine(), "least", { n: 1n - 2n ** 53n })).toBe(true);
    expect(ask(await engine(), "most", { n: Number.MAX_SAFE_INTEGER })).toBe(true);
  });

  test.each([2n ** 53n, -(2n ** 53n), 2n ** 53n + 1n, 10n ** 30n, 2n ** 2000n])("the BigInt %s is missing", async (n) => {
    expect(ask(await engine(), "exists", { n })).toBe(false);
    expect(ask(await engine(), "most", { n })).toBe(false);
    expect(ask(await engine(), "positive", { n })).toBe(false);
  });
});

describe("booleans, functions, symbols, null", () => {
  test("booleans equal booleans only", async () => {
    const engine = await engineFor({
      true: flagWhen({ attribute: "x", op: "eq", value: true }),
      false: flagWhen({ attribute: "x", op: "eq", value: false }),
    });
    const table = [[true, true, false], [false, false, true], [1, false, false], [0, false, false], ["true", false, false], ["", false, false], [null, false, false], [undefined, false, false]] as const;
    for (const [x, isTrue, isFalse] of table) {
      expect([ask(engine, "true", { x }), ask(engine, "false", { x })], String(x)).toEqual([isTrue, isFalse]);
    }
  });

  test.each([["undefined", undefined], ["null", null], ["a function", () => 1], ["a class", class {}], ["a symbol", Symbol("x")]])(
    "%s is missing",
    async (_, x) => {
      const engine = await engineFor({
        exists: flagWhen({ attribute: "x", op: "exists" }),
        ne: flagWhen({ attribute: "x", op: "ne", value: "a" }),
      });
      expect(ask(engine, "exists", { x })).toBe(false);
      expect(ask(engine, "ne", { x })).toBe(true);
    },
  );

  test.each([["an object", {}], ["an array", []], ["a map", new Map()], ["a boxed text", new String("a")], ["a boxed number", new Number(1)], ["a pattern", /a/], ["an error", new Error("a")], ["the empty text", ""]])(
    "%s exists, and is no scalar",
    async (_, x) => {
      const engine = await engineFor({
        exists: flagWhen({ attribute: "x", op: "exists" }),
        scalar: flagWhen({ attribute: "x", op: "in", value: ["a", 1, true, "[object Object]"] }),
      });
      expect(ask(engine, "exists", { x })).toBe(true);
      expect(ask(engine, "scalar", { x })).toBe(false);
    },
  );
});

describe("instants", () => {
  const engine = (): Promise<Engine> =>
    engineFor({
      after: flagWhen({ attribute: "at", op: "after", value: "2026-01-01T00:00:00Z" }),
      exists: flagWhen({ attribute: "at", op: "exists" }),
      number: flagWhen({ attribute: "at", op: "gt", value: 0 }),
    });

  test("a date is an instant, and no number", async () => {
    expect(ask(await engine(), "after", { at: new Date("2026-01-01T00:00:00Z") })).toBe(true);
    expect(ask(await engine(), "after", { at: new Date("2025-12-31T23:59:59.999Z") })).toBe(false);
    expect(ask(await engine(), "number", { at: new Date() })).toBe(false);
    expect(ask(await engine(), "exists", { at: new Date() })).toBe(true);
  });

  test("texts and milliseconds are instants too", async () => {
    expect(ask(await engine(), "after", { at: "2026-01-01T01:00:00+01:00" })).toBe(true);
    expect(ask(await engine(), "after", { at: "2026-01-01" })).toBe(false);
    expect(ask(await engine(), "after", { at: Date.UTC(2026, 0, 1) })).toBe(true);
    expect(ask(await engine(), "after", { at: Date.UTC(2026, 0, 1) - 1 })).toBe(false);
  });

  test("an invalid date is missing", async () => {
    expect(ask(await engine(), "exists", { at: new Date(NaN) })).toBe(false);
    expect(ask(await engine(), "after", { at: new Date("no date") })).toBe(false);
  });

  test("dates of other realms and of subclasses", async () => {
    class Moment extends Date {}
    expect(ask(await engine(), "after", { at: runInNewContext("new Date(Date.UTC(2027, 0))") })).toBe(true);
    expect(ask(await engine(), "after", { at: new Moment(Date.UTC(2027, 0)) })).toBe(true);
    expect(ask(await engine(), "after", { at: new Moment(0) })).toBe(false);
  });

  test("what only looks like a date is an object", async () => {
    class Moment {
      getTime(): number {
        return Date.UTC(2027, 0);
      }
    }
    for (const at of [new Moment(), Object.create(Date.prototype), { [Symbol.toStringTag]: "Date" }, { getTime: () => Date.UTC(2027, 0) }]) {
      expect(ask(await engine(), "after", { at })).toBe(false);
      expect(ask(await engine(), "exists", { at })).toBe(true);
    }
  });
});

describe("texts", () => {
  test.each(["a", "é", "€", "😀", "aé", "a😀"])("%s, over and over, up to both sides of 56 bytes and far beyond", async (piece) => {
    const lengths = [...Array(72).keys(), 300, 1365, 1366, 4095, 4096, 5000];
    const texts = lengths.map((length) => piece.repeat(length));
    const engine = await engineFor(
      Object.fromEntries(texts.map((text, index) => [`${index}`.padStart(3, "0"), flagWhen({ attribute: "text", op: "eq", value: text })])),
    );
    for (const [index, text] of texts.entries()) {
      const equal = engine.all({ text }).filter(({ value }) => value === true);
      expect(equal.map(({ flagKey }) => Number(flagKey)), `length ${lengths[index]}`).toEqual([index]);
      expect(engine.context({ text }).boolean(`${index}`.padStart(3, "0"), false)).toBe(true);
    }
  });

  test("an emoji that ends at, before and after the edge of the cell", async () => {
    for (const before of [50, 51, 52, 53, 54, 55, 56]) {
      const text = `${"x".repeat(before)}😀`;
      const engine = await engineFor({
        equal: flagWhen({ attribute: "text", op: "eq", value: text }),
        other: flagWhen({ attribute: "text", op: "eq", value: `${"x".repeat(before)}😁` }),
      });
      expect(ask(engine, "equal", { text })).toBe(true);
      expect(ask(engine, "other", { text })).toBe(false);
      expect(ask(engine, "equal", { text: text.slice(0, -1) })).toBe(false);
    }
  });

  test("texts that JavaScript keeps in pieces", async () => {
    const engine = await engineFor({ equal: flagWhen({ attribute: "text", op: "eq", value: "abcdefghijklmnopqrstuvwxyz0123456789" }) });
    const [a, b] = ["abcdefghijklmnopqr", "stuvwxyz0123456789"];
    const joined = a + b;
    const cut = `--${joined}--`.slice(2, -2);
    // Two bytes a character, though all of it is ASCII.
    const wide = `€${joined}`.slice(1);
    for (const text of [joined, cut, wide]) expect(ask(engine, "equal", { text })).toBe(true);
  });

  test("NUL and other control characters", async () => {
    const engine = await engineFor({ equal: flagWhen({ attribute: "text", op: "eq", value: "a\0b\u0007" }) });
    expect(ask(engine, "equal", { text: "a\0b\u0007" })).toBe(true);
    expect(ask(engine, "equal", { text: "a\0b" })).toBe(false);
    expect(ask(engine, "equal", { text: "a" })).toBe(false);
  });

  test("lone surrogates become U+FFFD, in values and in units", async () => {
    const engine = await engineFor({
      equal: flagWhen({ attribute: "text", op: "eq", value: "a\ufffdb" }),
      long: flagWhen({ attribute: "text", op: "eq", value: `${"x".repeat(80)}\ufffd` }),
      list: flagWhen({ attribute: "text", op: "contains", value: "\ufffd" }),
      unit: { ...onOff, overrides: [{ units: ["u\ufffd"], variant: "on" }], default: { variant: "off" } },
    });
    for (const lone of ["\ud800", "\udbff", "\udc00", "\udfff", "\ufffd"]) {
      expect(ask(engine, "equal", { text: `a${lone}b` })).toBe(true);
      expect(ask(engine, "long", { text: `${"x".repeat(80)}${lone}` })).toBe(true);
      expect(ask(engine, "list", { text: [`${lone}`] })).toBe(true);
      expect(ask(engine, "unit", { targetingKey: `u${lone}` })).toBe(true);
    }
    expect(ask(engine, "equal", { text: "a\ud83d\ude00b" })).toBe(false);
  });

  test("two long attributes in one context do not meet", async () => {
    const [long, longer] = ["l".repeat(100), "m".repeat(5000)];
    const engine = await engineFor({
      both: flagWhen({ all: [{ attribute: "a", op: "eq", value: long }, { attribute: "b", op: "eq", value: longer }] }),
      swapped: flagWhen({ any: [{ attribute: "a", op: "eq", value: longer }, { attribute: "b", op: "eq", value: long }] }),
      lists: flagWhen({ all: [{ attribute: "a", op: "contains", value: "1" }, { attribute: "b", op: "contains", value: "2" }] }),
    });
    expect(ask(engine, "both", { a: long, b: longer })).toBe(true);
    expect(ask(engine, "both", { a: longer, b: long })).toBe(false);
    expect(ask(engine, "swapped", { a: long, b: longer })).toBe(false);
    expect(ask(engine, "lists", { a: ["1", ...Array(50).fill("x")], b: ["2"] })).toBe(true);
    expect(ask(engine, "lists", { a: ["2", ...Array(50).fill("x")], b: ["1"] })).toBe(false);
    expect(ask(engine, "lists", { a: [long, "1"], b: longer })).toBe(false);
  });
});

describe("lists", () => {
  const engine = (): Promise<Engine> =>
    engineFor({
      text: flagWhen({ attribute: "list", op: "contains", value: "a" }),
      long: flagWhen({ attribute: "list", op: "contains", value: `${"é".repeat(40)}` }),
      number: flagWhen({ attribute: "list", op: "contains", value: 1 }),
      boolean: flagWhen({ attribute: "list", op: "contains", value: true }),
      empty: flagWhen({ attribute: "list", op: "contains", value: "" }),
      all: flagWhen({ attribute: "list", op: "containsAll", value: ["a", 1, true] }),
      exists: flagWhen({ attribute: "list", op: "exists" }),
    });

  test("mixed elements: scalars count, everything else is passed over", async () => {
    const list = [undefined, null, NaN, {}, ["a"], () => 1, Symbol("a"), new Date(), 10n ** 30n, "é".repeat(40), 1n, "", true, , "a"];
    for (const key of ["text", "long", "number", "boolean", "empty", "all", "exists"]) {
      expect(ask(await engine(), key, { list }), key).toBe(true);
    }
  });

  test("nothing is converted", async () => {
    expect(ask(await engine(), "number", { list: ["1", true, "one"] })).toBe(false);
    expect(ask(await engine(), "boolean", { list: ["true", 1] })).toBe(false);
    expect(ask(await engine(), "text", { list: [["a"], { a: "a" }] })).toBe(false);
    expect(ask(await engine(), "text", { list: new Set(["a"]) })).toBe(false);
    expect(ask(await engine(), "text", { list: new Uint8Array([97]) })).toBe(false);
    expect(ask(await engine(), "exists", { list: [] })).toBe(true);
  });

  test("lists of other realms, frozen lists, subclasses", async () => {
    class Tags extends Array<string> {}
    expect(ask(await engine(), "text", { list: runInNewContext("['a']") })).toBe(true);
    expect(ask(await engine(), "text", { list: Object.freeze(["a"]) })).toBe(true);
    expect(ask(await engine(), "text", { list: Tags.from(["a"]) })).toBe(true);
    expect(ask(await engine(), "text", { list: new Proxy(["a"], {}) })).toBe(true);
  });
});

describe("the targeting key", () => {
  const engine = (): Promise<Engine> =>
    engineFor({
      listed: { ...onOff, overrides: [{ units: [17, "u-1"], variant: "on" }], default: { variant: "off" } },
      zero: { ...onOff, overrides: [{ units: ["0"], variant: "on" }], default: { variant: "off" } },
      split: { ...onOff, default: { split: { weights: [{ variant: "on", weight: 1 }] } } },
    });

  test.each([[17], [17.0], ["17"], [17n]])("%o is the unit 17", async (targetingKey) => {
    expect(ask(await engine(), "listed", { targetingKey } as EvaluationContext)).toBe(true);
    expect(ask(await engine(), "split", { targetingKey } as EvaluationContext)).toBe(true);
  });

  test.each([["017"], ["17.0"], [" 17"], [17.5], [1.7]])("%o is not", async (targetingKey) => {
    expect(ask(await engine(), "listed", { targetingKey })).toBe(false);
  });

  test("0 and -0 are the unit 0", async () => {
    expect(ask(await engine(), "zero", { targetingKey: 0 })).toBe(true);
    expect(ask(await engine(), "zero", { targetingKey: -0 })).toBe(true);
  });

  test.each([["the empty text", ""], ["nothing", undefined], ["null", null], ["a fraction", 17.5], ["a number beyond 2^53", 2 ** 53], ["NaN", NaN], ["infinity", Infinity], ["a boolean", true], ["an object", { id: 1 }], ["a list", ["u-1"]], ["a date", new Date()], ["a huge BigInt", 2n ** 64n]])(
    "%s is no unit",
    async (_, targetingKey) => {
      const context = { targetingKey } as EvaluationContext;
      expect(ask(await engine(), "split", context)).toBe(false);
      expect((await engine()).details("split", context)).toMatchObject({
        variant: "off",
        reason: "DEFAULT",
        flagMetadata: { "vexil.missingUnit": "targetingKey" },
      });
      expect(ask(await engine(), "listed", context)).toBe(false);
    },
  );

  test("a context without one is an ordinary context", async () => {
    expect((await engine()).boolean("split", {}, true)).toBe(false);
    expect((await engine()).boolean("split", undefined, true)).toBe(false);
    expect((await engine()).boolean("split", null as unknown as undefined, true)).toBe(false);
  });
});
