/** Engines from their making to their end: how many there can be, and what they answer afterwards. */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { afterEach, describe, expect, test } from "vitest";

import type { Engine } from "../../src/node.js";
import { alwaysOn, createEngine, disposeAll, engineOf, isFull, onOff, snapshotOf } from "../support.js";

afterEach(disposeAll);

const snapshot = snapshotOf({ on: alwaysOn });

describe("after it was disposed of", () => {
  const gone = async (): Promise<Engine> => {
    const engine = await createEngine(snapshotOf({ on: alwaysOn, split: { ...onOff, default: { split: { weights: [{ variant: "on", weight: 1 }] } } } }));
    expect(engine.boolean("on", undefined, false)).toBe(true);
    engine.dispose();
    return engine;
  };

  test("an engine answers every flag with its fallback", async () => {
    const engine = await gone();
    expect(engine.boolean("on", undefined, false)).toBe(false);
    expect(engine.string("on", {}, "none")).toBe("none");
    expect(engine.number("on", {}, 1)).toBe(1);
    expect(engine.object("on", {}, [])).toEqual([]);
    expect(engine.details("on", {}, false)).toStrictEqual({
      flagKey: "on",
      value: false,
      reason: "ERROR",
      errorCode: "PROVIDER_NOT_READY",
      errorMessage: "the engine was disposed of",
      flagMetadata: {},
    });
    expect(engine.all({ targetingKey: "u-1" })).toEqual([]);
    expect(engine.route("service")).toMatchObject({ track: "stable", version: null, errorCode: "PROVIDER_NOT_READY" });
    if (isFull) expect([engine.explain("on"), engine.explainRoute("on")]).toEqual([undefined, undefined]);
    expect(engine.nextChange()).toBeUndefined();
    expect(engine.diagnostics).toEqual([]);
  });

  test("its contexts do too", async () => {
    const engine = await createEngine(snapshot);
    const [used, unused] = [engine.context({ targetingKey: "u-1" }), engine.context({})];
    expect(used.boolean("on", false)).toBe(true);
    engine.dispose();
    for (const context of [used, unused, engine.context({})]) {
      expect(context.boolean("on", false)).toBe(false);
      expect(context.all()).toEqual([]);
      expect(context.route("service")).toMatchObject({ track: "stable" });
      if (isFull) expect(context.explain("on")).toBeUndefined();
    }
  });

  test("it takes no snapshot and no kills, and can be disposed of again", async () => {
    const engine = await gone();
    expect(() => engine.update(snapshot)).toThrow("disposed of");
    expect(() => engine.kill({ revision: 1, all: true })).toThrow("disposed of");
    engine.dispose();
    expect(engine.boolean("on", {}, false)).toBe(false);
  });
});

test("many engines, one after the other, leave room for more", async () => {
  for (let count = 0; count < 6000; count++) (await createEngine('{"schema":"vexil/1"}')).dispose();
  expect((await engineOf(snapshot)).boolean("on", {}, false)).toBe(true);
});

test("engines that nobody holds any more are given back", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let count = 0; count < 6000; count++) {
    await createEngine('{"schema":"vexil/1"}');
    if (count % 1000 !== 999) continue;
    collect();
    // Finalizers are run between tasks.
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
});

test("more engines alive than there is room for", async () => {
  const engines: Engine[] = [];
  try {
    await expect(
      (async () => {
        for (let count = 0; count < 5000; count++) engines.push(await createEngine('{"schema":"vexil/1"}'));
      })(),
    ).rejects.toThrow("too many engines");
    expect(engines.length).toBeGreaterThan(4000);
  } finally {
    for (const engine of engines) engine.dispose();
  }
  expect((await engineOf(snapshot)).boolean("on", {}, false)).toBe(true);
});

test("keys that are no texts, and keys of every kind of text", async () => {
  const odd = ["", " ", "a b", "ключ", "😀", "__proto__", "constructor", "k".repeat(256)];
  const flags = Object.fromEntries(odd.slice(1).map((key) => [key, alwaysOn]));
  const engine = await engineOf(snapshotOf(flags));
  for (const key of odd) expect(engine.boolean(key, {}, false), key).toBe(key !== "");
  for (const key of [undefined, null, 1, {}, Symbol("on"), Object.create(null), () => "on", { toString: () => "on" }]) {
    const details = engine.details(key as string, {}, false);
    expect(details).toMatchObject({ flagKey: "", value: false, errorCode: "FLAG_NOT_FOUND" });
    expect(engine.context({}).boolean(key as string, true)).toBe(true);
    expect(engine.route(key as string)).toMatchObject({ track: "stable", errorCode: "FLAG_NOT_FOUND" });
  }
});
