/** What can be a context, and which of its properties count. */

import { runInNewContext } from "node:vm";

import { afterEach, describe, expect, test } from "vitest";

import type { Engine, EvaluationContext } from "../../src/node.js";
import { disposeAll, engineFor, engineOf, flagWhen, isFull } from "../support.js";

afterEach(disposeAll);

/** Names that objects inherit, and others. */
const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "country", "length", "size", "0"];

/** For each name a flag whether there is such an attribute, and one whether it is the text `own`. */
function engineOfNames(): Promise<Engine> {
  const flags = names.flatMap((name) => [
    [`exists ${name}`, flagWhen({ attribute: name, op: "exists" })],
    [`own ${name}`, flagWhen({ attribute: name, op: "eq", value: "own" })],
    [`path ${name}`, flagWhen({ attribute: `nested.${name}`, op: "exists" })],
  ]);
  return engineFor(Object.fromEntries(flags));
}

/** Keys of the flags that are on, by each way to hand the context over. */
function on(engine: Engine, context: unknown): string[] {
  const given = context as EvaluationContext;
  const keys = engine.all(given).filter(({ value }) => value === true).map(({ flagKey }) => flagKey);
  const every = engine.all().map(({ flagKey }) => flagKey);
  const kept = engine.context(given);
  expect(every.filter((key) => engine.boolean(key, given, false))).toEqual(keys);
  expect(every.filter((key) => kept.boolean(key, false))).toEqual(keys);
  expect(engine.context(given).all().filter(({ value }) => value === true).map(({ flagKey }) => flagKey)).toEqual(keys);
  if (isFull) expect(every.filter((key) => engine.explain(key, given)?.value === true)).toEqual(keys);
  return keys;
}

describe("names that every object inherits", () => {
  test("inherited ones are not attributes", async () => {
    const engine = await engineOfNames();
    expect(on(engine, {})).toEqual([]);
    expect(on(engine, { nested: {} })).toEqual([]);
    expect(on(engine, Object.create(null))).toEqual([]);
    expect(on(engine, new (class {})())).toEqual([]);
    expect(on(engine, new Proxy({}, {}))).toEqual([]);
  });

  test.each(names)("%s as an own property is an attribute", async (name) => {
    const engine = await engineOfNames();
    const parsed = JSON.parse(`{${JSON.stringify(name)}:"own"}`) as object;
    const bare = Object.create(null) as object;
    Object.defineProperty(bare, name, { value: "own", enumerable: true });
    for (const context of [parsed, bare, new Proxy(parsed, {})]) {
      expect(on(engine, context)).toEqual([`exists ${name}`, `own ${name}`]);
    }
    expect(on(engine, JSON.parse(`{${JSON.stringify(name)}:null}`))).toEqual([]);
    expect(on(engine, { nested: parsed })).toEqual([`path ${name}`]);
    expect(on(engine, { nested: bare })).toEqual([`path ${name}`]);
  });

  test("what equals the inherited value is an own property all the same", async () => {
    const engine = await engineOfNames();
    expect(on(engine, { toString: Object.prototype.toString })).toEqual([]);
    expect(on(engine, { constructor: "own", toString: "own" })).toEqual(["exists constructor", "exists toString", "own constructor", "own toString"]);
  });
});

describe("a polluted Object.prototype", () => {
  const polluted = Object.prototype as unknown as Record<string, unknown>;
  /** A property of every object, while `use` runs. */
  async function polluting(name: string, property: PropertyDescriptor, use: () => Promise<void>): Promise<void> {
    const before = Object.getOwnPropertyDescriptor(Object.prototype, name);
    Object.defineProperty(Object.prototype, name, { configurable: true, ...property });
    try {
      await use();
    } finally {
      delete polluted[name];
      if (before) Object.defineProperty(Object.prototype, name, before);
    }
  }

  test.each([["not enumerable", false], ["enumerable", true]])("a value, %s, before the engine is made", async (_, enumerable) => {
    await polluting("country", { value: "own", writable: true, enumerable }, async () => {
      const engine = await engineOfNames();
      expect(on(engine, {})).toEqual([]);
      expect(on(engine, { nested: {} })).toEqual([]);
      expect(on(engine, { country: "own" })).toEqual(["exists country", "own country"]);
      expect(on(engine, { country: "other" })).toEqual(["exists country"]);
      expect(on(engine, { country: undefined })).toEqual([]);
    });
  });

  test("a value, after the engine was made", async () => {
    const engine = await engineOfNames();
    expect(on(engine, {})).toEqual([]);
    await polluting("country", { value: "own", writable: true }, async () => {
      expect(on(engine, {})).toEqual([]);
      expect(on(engine, { country: "own" })).toEqual(["exists country", "own country"]);
    });
    expect(on(engine, { country: "own" })).toEqual(["exists country", "own country"]);
  });

  test("an accessor that answers otherwise for each object", async () => {
    await polluting("country", { get: () => ({}) }, async () => {
      const engine = await engineOfNames();
      expect(on(engine, {})).toEqual([]);
      expect(on(engine, { nested: {} })).toEqual([]);
      expect(on(engine, JSON.parse('{"country":"own"}'))).toEqual(["exists country", "own country"]);
    });
  });

  test("members of answers, options and messages are not looked for there", async () => {
    const engine = await engineOfNames();
    await polluting("now", { value: 0, writable: true }, async () => {
      await polluting("rule", { value: "polluted", writable: true }, async () => {
        expect(engine.details("own country", {})).toStrictEqual({
          flagKey: "own country",
          value: false,
          variant: "off",
          reason: "DEFAULT",
          flagMetadata: {},
        });
        expect(Object.hasOwn(engine.details("own country", {}), "rule")).toBe(false);
      });
    });
  });
});

