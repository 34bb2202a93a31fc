/** From being set to being closed: when providers are ready, what they say when they are not, and which events they give. */

import { OpenFeature } from "@openfeature/web-sdk";
import { afterEach, describe, expect, test } from "vitest";

import { SnapshotError } from "../../src/node.js";
import type { Engine } from "../../src/node.js";
import { alwaysOn, createEngine, disposeAll, engineFor, flagWhen, onOff, snapshotOf } from "../support.js";
import { FakeLive } from "./live.js";
import { type Side, SIDES, type SomeEvent } from "./sides.js";

const ON = { flag: alwaysOn };
const OFF = { flag: { ...onOff, default: { variant: "off" } } } as const;
const NEVER = new Promise<never>(() => {});
const EVENTS: readonly SomeEvent[] = ["PROVIDER_READY", "PROVIDER_STALE", "PROVIDER_ERROR", "PROVIDER_CONFIGURATION_CHANGED"];

afterEach(disposeAll);

/** A promise that the test settles. */
function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: unknown) => void } {
  let [resolve, reject]: [(value: T) => void, (error: unknown) => void] = [() => {}, () => {}];
  const promise = new Promise<T>((...both) => ([resolve, reject] = both));
  return { promise, resolve, reject };
}

/** Until the events on their way have arrived. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What the provider tells from now on. */
function eventsOf(side: Side): unknown[] {
  const seen: unknown[] = [];
  for (const event of EVENTS) {
    side.on(event, ({ flagsChanged, message }) => void seen.push([event, flagsChanged ?? message].filter((part) => part !== undefined)));
  }
  // What a handler hears of the state in which it came.
  seen.length = 0;
  return seen;
}

async function refused(): Promise<Engine> {
  return await createEngine("not a snapshot");
}

/** What a flag is answered with, by both defaults: it must never be decided by an error. */
async function answers(side: Side): Promise<unknown[]> {
  const [one, other] = [await side.details("boolean", "flag", true), await side.details("boolean", "flag", false)];
  expect([one.reason, one.errorCode]).toEqual([other.reason, other.errorCode]);
  return [one.value, other.value, one.errorCode ?? one.reason];
}

