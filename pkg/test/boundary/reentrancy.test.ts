/** Reading a context can run its owner's code, and that code may do whatever an engine can do, in the middle of a write. */

import { afterEach, describe, expect, test } from "vitest";

import type { Condition, Context, Engine, EvaluationContext, Flag, Snapshot } from "../../src/node.js";
import { alwaysOn, createEngine, createOtherEngine, disposeAll, engineOf, flagWhen, growMemory, isFull, onOff, refusalOf, snapshotOf } from "../support.js";

afterEach(disposeAll);

const conditions: readonly Condition[] = [
  { attribute: "a", op: "eq", value: "a" },
  { attribute: "b", op: "eq", value: "b" },
  { attribute: "c", op: "startsWith", value: "c" },
  { attribute: "list", op: "contains", value: "l" },
  { attribute: "nested.d", op: "eq", value: 4 },
  { attribute: "thing", op: "exists" },
  { attribute: "z", op: "eq", value: "é" },
];

/** A flag for all of the conditions and one for any of them, among flags that read other attributes. */
function snapshot(others: number): Snapshot {
  // Before and after the attributes of the conditions.
  const attributes = Array.from({ length: others }, (_, index) => `${index % 2 ? "zz" : "00"}${index}`);
  const { any, all } = { any: flagWhen({ any: conditions }), all: flagWhen({ all: conditions }) };
  const wide: Flag = flagWhen({ any: attributes.map((attribute) => ({ attribute, op: "eq", value: "there" })) });
  const service = {
    tracks: { stable: { version: "1" }, canary: { version: "2" } },
    defaultTrack: "stable",
    rules: [{ id: "rule", when: { all: conditions }, serve: { track: "canary" } }],
  };
  return snapshotOf({ any, all, wide, on: alwaysOn }, { environment: "here", services: { service } });
}

/** Values for which `all` holds, or for which not even `any` does. */
interface Values {
  readonly a: string;
  readonly b: string;
  readonly c: string;
  readonly item: string;
  readonly d: number;
  readonly z: string;
}
const GOOD: Values = { a: "a", b: "b", c: `c${"é".repeat(100)}`, item: "l", d: 4, z: "é" };
const BAD: Values = { a: "?", b: "?", c: "?".repeat(100), item: "?", d: 5, z: "ä" };

/** Contexts that run something while they are read. `thing` exists in the good ones only. */
const contexts: { readonly [name: string]: (values: Values, run: () => void) => EvaluationContext } = {
  "a getter": ({ a, b, c, item, d, z }, run) => ({
    ...thing(d),
    a,
    get b() {
      run();
      return b;
    },
    c,
    list: [item],
    nested: { d },
    z,
  }),
  "a getter of every attribute": ({ a, b, c, item, d, z }, run) => {
    const context = {};
    for (const [name, value] of Object.entries({ ...thing(d), a, b, c, list: [item], nested: { d }, z })) {
      Object.defineProperty(context, name, { enumerable: true, get: () => (run(), value) });
    }
    return context;
  },
  "a proxy": ({ a, b, c, item, d, z }, run) =>
    new Proxy({ ...thing(d), a, b, c, list: [item], nested: { d }, z }, {
      get: (target, name, receiver) => {
        if (name === "b") run();
        return Reflect.get(target, name, receiver);
      },
    }),
  "a proxy that is asked for its prototype": ({ a, b, c, item, d, z }, run) =>
    new Proxy({ ...thing(d), a, b, c, list: [item], nested: { d }, z }, {
      getPrototypeOf: (target) => (run(), Reflect.getPrototypeOf(target)),
    }),
  "an instance with a getter of its own": ({ a, b, c, item, d, z }, run) => {
    class Visitor {
      readonly list = [item];
      readonly nested = { d };
      constructor(attributes: object) {
        Object.assign(this, attributes);
        Object.defineProperty(this, "b", { enumerable: true, get: () => (run(), b) });
      }
    }
    return new Visitor({ ...thing(d), a, c, z }) as unknown as EvaluationContext;
  },
  "a getter on a path": ({ a, b, c, item, d, z }, run) => ({
    ...thing(d),
    a,
    b,
    c,
    list: [item],
    nested: {
      get d() {
        run();
        return d;
      },
    },
    z,
  }),
  "a list with a getter": ({ a, b, c, item, d, z }, run) => ({
    ...thing(d),
    a,
    b,
    c,
    list: Object.defineProperty(["first", item], 0, { get: () => (run(), "first") }),
    nested: { d },
    z,
  }),
  "a value that is a proxy": ({ a, b, c, item, d, z }, run) => ({
    ...(d === GOOD.d && { thing: new Proxy(new Map(), { getPrototypeOf: () => (run(), Map.prototype) }) }),
    a,
    b,
    c,
    list: [item],
    nested: { d },
    z,
  }),
  "a value that names its class": ({ a, b, c, item, d, z }, run) => ({
    ...(d === GOOD.d && { thing: { get [Symbol.toStringTag]() { return (run(), "Date"); } } }),
    a,
    b,
    c,
    list: [item],
    nested: { d },
    z,
  }),
};

