/** Contexts that are kept share a ring of 64 blocks; attributes beyond the mask of 32 bits; many engines. */

import { afterEach, describe, expect, test } from "vitest";

import type { Context, Engine, EvaluationContext, Flag } from "../../src/node.js";
import { alwaysOn, createEngine, disposeAll, engineFor, engineOf, flagWhen, isFull, onOff, randomOf, snapshotOf } from "../support.js";

afterEach(disposeAll);

/** A flag for each country and one that splits. */
function flags(): { [key: string]: Flag } {
  const split: Flag = { ...onOff, default: { split: { exposure: 50, weights: [{ variant: "on", weight: 1 }] } } };
  const countries = ["DE", "FR", "US"].map((country) => [country, flagWhen({ attribute: "country", op: "eq", value: country })]);
  return { ...Object.fromEntries(countries), split, long: flagWhen({ attribute: "text", op: "endsWith", value: "7" }), on: alwaysOn };
}

function contextOf(index: number): EvaluationContext {
  return { targetingKey: `u-${index}`, country: ["DE", "FR", "US", "GB"][index % 4], text: `${"x".repeat(index % 130)}${index % 10}` };
}

test("a hundred contexts on 64 blocks, evaluated in turn and at random", async () => {
  const engine = await engineFor(flags());
  const keys = engine.all().map(({ flagKey }) => flagKey);
  const expected = Array.from({ length: 100 }, (_, index) => keys.map((key) => engine.boolean(key, contextOf(index), false)));
  const contexts = expected.map((_, index) => engine.context(contextOf(index)));
  const check = (index: number, flag: number): void => {
    const [context, key] = [contexts[index] as Context, keys[flag] as string];
    expect(context.boolean(key, false), `${key} of ${index}`).toBe(expected[index]?.[flag]);
  };
  for (const flag of keys.keys()) for (const index of contexts.keys()) check(index, flag);
  for (const index of contexts.keys()) for (const flag of keys.keys()) check(index, flag);
  const random = randomOf(7);
  for (let round = 0; round < 20_000; round++) check(Math.floor(random() * 100), Math.floor(random() * keys.length));
  for (const [index, context] of contexts.entries()) expect(context.all().map(({ value }) => value)).toEqual(expected[index]);
});

test("contexts that are used once do not disturb those that are kept", async () => {
  const engine = await engineFor(flags());
  const kept = engine.context(contextOf(0));
  expect(kept.boolean("DE", false)).toBe(true);
  for (let index = 1; index < 200; index++) {
    engine.boolean("DE", contextOf(index), false);
    engine.all(contextOf(index));
    if (isFull) engine.explain("long", contextOf(index));
    expect([kept.boolean("DE", false), kept.boolean("FR", true), kept.boolean("long", true)]).toEqual([true, false, false]);
  }
});

test("the first flag asked of a context may be one that reads nothing", async () => {
  const engine = await engineFor(flags());
  for (let index = 0; index < 70; index++) expect(engine.context(contextOf(index)).boolean("on", false)).toBe(true);
  const other = await engineFor(flags());
  expect(other.context(contextOf(0)).details("on")).toMatchObject({ reason: "STATIC", value: true });
});

test("contexts live across updates that move, add and remove attributes", async () => {
  const engine = await engineFor(flags());
  const contexts = Array.from({ length: 100 }, (_, index) => engine.context(contextOf(index)));
  const isGerman = contexts.map((context) => context.boolean("DE", false));
  expect(isGerman.filter(Boolean)).toHaveLength(25);
  for (const others of [1, 50, 200, 0]) {
    const wide = flagWhen({ any: Array.from({ length: others }, (_, index) => ({ attribute: `a${index}`, op: "exists" }) as const) });
    engine.update(snapshotOf({ ...flags(), "0": flagWhen({ attribute: "0", op: "exists" }), wide }));
    expect(contexts.map((context) => context.boolean("DE", false))).toEqual(isGerman);
    expect(contexts.map((context) => context.boolean("wide", true))).not.toContain(true);
  }
  engine.update(snapshotOf({ DE: flagWhen({ attribute: "country", op: "eq", value: "FR" }) }));
  expect(contexts.map((context) => context.boolean("DE", false)).filter(Boolean)).toHaveLength(25);
  expect(contexts[0]?.details("split")).toMatchObject({ errorCode: "FLAG_NOT_FOUND" });
});