describe.each(SIDES)("on the $name", (side) => {
  afterEach(() => side.reset());

  describe("an engine", () => {
    test.each<[string, (engine: Engine) => Parameters<Side["set"]>[0]]>([
      ["may be there", (engine) => ({ engine })],
      ["may be a promise", (engine) => ({ engine: Promise.resolve(engine) })],
      ["may be made", (engine) => ({ engine: () => engine })],
      ["may be made later", (engine) => ({ engine: async () => engine })],
      ["may be live", (engine) => ({ live: new FakeLive(engine) })],
      ["may be made live", (engine) => ({ live: () => new FakeLive(engine) })],
    ])("%s", async (_, options) => {
      expect(await side.set(options(await engineFor(ON)))).toBeUndefined();
      expect([side.status, await answers(side)]).toEqual(["READY", [true, true, "STATIC"]]);
    });

    test("that is there is ready before anybody can ask", async () => {
      const setting = side.set({ engine: await engineFor(ON) });
      expect(side.status).toBe("READY");
      await setting;
    });

    test("is made when the provider is set, and not before", async () => {
      let made = 0;
      const options = { engine: () => (made++, engineFor(ON)) };
      expect(made).toBe(0);
      await side.set(options);
      expect(made).toBe(1);
    });

    test("that is not there yet leaves callers with their defaults", async () => {
      void side.set({ engine: NEVER });
      expect([side.status, await answers(side)]).toEqual(["NOT_READY", [true, false, "PROVIDER_NOT_READY"]]);
      // Even where the SDK does not look.
      const asked = await side.provider.resolveBooleanEvaluation("flag", true, {});
      expect(asked).toMatchObject({ value: true, reason: "ERROR", errorCode: "PROVIDER_NOT_READY" });
    });

    test("that its owner disposes of leaves callers with their defaults", async () => {
      const engine = await engineFor(ON);
      await side.set({ engine });
      engine.dispose();
      expect(await answers(side)).toEqual([true, false, "PROVIDER_NOT_READY"]);
    });
  });

  describe("what goes wrong", () => {
    test.each<[string, () => Promise<Engine>]>([
      ["comes later", () => refused()],
      [
        "comes at once",
        () => {
          throw new SnapshotError([]);
        },
      ],
    ])("with the snapshot is fatal, if it %s", async (_, engine) => {
      const error = await side.set({ engine });
      expect(error).toMatchObject({ code: "PROVIDER_FATAL", cause: expect.any(SnapshotError) as unknown });
      expect([side.status, await answers(side)]).toEqual(["FATAL", [true, false, "PROVIDER_FATAL"]]);
    });

    test.each<[string, () => Promise<Engine>]>([
      ["comes later", () => Promise.reject(new Error("no network"))],
      [
        "comes at once",
        () => {
          throw new Error("no network");
        },
      ],
    ])("elsewhere is an error, if it %s", async (_, engine) => {
      expect(await side.set({ engine })).toMatchObject({ message: "no network" });
      expect([side.status, await answers(side)]).toEqual(["ERROR", [true, false, "PROVIDER_NOT_READY"]]);
      expect((await side.details("boolean", "flag", false)).errorMessage).toBe("no network");
    });

    test("is over when another provider is set", async () => {
      await side.set({ engine: () => Promise.reject(new Error("no network")) });
      await side.set({ engine: await engineFor(ON) });
      expect([side.status, await answers(side)]).toEqual(["READY", [true, true, "STATIC"]]);
    });
  });

  describe("an update", () => {
    test("of a live engine is told, with the flags that it changed", async () => {
      const engine = await engineFor(OFF);
      const live = new FakeLive(engine);
      await side.set({ live });
      const seen = eventsOf(side);
      expect(await answers(side)).toEqual([false, false, "STATIC"]);
      live.change(engine.update(snapshotOf(ON)));
      expect(seen).toEqual([["PROVIDER_CONFIGURATION_CHANGED", ["flag"]]]);
      expect(await answers(side)).toEqual([true, true, "STATIC"]);
    });

    test("by time alone is told, without the flags", async () => {
      const live = new FakeLive(await engineFor(ON));
      await side.set({ live });
      const seen = eventsOf(side);
      live.change([]);
      expect(seen).toEqual([["PROVIDER_CONFIGURATION_CHANGED"]]);
    });

    test("of another engine is told by whoever makes it", async () => {
      const engine = await engineFor(OFF);
      await side.set({ engine });
      const seen = eventsOf(side);
      side.provider.notify(engine.update(snapshotOf(ON)));
      side.provider.notify(engine.kill({ revision: 1, flags: ["flag"] }));
      side.provider.notify([]);
      side.provider.notify();
      const changed = "PROVIDER_CONFIGURATION_CHANGED";
      expect(seen).toEqual([[changed, ["flag"]], [changed, ["flag"]], [changed]]);
      expect(await answers(side)).toEqual([false, false, "DISABLED"]);
    });
  });

  describe("a live engine", () => {
    test("that is stale and up to date again goes on answering", async () => {
      const live = new FakeLive(await engineFor(ON));
      await side.set({ live });
      const seen = eventsOf(side);
      live.become("stale");
      expect([side.status, await answers(side)]).toEqual(["STALE", [true, true, "STATIC"]]);
      live.become("ready");
      expect([side.status, await answers(side)]).toEqual(["READY", [true, true, "STATIC"]]);
      expect(seen).toEqual([["PROVIDER_STALE"], ["PROVIDER_READY"]]);
    });

    test("whose source fails for a moment is as good as before", async () => {
      const live = new FakeLive(await engineFor(ON));
      await side.set({ live });
      const seen = eventsOf(side);
      live.fail(new Error("no network"));
      await settled();
      expect([side.status, seen]).toEqual(["READY", []]);
    });

    test("that comes later is ready then", async () => {
      const live = new FakeLive();
      const setting = side.set({ live });
      expect([side.status, await answers(side)]).toEqual(["NOT_READY", [true, false, "PROVIDER_NOT_READY"]]);
      const seen = eventsOf(side);
      live.begin(await engineFor(ON));
      expect(await setting).toBeUndefined();
      expect([side.status, await answers(side)]).toEqual(["READY", [true, true, "STATIC"]]);
      expect(seen).toEqual([["PROVIDER_READY"]]);
    });

    test.each(["is there already", "comes later"])("that is stale from the start and %s is so for the SDK", async (when) => {
      const engine = await engineFor(ON);
      const live = when === "comes later" ? new FakeLive() : new FakeLive(engine, "stale");
      const setting = side.set({ live });
      if (when === "comes later") live.begin(engine, "stale");
      await setting;
      await settled();
      expect([side.status, await answers(side)]).toEqual(["STALE", [true, true, "STATIC"]]);
    });

    test.each(["ready", "stale"] as const)("that takes too long is an error, until it comes after all, %s", async (state) => {
      const live = new FakeLive();
      const setting = side.set({ live });
      live.giveUp(new Error("no network"));
      expect(await setting).toMatchObject({ message: "no network" });
      expect([side.status, await answers(side)]).toEqual(["ERROR", [true, false, "PROVIDER_NOT_READY"]]);
      const seen = eventsOf(side);
      live.begin(await engineFor(ON), state);
      expect([side.status, await answers(side)]).toEqual([state.toUpperCase(), [true, true, "STATIC"]]);
      expect(seen).toEqual(state === "ready" ? [["PROVIDER_READY"]] : [["PROVIDER_READY"], ["PROVIDER_STALE"]]);
    });

    test("that nobody can reach yet is an error while it is waited for", async () => {
      const live = new FakeLive();
      const setting = side.set({ live });
      const seen = eventsOf(side);
      live.fail(new Error("no network"));
      await settled();
      expect([side.status, seen]).toEqual(["ERROR", [["PROVIDER_ERROR", "no network"]]]);
      live.begin(await engineFor(ON));
      await setting;
      expect([side.status, await answers(side)]).toEqual(["READY", [true, true, "STATIC"]]);
    });
  });

  describe("a provider that is closed", () => {
    test("gives back what was made for it, and nothing else", async () => {
      const given = await engineFor(ON);
      let made: Engine | undefined;
      await side.set({ engine: given });
      await side.set({ engine: async () => (made = await engineFor(ON)) });
      expect(given.boolean("flag", {}, false)).toBe(true);
      expect(made?.boolean("flag", {}, false)).toBe(true);
      await side.reset();
      expect(given.boolean("flag", {}, false)).toBe(true);
      expect(made?.boolean("flag", {}, false)).toBe(false);
    });

    test("ends what it listens to", async () => {
      const [given, made] = [new FakeLive(await engineFor(ON)), new FakeLive(await engineFor(ON))];
      await side.set({ live: given });
      expect(given.listeners).toBe(4);
      await side.set({ live: () => made });
      expect(made.listeners).toBe(4);
      await side.reset();
      expect([given.listeners, made.listeners]).toEqual([0, 0]);
      expect([given.closed, made.closed]).toEqual([0, 1]);
      // What was made belongs to the provider, with the engine.
      expect([given, made].map(({ engine }) => engine?.details("flag", {}, false).reason)).toEqual(["STATIC", "ERROR"]);
    });

    test("answers with defaults", async () => {
      await side.set({ engine: await engineFor(ON) });
      const { provider } = side;
      await side.reset();
      const asked = await provider.resolveBooleanEvaluation("flag", true, {});
      expect(asked).toMatchObject({ value: true, errorCode: "PROVIDER_NOT_READY", errorMessage: "the provider was closed" });
    });

    test("gives an engine back that comes too late", async () => {
      const { promise, resolve } = deferred<Engine>();
      void side.set({ engine: () => promise });
      await side.reset();
      const engine = await engineFor(ON);
      resolve(engine);
      await settled();
      expect(engine.boolean("flag", {}, false)).toBe(false);
    });

    test("waits for nothing any more", async () => {
      const live = new FakeLive();
      const setting = side.set({ live: () => live });
      await side.reset();
      expect([live.closed, await setting]).toEqual([1, undefined]);
    });

    test("can be set once more", async () => {
      const engine = await engineFor(ON);
      await side.set({ engine });
      const { provider } = side;
      await side.reset();
      await provider.initialize({});
      expect(await provider.resolveBooleanEvaluation("flag", false, {})).toMatchObject({ value: true });
    });
  });

  describe("tracking", () => {
    test("goes to where it is wanted, with the context and what is known of the event", async () => {
      const tracked: unknown[] = [];
      await side.set({ engine: await engineFor(ON), track: (...event) => void tracked.push(event) });
      await side.track("checkout", { targetingKey: "u-1" }, { value: 99.5, currency: "EUR" });
      await side.track("visit", { targetingKey: "u-1" });
      expect(tracked).toEqual([
        ["checkout", { targetingKey: "u-1" }, { value: 99.5, currency: "EUR" }],
        ["visit", { targetingKey: "u-1" }, {}],
      ]);
    });

    test("goes nowhere where it is not wanted", async () => {
      await side.set({ engine: await engineFor(ON) });
      await expect(side.track("checkout", {})).resolves.toBeUndefined();
    });
  });

  test("it says who it is", async () => {
    await side.set({ engine: await engineFor(ON) });
    expect(side.provider.metadata).toEqual({ name: "vexil" });
  });
});