function thing(d: number): object {
  return d === GOOD.d ? { thing: {} } : {};
}

/** What may come between. All of it leaves the answers of `any` and `all` as they are. */
const disturbances: { readonly [name: string]: (engine: Engine) => void } = {
  "evaluates another flag": (engine) => engine.boolean("wide", { "000": "there", zz1: "x".repeat(80) }, false),
  "evaluates the same flag": (engine) => {
    engine.boolean("all", { ...BAD, list: [], nested: { d: 0 } }, false);
    engine.boolean("any", { ...GOOD, list: ["l"], nested: { d: 4 }, thing: 1 }, false);
  },
  "evaluates a flag that is always on": (engine) => engine.boolean("on", undefined, false),
  "evaluates with a context that is kept": (engine) => engine.context({ a: "z", b: "z" }).boolean("any", false),
  "evaluates with a context that was written before": () => warm.boolean("any", false),
  "evaluates all flags": (engine) => engine.all({ a: "z", b: "z", c: "z" }),
  "routes": (engine) => engine.route("service", { a: "z", b: "z", c: "z" }),
  ...(isFull && { "explains": (engine) => engine.explain("any", { a: "z", b: "z", c: "z" }) }),
  "evaluates with a getter of its own": (engine) => {
    engine.boolean("any", { a: "z", get b() { return engine.string("any", { c: "z" }, ""); } }, false);
  },
  "evaluates with a getter that throws": (engine) => {
    const context = { a: "z", get b(): string { throw new Error("no"); } };
    engine.boolean("any", context, false);
    engine.all(context);
    if (isFull) engine.explain("any", context);
    expect(() => engine.context(context)).toThrow("no");
  },
  "asks for a flag that there is not": (engine) => engine.boolean("none", undefined, false),
  "asks for the next change": (engine) => engine.nextChange(0),
  "asks for the diagnostics": (engine) => engine.diagnostics,
  "updates to a snapshot with more attributes": (engine) => engine.update(snapshot(40)),
  "updates to a snapshot with fewer attributes": (engine) => engine.update(snapshot(0)),
  "updates in vain": (engine) => refusalOf(() => engine.update("{")),
  "updates many times": (engine) => {
    for (const others of [3, 40, 0]) engine.update(snapshot(others));
  },
  "kills another flag": (engine) => engine.kill({ revision: (kills += 1), flags: ["wide"] }),
  "kills in vain": (engine) => refusalOf(() => engine.kill({ revision: 1, all: true, environment: "elsewhere" })),
  "makes an engine": () => void createEngine(snapshot(50)).then((engine) => engine.dispose()),
  "makes an engine in vain": () => void createEngine("{").catch(() => {}),
  "evaluates a flag of another engine": () => other.boolean("wide", { "000": "there", "0098": "y".repeat(80) }, false),
  "evaluates flags of the other artifact": () => {
    expect(foreign.boolean("all", { ...GOOD, list: ["l"], nested: { d: 4 }, thing: 1 }, false)).toBe(true);
    expect(foreign.boolean("any", { ...BAD, text: "y".repeat(80) }, true)).toBe(false);
    expect(foreign.all({ a: "a" }).filter(({ value }) => value === true).map(({ flagKey }) => flagKey)).toEqual(["any", "on"]);
    expect(foreign.context({ b: "b" }).boolean("any", false)).toBe(true);
  },
  "evaluates a flag of the other artifact, whose context evaluates this one": (engine) => {
    const context = { a: "a", get b() { return engine.boolean("any", { ...BAD, a: "z" }, true) ? "?" : "b"; }, c: "c" };
    expect(foreign.details("all", { ...context, list: ["l"], nested: { d: 4 }, thing: 1, z: "é" })).toMatchObject({ value: true });
    expect(foreign.all(context).find(({ flagKey }) => flagKey === "any")?.value).toBe(true);
  },
  "updates and kills in the other artifact": () => {
    for (const others of [3, 40, 0]) foreign.update(snapshot(others));
    foreign.kill({ revision: (kills += 1), flags: ["wide"] });
  },
  "lets the memory of the other artifact grow": () => {
    growMemory(foreign);
    expect(foreign.boolean("any", { a: "a" }, false)).toBe(true);
  },
  "makes an engine of the other artifact": () => void createOtherEngine(snapshot(50)).then((engine) => engine.dispose()),
};