describe.each([31, 32, 33, 40, 64, 130])("%d attributes", (count) => {
  const name = (index: number): string => `a${`${index}`.padStart(3, "0")}`;
  const attributes = Array.from({ length: count }, (_, index) => name(index));
  const valueOf = (index: number): unknown => [`text ${index}`, index, index % 4 === 2, `${"é".repeat(60)}${index}`][index % 4];
  const condition = (index: number) => ({ attribute: name(index), op: "eq", value: valueOf(index) as string }) as const;
  const full = (): Record<string, unknown> => Object.fromEntries(attributes.map((attribute, index) => [attribute, valueOf(index)]));
  const make = (): Promise<Engine> =>
    engineFor({
      all: flagWhen({ all: attributes.map((_, index) => condition(index)) }),
      any: flagWhen({ any: attributes.map((_, index) => condition(index)) }),
      ...Object.fromEntries(attributes.map((attribute, index) => [`one ${attribute}`, flagWhen(condition(index))])),
    });

  test("each is read, and none for another", async () => {
    const engine = await make();
    expect(engine.boolean("all", full(), false)).toBe(true);
    expect(engine.context(full()).boolean("all", false)).toBe(true);
    expect(engine.boolean("any", {}, true)).toBe(false);
    for (const [index, attribute] of attributes.entries()) {
      const without = { ...full(), [attribute]: "none" };
      expect(engine.boolean("all", without, true)).toBe(false);
      expect(engine.context(without).boolean("all", true)).toBe(false);
      const alone = { [attribute]: valueOf(index) };
      expect(engine.boolean("any", alone, false)).toBe(true);
      expect(engine.context(alone).boolean("any", false)).toBe(true);
      expect(engine.boolean(`one ${attribute}`, alone, false)).toBe(true);
      const on = (answers: ReturnType<Engine["all"]>) => answers.filter(({ value }) => value === true).map(({ flagKey }) => flagKey);
      expect(on(engine.all(alone))).toEqual(["any", `one ${attribute}`]);
      expect(on(engine.context(alone).all())).toEqual(["any", `one ${attribute}`]);
      if (isFull) expect(engine.explain("any", alone)).toMatchObject({ variant: "on" });
    }
  });

  test("a context writes each once, whatever is asked first", async () => {
    const engine = await make();
    let reads = 0;
    const context = engine.context(full());
    for (const [index, attribute] of [...attributes.entries()].reverse()) {
      expect(context.boolean(`one ${attribute}`, false), `${index}`).toBe(true);
    }
    expect(context.boolean("all", false)).toBe(true);
    const counting = Object.defineProperty(full(), name(count - 1), { enumerable: true, get: () => (reads++, valueOf(count - 1)) });
    const kept = engine.context(counting);
    expect(reads).toBe(1);
    for (const attribute of attributes) kept.boolean(`one ${attribute}`, false);
    expect(kept.boolean("all", false)).toBe(true);
    expect(reads).toBe(1);
  });
});

test("ten engines at once, each with its own attributes, in turn", async () => {
  const engines = await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      engineFor({
        first: flagWhen({ attribute: `a${index}`, op: "eq", value: index }),
        second: flagWhen({ attribute: "country", op: "eq", value: `${index}` }),
        ...Object.fromEntries(Array.from({ length: index * 5 }, (_, other) => [`x${other}`, flagWhen({ attribute: `b${other}`, op: "exists" })])),
      }),
    ),
  );
  const contexts = engines.map((engine, index) => engine.context({ [`a${index}`]: index, country: `${index}` }));
  for (let round = 0; round < 20; round++) {
    for (const [index, engine] of engines.entries()) {
      expect(engine.boolean("first", { [`a${index}`]: index }, false)).toBe(true);
      expect(engine.boolean("first", { [`a${index}`]: index + 1, [`a${index + 1}`]: index }, true)).toBe(false);
      expect(engine.boolean("second", { country: `${round}` }, false)).toBe(round === index);
      expect(contexts[index]?.boolean("first", false)).toBe(true);
      expect(contexts[index]?.all()).toHaveLength(2 + index * 5);
    }
  }
});

test("an engine that is disposed of harms no other, and its place can be used again", async () => {
  const [stays, goes] = [await engineFor(flags()), await createEngine(snapshotOf(flags()))];
  const [staying, going] = [stays.context(contextOf(0)), goes.context(contextOf(0))];
  expect([staying.boolean("DE", false), going.boolean("DE", false)]).toEqual([true, true]);
  goes.dispose();
  const next = await engineOf(snapshotOf({ DE: flagWhen({ attribute: "country", op: "ne", value: "DE" }) }));
  expect(staying.boolean("DE", false)).toBe(true);
  expect(going.details("DE", true)).toMatchObject({ value: true, errorCode: "PROVIDER_NOT_READY" });
  expect(next.context(contextOf(0)).boolean("DE", true)).toBe(false);
});