describe("in a page", () => {
  const side = SIDES.find(({ name }) => name === "web") as Side;
  const german = { flag: flagWhen({ attribute: "country", op: "eq", value: "DE" }) };
  afterEach(() => side.reset());

  /** As a client is asked in the middle of a render: nothing can come between. */
  const now = (fallback = false): unknown[] => {
    const { value, errorCode, reason } = OpenFeature.getClient().getBooleanDetails("flag", fallback);
    return [value, errorCode ?? reason];
  };

  describe("answers that came with it", () => {
    test("are there at once, and until the engine is", async () => {
      const { promise, resolve } = deferred<Engine>();
      await side.setContext({ country: "DE" });
      const initial = (await engineFor(german)).context({ country: "DE" });
      const setting = side.set({ engine: promise, initial });
      expect([side.status, now()]).toEqual(["READY", [true, "TARGETING_MATCH"]]);
      expect(await setting).toBeUndefined();
      const seen = eventsOf(side);
      resolve(await engineFor(OFF));
      await settled();
      // The engine may know better: whoever shows an answer is told.
      expect(seen).toEqual([["PROVIDER_CONFIGURATION_CHANGED"]]);
      expect([side.status, now(true)]).toEqual(["READY", [false, "STATIC"]]);
    });

    test("are typed like those of an engine", async () => {
      const initial = (await engineFor(ON)).context({});
      void side.set({ engine: NEVER, initial });
      expect(await side.details("string", "flag", "x")).toMatchObject({ value: "x", errorCode: "TYPE_MISMATCH" });
      expect(await side.details("boolean", "other", true)).toMatchObject({ value: true, errorCode: "FLAG_NOT_FOUND" });
    });

    test("go on if there will be no engine, which is told", async () => {
      const initial = (await engineFor(ON)).context({});
      const seen = eventsOf(side);
      await side.set({ engine: () => refused(), initial });
      await settled();
      expect([side.status, now()]).toEqual(["ERROR", [true, "STATIC"]]);
      expect(seen).toContainEqual(["PROVIDER_ERROR", expect.stringContaining("the document")]);
    });

    test("go on while nothing can be reached, and are replaced as soon as it can", async () => {
      const initial = (await engineFor(OFF)).context({});
      const live = new FakeLive();
      await side.set({ live, initial });
      live.giveUp(new Error("no network"));
      await settled();
      expect([side.status, now(true)]).toEqual(["ERROR", [false, "STATIC"]]);
      live.begin(await engineFor(ON));
      expect([side.status, now()]).toEqual(["READY", [true, "STATIC"]]);
    });

    test("are no answers for another context", async () => {
      const { promise, resolve } = deferred<Engine>();
      const engine = await engineFor(german);
      await side.setContext({ country: "DE" });
      await side.set({ engine: promise, initial: engine.context({ country: "DE" }) });
      expect(now()).toEqual([true, "TARGETING_MATCH"]);
      const changing = side.setContext({ country: "FR" });
      expect([side.status, now(true)]).toEqual(["RECONCILING", [true, "PROVIDER_NOT_READY"]]);
      resolve(engine);
      await changing;
      expect([side.status, now(true)]).toEqual(["READY", [false, "DEFAULT"]]);
    });

    test("are not needed where the engine is there", async () => {
      const initial = (await engineFor(OFF)).context({});
      void side.set({ engine: await engineFor(ON), initial });
      expect([side.status, now()]).toEqual(["READY", [true, "STATIC"]]);
    });

    test("are gone when the provider is closed", async () => {
      const initial = (await engineFor(ON)).context({});
      await side.set({ engine: NEVER, initial });
      const { provider } = side;
      await side.reset();
      expect(await provider.resolveBooleanEvaluation("flag", false, {})).toMatchObject({ value: false, reason: "ERROR" });
    });
  });

  describe("a context", () => {
    test("that changes counts at once: nothing is reconciled", async () => {
      await side.setContext({ country: "DE" });
      await side.set({ engine: await engineFor(german) });
      expect(now()).toEqual([true, "TARGETING_MATCH"]);
      const changing = side.setContext({ country: "FR" });
      expect([side.status, now(true)]).toEqual(["READY", [false, "DEFAULT"]]);
      await changing;
    });

    test("is read once, and what becomes of the object later does not matter", async () => {
      let read = 0;
      const context = { nested: { get country() { return (read++, "DE"); } } };
      await side.set({ engine: await engineFor({ flag: flagWhen({ attribute: "nested.country", op: "eq", value: "DE" }) }) });
      await side.setContext(context);
      expect([now(), now(), read]).toEqual([[true, "TARGETING_MATCH"], [true, "TARGETING_MATCH"], 1]);
    });

    test("that cannot be read leaves callers with their defaults, until there is another", async () => {
      const engine = await engineFor(german);
      await side.set({ engine });
      await side.setContext({ nested: { get country(): string { throw new Error("no country"); } } });
      expect([side.status, now(true)]).toEqual(["ERROR", [true, "INVALID_CONTEXT"]]);
      await side.setContext({ country: "DE" });
      expect([side.status, now()]).toEqual(["READY", [true, "TARGETING_MATCH"]]);
    });

    test("that cannot be read by an engine that comes late is an error as well", async () => {
      const live = new FakeLive();
      await side.setContext({ nested: { get country(): string { throw new Error("no country"); } } });
      const setting = side.set({ live });
      live.giveUp(new Error("no network"));
      await setting;
      const seen = eventsOf(side);
      live.begin(await engineFor(german));
      expect([side.status, now(true), seen]).toEqual(["ERROR", [true, "INVALID_CONTEXT"], [["PROVIDER_ERROR", "no country"]]]);
      await side.setContext({ country: "DE" });
      expect([side.status, now()]).toEqual(["READY", [true, "TARGETING_MATCH"]]);
    });

    test("that changes makes no stale provider a fresh one", async () => {
      const live = new FakeLive(await engineFor(german));
      await side.set({ live });
      live.become("stale");
      await side.setContext({ country: "DE" });
      await settled();
      expect([side.status, now()]).toEqual(["STALE", [true, "TARGETING_MATCH"]]);
      live.become("ready");
      await side.setContext({ country: "FR" });
      await settled();
      expect([side.status, now(true)]).toEqual(["READY", [false, "DEFAULT"]]);
    });

    test("without an engine that could ever come is an error", async () => {
      await side.set({ engine: () => Promise.reject(new Error("no network")) });
      await side.setContext({ country: "DE" });
      expect([side.status, now(true)]).toEqual(["ERROR", [true, "PROVIDER_NOT_READY"]]);
    });
  });
});