let kills = 0;
let other: Engine;
/** An engine of the other artifact. */
let foreign: Engine;
let warm: Context;

const evaluations: { readonly [name: string]: (engine: Engine, key: "any" | "all", context: EvaluationContext) => unknown } = {
  "boolean": (engine, key, context) => engine.boolean(key, context, key === "any"),
  "details": (engine, key, context) => engine.details(key, context).value,
  "all": (engine, key, context) => engine.all(context).find(({ flagKey }) => flagKey === key)?.value,
  ...(isFull && { "explain": (engine, key, context) => engine.explain(key, context)?.value }),
  "route": (engine, _, context) => engine.route("service", context).track === "canary",
  "a context that is kept": (engine, key, context) => engine.context(context).boolean(key, key === "any"),
};

for (const [contextName, contextOf] of Object.entries(contexts)) {
  describe(contextName, () => {
    test.each(Object.entries(disturbances))("%s", async (_, disturb) => {
      const engine = await engineOf(snapshot(4));
      other = await engineOf(snapshot(100));
      foreign = await createOtherEngine(snapshot(100));
      warm = engine.context({ a: "z", b: "z" });
      warm.boolean("any", false);
      for (const [name, evaluate] of Object.entries(evaluations)) {
        for (const grows of name === "boolean" ? [false, true] : [false]) {
          let runs = 0;
          const run = (): void => {
            // A context that disturbed every time it is read would do so for ever.
            if (++runs > 10) return;
            if (grows) growMemory(engine);
            disturb(engine);
          };
          expect(evaluate(engine, "all", contextOf(GOOD, run)), `${name} of all`).toBe(true);
          expect(evaluate(engine, "any", contextOf(BAD, run)), `${name} of any`).toBe(false);
          expect(evaluate(engine, "all", contextOf(GOOD, () => {})), `${name} of all, undisturbed`).toBe(true);
        }
      }
      foreign.dispose();
    });
  });
}

test("disposing of the engine in a getter answers with the fallback", async () => {
  for (const [name, evaluate] of Object.entries(evaluations)) {
    for (const [contextName, contextOf] of Object.entries(contexts)) {
      const engine = await engineOf(snapshot(4));
      let runs = 0;
      const answer = evaluate(engine, "all", contextOf(GOOD, () => void (++runs && engine.dispose())));
      if (runs > 0) expect([false, undefined], `${name} with ${contextName}`).toContain(answer);
    }
  }
  const engine = await engineOf(snapshot(4));
  const details = engine.details("all", { get a() { engine.dispose(); return "a"; } }, false);
  expect(details).toMatchObject({ value: false, reason: "ERROR", errorCode: "PROVIDER_NOT_READY" });
});

test("a kill in a getter shows in the answer that is being made", async () => {
  const engine = await engineOf(snapshot(4));
  const context = { get a() { engine.kill({ revision: 1, flags: ["all", "on"] }); return "a"; } };
  expect(engine.boolean("on", undefined, false)).toBe(true);
  expect(engine.details("all", context)).toMatchObject({ variant: "off", reason: "DISABLED" });
  expect(engine.boolean("on", undefined, true)).toBe(false);
});

test("an update in a getter shows in the answer that is being made", async () => {
  const engine = await engineOf(snapshot(4));
  const next = snapshotOf({ all: { ...onOff, default: { variant: "on" } } });
  expect(engine.details("all", { get a() { engine.update(next); return "?"; } })).toMatchObject({ variant: "on", reason: "STATIC" });
  const without = { get a() { engine.update(snapshotOf({})); return "?"; } };
  engine.update(snapshot(4));
  expect(engine.details("all", without, false)).toMatchObject({ value: false, errorCode: "FLAG_NOT_FOUND" });
});

