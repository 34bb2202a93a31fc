/** Functions behind a flag. */

import { afterEach, describe, expect, test, vi } from "vitest";

import { bootstrap, hydrate } from "../../src/bootstrap.js";
import { type Exposure, Exposures } from "../../src/exposures.js";
import type { Engine, Snapshot } from "../../src/node.js";
import { createEngine } from "../../src/node.js";
import { connect, memory } from "../../src/sources.js";
import { wrap } from "../../src/wrap.js";
import { alwaysOn, disposeAll, engineOf, flagWhen, onOff, snapshotOf } from "../support.js";

afterEach(disposeAll);

const ofPros = flagWhen({ attribute: "plan", op: "eq", value: "pro" });
const half = { split: { seed: "half", exposure: 100, weights: [{ variant: "on", weight: 1 }] } };
const SNAPSHOT: Snapshot = snapshotOf({
  "new-search": { ...ofPros, audience: "client" },
  always: { ...alwaysOn, audience: "client" },
  theme: { variants: { on: "true", off: "" }, offVariant: "off", default: { variant: "on" } },
  drawn: { ...onOff, rules: [{ id: "half", serve: half }], default: { variant: "off" } },
});

const engineWith = (): Promise<Engine> => engineOf(SNAPSHOT);
const PRO = { plan: "pro" };
const which = { on: () => "new", off: () => "old" };

test("S2-20: calls `on` where the flag is on for the context, and `off` where it is not", async () => {
  const engine = await engineWith();
  const on = vi.fn((query: string, plan: string) => `new ${query} ${plan}`);
  const off = vi.fn((query: string) => `old ${query}`);
  const search = wrap(engine, "new-search", { on, off, context: (_, plan) => ({ plan }) });
  expect([search("shoes", "pro"), search("shoes", "free")]).toEqual(["new shoes pro", "old shoes"]);
  expect([on.mock.calls, off.mock.calls]).toEqual([[["shoes", "pro"]], [["shoes", "free"]]]);
  expect([wrap(engine, "new-search", { ...which, context: PRO })(), wrap(engine, "new-search", which)()]).toEqual(["new", "old"]);
  expect(wrap(engine, "always", which)()).toBe("new");
});

test("S2-20: `this` and all arguments are those of the call, for the context too", async () => {
  const shop = {
    plan: "pro",
    search: wrap(await engineWith(), "new-search", {
      on(this: { plan: string }, ...words: string[]) {
        return [this.plan, ...words];
      },
      off: () => ["off"],
      context() {
        return { plan: this.plan };
      },
    }),
  };
  expect(shop.search("a", "b", "c")).toEqual(["pro", "a", "b", "c"]);
  shop.plan = "free";
  expect(shop.search("a")).toEqual(["off"]);
  expect(shop.search.call({ plan: "pro" })).toEqual(["pro"]);
});

test("S2-20: has the name and the length of `on`", async () => {
  const newSearch = (query: string, page: number): string => query + page;
  const search = wrap(await engineWith(), "new-search", { on: newSearch, off: () => "old" });
  expect([search.name, search.length]).toEqual(["newSearch", 2]);
});

describe("S2-20: what is not on is off", () => {
  test("an unknown flag, and one that is not boolean", async () => {
    const engine = await engineWith();
    expect(["serach", "theme", "__proto__", ""].map((flag) => wrap(engine, flag, which)())).toEqual(["old", "old", "old", "old"]);
  });

  test("everything while there is no engine, and again once it was disposed of", async () => {
    let engine: Engine | null | undefined;
    const onError = vi.fn();
    const search = wrap(() => engine, "always", { ...which, onError });
    expect(search()).toBe("old");
    engine = null;
    expect(search()).toBe("old");
    engine = await engineWith();
    expect(search()).toBe("new");
    engine.dispose();
    expect(search()).toBe("old");
    expect(onError).not.toHaveBeenCalled();
    // Without types it may be forgotten altogether.
    expect(wrap(undefined as unknown as Engine, "always", which)()).toBe("old");
  });

  test("whatever says something that is only like true", () => {
    const saying = (value: unknown) => wrap({ boolean: () => value as boolean }, "always", which)();
    expect(["true", 1, {}, Promise.resolve(true), undefined].map(saying)).toEqual(["old", "old", "old", "old", "old"]);
    expect(saying(true)).toBe("new");
  });

  test("everything where the context cannot be made or the engine not be found, of which is told", async () => {
    const engine = await engineWith();
    const error = new Error("no session");
    const fails = (): never => {
      throw error;
    };
    const onError = vi.fn();
    const off = vi.fn(() => "old");
    expect(wrap(engine, "always", { on: which.on, off, context: fails, onError })()).toBe("old");
    expect(wrap(fails, "always", { on: which.on, off, onError })()).toBe("old");
    expect(wrap({ boolean: fails }, "always", { on: which.on, off, onError })()).toBe("old");
    expect([onError.mock.calls, off.mock.calls]).toEqual([[[error], [error], [error]], [[], [], []]]);
    // Nobody needs to be told, and who is told may fail.
    expect(wrap(engine, "always", { ...which, context: fails })()).toBe("old");
    expect(wrap(engine, "always", { ...which, context: fails, onError: fails })()).toBe("old");
    // An engine that is still on its way is none.
    expect(wrap((() => Promise.resolve(engine)) as unknown as () => Engine, "always", { ...which, onError })()).toBe("old");
    expect(onError).toHaveBeenLastCalledWith(expect.any(TypeError));
  });

  test("what is no context, such as a promise of one: an engine takes it for an empty one, and that may be on", async () => {
    const engine = await engineWith();
    const onError = vi.fn();
    const contexts = [async () => ({ plan: "pro" }), () => "u-1", () => true, () => 17] as unknown as (() => { plan: string })[];
    for (const context of contexts) expect(wrap(engine, "always", { ...which, context, onError })()).toBe("old");
    expect(wrap(engine, "always", { ...which, context: "u-1" as unknown as { plan: string }, onError })()).toBe("old");
    expect(onError.mock.calls).toEqual(Array.from({ length: 5 }, () => [expect.any(TypeError)]));
    expect(wrap(engine, "always", { ...which, context: () => undefined, onError })()).toBe("new");
    // Of a context that is there already the context would be taken for the fallback.
    expect(wrap(engine.context({}) as unknown as Engine, "serach", { ...which, context: (() => true) as never })()).toBe("old");
  });

  test("an attribute that cannot be read is as the engine has it", async () => {
    const unreadable = { get plan(): string { throw new Error("no plan"); } };
    const onError = vi.fn();
    expect(wrap(await engineWith(), "new-search", { ...which, context: unreadable, onError })()).toBe("old");
    expect(onError).not.toHaveBeenCalled();
  });
});