describe("a polluted Object.prototype, for routes", () => {
  test.each(["rule", "route", "errorCode", "errorMessage", "variant"])("`%s` is not looked for there", async (name) => {
    const api = { tracks: { stable: { version: "1" } }, defaultTrack: "stable", default: { track: "stable" } };
    const engine = await engineOf({ schema: "vexil/1", services: { api } });
    Object.defineProperty(Object.prototype, name, { value: "polluted", configurable: true, writable: true });
    try {
      expect(engine.route("api")).toStrictEqual({ track: "stable", version: "1", reason: "STATIC" });
      const { track, reason, rule } = engine.route("none");
      expect([track, reason, name === "rule" ? undefined : rule]).toEqual(["stable", "ERROR", undefined]);
      expect(Object.hasOwn(engine.route("none"), "rule")).toBe(false);
    } finally {
      delete (Object.prototype as unknown as Record<string, unknown>)[name];
    }
  });
});

describe("objects of many kinds", () => {
  test("an instance of a class: own properties count, accessors and methods of the class do not", async () => {
    const engine = await engineOfNames();
    class Base {
      get country(): string {
        throw new Error("the accessor of the class was called");
      }
      toString(): string {
        return "own";
      }
    }
    class Visitor extends Base {
      readonly constructorName = "x";
      readonly #secret = "own";
      readonly length = "own";
      secret(): string {
        return this.#secret;
      }
    }
    expect(on(engine, new Visitor())).toEqual(["exists length", "own length"]);
    const shadowing = Object.defineProperty(new Visitor(), "country", { value: "own", enumerable: true });
    expect(on(engine, shadowing)).toEqual(["exists country", "exists length", "own country", "own length"]);
  });

  test("paths do not lead into instances, maps and arrays", async () => {
    const engine = await engineOfNames();
    class Account {
      readonly country = "own";
    }
    expect(on(engine, { nested: new Account() })).toEqual([]);
    expect(on(engine, { nested: new Map([["country", "own"]]) })).toEqual([]);
    expect(on(engine, { nested: ["own"] })).toEqual([]);
    expect(on(engine, { nested: "own" })).toEqual([]);
    expect(on(engine, { nested: null })).toEqual([]);
    expect(on(engine, { nested: () => {} })).toEqual([]);
    expect(on(engine, { nested: Object.create({ country: "own" }) })).toEqual([]);
    expect(on(engine, { nested: { country: "own" } })).toEqual(["path country"]);
    expect(on(engine, { "nested.country": "own" })).toEqual(["path country"]);
    for (const missing of [null, undefined, NaN]) {
      expect(on(engine, { "nested.country": missing, nested: { country: "own" } })).toEqual([]);
    }
  });

  test("properties of a prototype, enumerable or not, do not count", async () => {
    const engine = await engineOfNames();
    expect(on(engine, Object.create({ country: "own" }))).toEqual([]);
    expect(on(engine, Object.setPrototypeOf({ country: "own" }, { length: "own" }))).toEqual(["exists country", "own country"]);
  });

  test("own properties that are not enumerable count, and those with symbols do not", async () => {
    const engine = await engineOfNames();
    const context = Object.defineProperty({ [Symbol("country")]: "own" }, "country", { value: "own" });
    expect(on(engine, context)).toEqual(["exists country", "own country"]);
    expect(on(engine, { nested: context })).toEqual(["path country"]);
  });

  test("frozen and sealed objects, and objects of other realms", async () => {
    const engine = await engineOfNames();
    for (const context of [Object.freeze({ country: "own" }), Object.seal({ country: "own" }), runInNewContext("({ country: 'own' })")]) {
      expect(on(engine, context)).toEqual(["exists country", "own country"]);
    }
    expect(on(engine, runInNewContext("({ nested: { country: 'own' } })"))).toEqual(["path country"]);
    expect(on(engine, runInNewContext("({})"))).toEqual([]);
  });

  test("lists, maps and functions as contexts: own properties count", async () => {
    const engine = await engineOfNames();
    expect(on(engine, ["own"])).toEqual(["exists 0", "exists length", "own 0"]);
    expect(on(engine, new Map([["country", "own"]]))).toEqual([]);
    expect(on(engine, Object.assign(new Map(), { country: "own" }))).toEqual(["exists country", "own country"]);
    expect(on(engine, new Uint8Array(3))).toEqual(["exists 0"]);
    for (const nothing of [undefined, null, "own", 1, true, Symbol("x"), () => {}, 1n]) expect(on(engine, nothing)).toEqual([]);
  });

  test("contexts with cycles", async () => {
    const engine = await engineFor({
      deep: flagWhen({ attribute: "self.self.self.country", op: "eq", value: "DE" }),
      inner: flagWhen({ attribute: "inner.outer.country", op: "eq", value: "DE" }),
      list: flagWhen({ attribute: "list", op: "contains", value: 1 }),
    });
    const context: Record<string, unknown> = { country: "DE", inner: {} };
    context["self"] = context;
    (context["inner"] as Record<string, unknown>)["outer"] = context;
    const list: unknown[] = [1];
    list.push(list, context);
    context["list"] = list;
    expect(on(engine, context)).toEqual(["deep", "inner", "list"]);
    expect(Object.isFrozen(engine.context(context).attributes["self"])).toBe(true);
    class Visitor {
      readonly self = this;
      readonly country = "DE";
    }
    expect(on(engine, new Visitor())).toEqual([]);
  });

  test("contexts so deep that walking all of it would overflow the stack", async () => {
    const engine = await engineFor({ shallow: flagWhen({ attribute: "next.country", op: "eq", value: "DE" }) });
    let context: object = { country: "none" };
    for (let depth = 0; depth < 100_000; depth++) context = { next: context, country: "DE" };
    expect(on(engine, context)).toEqual(["shallow"]);
  });

  test("a path of as many steps as there can be", async () => {
    const steps = Array(128).fill("a");
    const engine = await engineFor({ deep: flagWhen({ attribute: steps.join("."), op: "eq", value: "DE" }) });
    const context = steps.reduce<unknown>((inner) => ({ a: inner }), "DE");
    expect(on(engine, context)).toEqual(["deep"]);
  });
});