test("documents and options whose own code evaluates flags", async () => {
  const engine = await engineOf({ ...snapshot(4), environment: "here" });
  const german = "ü".repeat(200);
  let asked = 0;
  // Keys and answers that are new each time cross where documents do.
  const ask = (): void => {
    expect(engine.details(`${german}${(asked += 1)}`).errorCode).toBe("FLAG_NOT_FOUND");
    expect(engine.boolean("any", { a: "a" }, false)).toBe(true);
  };
  const next = snapshot(40);
  const written = { toJSON: () => (ask(), next) } as unknown as Snapshot;
  engine.update(written);
  expect(engine.kill({ revision: 1, get flags() { return (ask(), ["wide"]); } })).toEqual(["wide"]);
  const made = await createEngine(written, { get environment() { return (ask(), "here"); } });
  expect(made.boolean("any", { a: "a" }, false)).toBe(true);
  made.dispose();
  expect(asked).toBeGreaterThan(2);
});

describe("getters that throw", () => {
  const throwing = (error: unknown): EvaluationContext => ({ a: "a", get b() { throw error; }, c: "c" });

  test("the flag answers with the fallback", async () => {
    const engine = await engineOf(snapshot(4));
    const context = throwing(new Error("no such header"));
    expect(engine.boolean("any", context, true)).toBe(true);
    expect(engine.details("any", context, false)).toStrictEqual({
      flagKey: "any",
      value: false,
      reason: "ERROR",
      errorCode: "GENERAL",
      errorMessage: "reading the context failed: no such header",
      flagMetadata: {},
    });
    expect(engine.route("service", context)).toMatchObject({ track: "stable", version: null, reason: "ERROR", errorCode: "GENERAL" });
    if (isFull) expect(engine.explain("any", context)).toMatchObject({ reason: "ERROR", errorCode: "GENERAL", value: null, steps: [] });
    expect(engine.details("any", throwing("a string"))).toMatchObject({ errorCode: "GENERAL" });
    expect(engine.details("any", throwing(undefined))).toMatchObject({ errorCode: "GENERAL" });
    expect(engine.boolean("any", { a: "a" }, false)).toBe(true);
  });

  test("flags that do not read the attribute answer as ever", async () => {
    const engine = await engineOf(snapshot(4));
    const context = Object.assign(throwing(new Error("no")), { "000": "there" });
    expect(engine.boolean("wide", context, false)).toBe(true);
    if (isFull) expect(engine.explain("wide", context)).toMatchObject({ value: true, reason: "TARGETING_MATCH" });
    expect(engine.all(context)).toMatchObject([{ flagKey: "on", value: true }, { flagKey: "wide", value: true }]);
  });

  test("a getter that throws beside one that updates: no write goes astray", async () => {
    const engine = await engineOf(snapshot(40));
    for (let round = 0; round < 20; round++) {
      const context = {
        get a() {
          engine.update(snapshot(round % 2 ? 40 : 0));
          return "a";
        },
        get b(): string {
          throw new Error("no");
        },
        zz1: "x".repeat(100),
        zz39: "there",
      };
      for (const { flagKey } of engine.all(context)) expect(["on", "wide"]).toContain(flagKey);
      expect(engine.boolean("all", { ...GOOD, list: ["l"], nested: { d: 4 }, thing: 1 }, false)).toBe(true);
    }
  });

  test("a context that would be kept is refused", async () => {
    const engine = await engineOf(snapshot(4));
    expect(() => engine.context(throwing(new RangeError("no")))).toThrow(RangeError);
  });

  test("proxies that throw for everything", async () => {
    const engine = await engineOf(snapshot(4));
    const no = (): never => { throw new Error("revoked"); };
    const context = new Proxy({}, { get: no, getPrototypeOf: no, ownKeys: no, has: no, getOwnPropertyDescriptor: no });
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    for (const unreadable of [context, proxy]) {
      expect(engine.details("any", unreadable, true)).toMatchObject({ value: true, errorCode: "GENERAL" });
      expect(engine.boolean("on", unreadable, false)).toBe(true);
      expect(engine.details("any", { a: "?", nested: unreadable }, true)).toMatchObject({ value: true, errorCode: "GENERAL" });
    }
  });
});