describe("S2-20: what is called comes through as it is", () => {
  test("what it throws, at once, and `off` is not called after `on`", async () => {
    const engine = await engineWith();
    const error = new Error("out of stock");
    const onError = vi.fn();
    const off = vi.fn(() => "old");
    const fails = (): never => {
      throw error;
    };
    expect(() => wrap(engine, "always", { on: fails as () => string, off, onError })()).toThrow(error);
    expect(() => wrap(engine, "serach", { on: () => "new", off: fails, onError })()).toThrow(error);
    expect([off.mock.calls, onError.mock.calls]).toEqual([[], []]);
  });

  test("what it promises: the same promise, kept or broken", async () => {
    const engine = await engineWith();
    const kept = Promise.resolve("new");
    const off = vi.fn(async () => "old");
    expect(wrap(engine, "always", { on: () => kept, off })()).toBe(kept);
    const broken = wrap(engine, "always", { on: async (): Promise<string> => Promise.reject(new Error("gone")), off })();
    await expect(broken).rejects.toThrow("gone");
    expect(off).not.toHaveBeenCalled();
    await expect(wrap(engine, "serach", { on: async () => "new", off })()).resolves.toBe("old");
  });

  test("generators, of both kinds", async () => {
    const engine = await engineWith();
    function* pages(to: number): Generator<number> {
      for (let page = 1; page <= to; page++) yield page;
    }
    async function* later(to: number): AsyncGenerator<number> {
      yield* pages(to);
    }
    const none = function* (): Generator<number> {};
    expect([...wrap(engine, "always", { on: pages, off: none })(3)]).toEqual([1, 2, 3]);
    expect([...wrap(engine, "serach", { on: pages, off: none })(3)]).toEqual([]);
    const seen: number[] = [];
    for await (const page of wrap(engine, "always", { on: later, off: later })(2)) seen.push(page);
    expect(seen).toEqual([1, 2]);
  });
});

test("S2-20: a call is one evaluation, and one exposure", async () => {
  const engine = await engineWith();
  const batches: Exposure[] = [];
  const exposures = new Exposures({ sink: (batch) => void batches.push(...batch) });
  exposures.observe(engine);
  const observer = vi.fn();
  engine.observe(observer);
  const search = wrap(engine, "drawn", { on: (_: string) => "new", off: () => "old", context: (targetingKey) => ({ targetingKey }) });
  expect(search("u-1")).toBe("new");
  expect(observer).toHaveBeenCalledTimes(1);
  search("u-2");
  await exposures.flush();
  expect(batches.map(({ flag, unit, variant }) => [flag, unit, variant])).toEqual([["drawn", "u-1", "on"], ["drawn", "u-2", "on"]]);
});

describe("S2-20: what is asked may be", () => {
  test("an engine that is kept current, which is off until it is there", async () => {
    const source = memory();
    const flags = connect(createEngine, source);
    const search = wrap(() => flags.engine, "always", which);
    expect(search()).toBe("old");
    source.push(SNAPSHOT);
    await flags.ready();
    expect(search()).toBe("new");
    source.push(snapshotOf({ always: { ...alwaysOn, state: "disabled" } }));
    expect(search()).toBe("old");
    await flags.close();
  });

  test("a reusable context", async () => {
    const engine = await engineWith();
    const answers = [PRO, {}].map((context) => wrap(engine.context(context), "new-search", which)());
    expect(answers).toEqual(["new", "old"]);
  });

  test("the answers of a page, before an engine is there and after", async () => {
    const engine = await engineWith();
    const page = hydrate(bootstrap(engine, PRO));
    const ask = () => ["new-search", "always", "serach"].map((flag) => wrap(page, flag, which)());
    expect(ask()).toEqual(["new", "new", "old"]);
    page.attach(engine, {});
    engine.update(snapshotOf({ "new-search": ofPros, always: alwaysOn, other: alwaysOn }));
    expect(ask()).toEqual(["old", "new", "old"]);
    const observer = vi.fn();
    page.observe(observer);
    expect(ask()).toEqual(["old", "new", "old"]);
    expect(observer).toHaveBeenCalledTimes(3);
    // Without types a context may be given: a page has its own, and an object is not true.
    expect(wrap(page as unknown as Engine, "serach", { ...which, context: PRO })()).toBe("old");
  });
});

test("S2-20: refuses at once what cannot be called", async () => {
  const engine = await engineWith();
  for (const options of [{ on: which.on }, { off: which.off }, { ...which, off: "old" }]) {
    expect(() => wrap(engine, "always", options as typeof which)).toThrow(new TypeError("vexil: wrap needs two functions, `on` and `off`"));
  }
});