describe("a context that is kept", () => {
  test("keeps what it was given, whatever becomes of that", async () => {
    const engine = await engineFor({
      country: flagWhen({ attribute: "country", op: "eq", value: "DE" }),
      plan: flagWhen({ attribute: "account.plan", op: "eq", value: "pro" }),
      tag: flagWhen({ attribute: "tags", op: "contains", value: "a" }),
      since: flagWhen({ attribute: "since", op: "before", value: "2026-01-01T00:00:00Z" }),
    });
    const given = { country: "DE", account: { plan: "pro" }, tags: ["a"], since: new Date(0) };
    const kept = engine.context(given);
    Object.assign(given, { country: "FR", tags: [] });
    given.account.plan = "free";
    given.since.setTime(Date.UTC(2030, 0));
    expect(kept.all().map(({ value }) => value)).toEqual([true, true, true, true]);
    expect(engine.all(given).map(({ value }) => value)).toEqual([false, false, false, false]);
  });

  test("shows its attributes, frozen", async () => {
    const engine = await engineFor({});
    const given = { targetingKey: "u-1", account: { plan: "pro", roles: [{ name: "admin" }] }, tags: ["a", null], map: new Map() };
    const { attributes } = engine.context(given);
    expect(attributes).toEqual({ ...given, map: {} });
    expect(attributes).not.toBe(given);
    for (const part of [attributes, attributes["account"], attributes["tags"], (attributes["account"] as typeof given.account).roles[0]]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
    expect(Object.isFrozen(given)).toBe(false);
    expect(Object.isFrozen(given.account)).toBe(false);
    expect(() => {
      (attributes as Record<string, unknown>)["targetingKey"] = "u-2";
    }).toThrow(TypeError);
  });

  test("shows what it was given, in every form", async () => {
    const engine = await engineFor({});
    const given = JSON.parse('{"__proto__":"own","constructor":1,"a":{"__proto__":{"b":1}}}') as EvaluationContext;
    expect(JSON.stringify(engine.context(given).attributes)).toBe(JSON.stringify(given));
    expect(engine.context(given).attributes).toEqual(given);
  });
});
