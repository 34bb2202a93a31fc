/** Updates, kills and time: what they change in answers that were given before, and what they leave alone. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { Details, Engine, Flag, JsonObject, Snapshot } from "../../src/node.js";
import { alwaysOn, disposeAll, engineFor, engineOf, flagWhen, isFull, onOff, refusalOf, snapshotOf } from "../support.js";

afterEach(disposeAll);

const germany = flagWhen({ attribute: "country", op: "eq", value: "DE" });
const german = { targetingKey: "u-1", country: "DE" };

describe("answers", () => {
  const make = (): Promise<Engine> =>
    engineFor({
      limits: {
        variants: { some: { max: 10, names: ["a", { b: [1] }] }, list: [1, [2, { c: 3 }]] },
        offVariant: "list",
        rules: [{ id: "germany", when: { attribute: "country", op: "eq", value: "DE" }, serve: { variant: "some" } }],
        default: { variant: "list" },
        metadata: { team: "payments", tier: 1 },
      },
      germany,
    });

  test("are deeply frozen (S3-18)", async () => {
    "use strict";
    const engine = await make();
    const details = engine.details("limits", german);
    const value = details.value as unknown as { max: number; names: [string, { b: number[] }]; more?: number };
    const changes: (() => unknown)[] = [
      () => ((details as { value: unknown }).value = 1),
      () => ((details as { variant?: string }).variant = "x"),
      () => ((details.flagMetadata as Record<string, unknown>)["team"] = "x"),
      () => (value.max = 11),
      () => (value.more = 1),
      () => delete (value as Partial<typeof value>).max,
      () => value.names.push("c" as never),
      () => (value.names[0] = "x"),
      () => value.names[1].b.push(2),
      () => ((engine.details("limits").value as unknown as number[])[0] = 2),
      () => ((engine.all(german)[0] as { value: unknown }).value = 1),
      () => ((engine.route("none") as { track: string }).track = "x"),
      () => ((engine.details("none", {}, false) as { value: boolean }).value = true),
      () => ((engine.details("limits", {}, "") as { value: string }).value = "x"),
    ];
    for (const change of changes) expect(change, change.toString()).toThrow(TypeError);
    expect(engine.object("limits", german, {})).toEqual({ max: 10, names: ["a", { b: [1] }] });
    expect(engine.details("limits", german).flagMetadata).toEqual({ team: "payments", tier: 1 });
  });

  test("of one outcome are one object, however they are asked for", async () => {
    const engine = await make();
    const details = engine.details("germany", german);
    expect(engine.details("germany", { country: "DE" }, false)).toBe(details);
    expect(engine.context(german).details("germany", true)).toBe(details);
    expect(engine.all(german)[0]).toBe(details);
    expect(engine.object("limits", german, {})).toBe(engine.details("limits", german).value);
    expect(engine.details("germany", { country: "FR" })).not.toBe(details);
  });

  test("of another type than the one asked for are the fallback", async () => {
    const engine = await make();
    expect(engine.boolean("limits", german, true)).toBe(true);
    expect(engine.string("limits", german, "none")).toBe("none");
    expect(engine.number("germany", german, 3)).toBe(3);
    const none = {};
    expect(engine.object("germany", german, none)).toBe(none);
    expect(engine.details("germany", german, "none")).toStrictEqual({
      flagKey: "germany",
      value: "none",
      reason: "ERROR",
      errorCode: "TYPE_MISMATCH",
      errorMessage: "the flag's values are of type boolean, asked for is string",
      flagMetadata: {},
    });
    expect(engine.details("limits", german, [])).toBe(engine.details("limits", german));
    expect(engine.details("limits", {}, {})).toBe(engine.details("limits"));
    // Null is of no type.
    expect(engine.details("germany", german, null)).toBe(engine.details("germany", german));
    expect(engine.details("none", german, null)).toMatchObject({ value: null, errorCode: "FLAG_NOT_FOUND" });
    expect(Object.isFrozen(none)).toBe(false);
  });
});

describe("an update", () => {
  const before = snapshotOf({ germany, on: alwaysOn, gone: alwaysOn }, { lineage: "l", revision: 2 });
  const after = snapshotOf(
    { germany: flagWhen({ attribute: "country", op: "ne", value: "DE" }), on: { ...onOff, default: { variant: "off" } }, made: alwaysOn },
    { lineage: "l", revision: 3 },
  );

  test("replaces all at once, and names what could differ (S2-35, S2-70)", async () => {
    const engine = await engineOf(before);
    const context = engine.context(german);
    const answers = (from: { all(): readonly Details<unknown>[] }) => Object.fromEntries(from.all().map(({ flagKey, value }) => [flagKey, value]));
    expect(answers(context)).toEqual({ germany: true, on: true, gone: true });
    const old = engine.details("germany", german);
    expect(engine.update(after)).toEqual(["germany", "gone", "made", "on"]);
    expect(answers(context)).toEqual({ germany: false, made: true, on: false });
    expect(engine.boolean("on", {}, true)).toBe(false);
    expect(engine.boolean("gone", {}, false)).toBe(false);
    expect(engine.details("gone", {}).errorCode).toBe("FLAG_NOT_FOUND");
    expect(engine.boolean("made", {}, false)).toBe(true);
    // Answers of before are kept as they were by whoever holds them.
    expect(old).toMatchObject({ value: true, rule: "rule" });
    expect(engine.update(after)).toEqual([]);
  });

  const unusable: [string, unknown, string][] = [
    ["no JSON", "{", "not-json"],
    ["an object with a cycle", (() => { const a: JsonObject = {}; return Object.assign(a, { a }); })(), "not-json"],
    ["bytes that are no UTF-8", new Uint8Array([0xff]), "not-json"],
    ["of another schema", { ...after, schema: "vexil/2" }, "unknown-schema"],
    ["misshapen", { ...after, flags: [] }, "wrong-type"],
  ];
  test.each<[string, unknown, string]>([
    ["of an older revision", { ...after, revision: 1 }, "older-revision"],
    ["of the same revision and other content", { ...after, revision: 2 }, "same-revision-other-bytes"],
    // No ruleset comes of these.
    ...(isFull ? unusable : []),
  ])("that is %s is refused, and leaves every answer as it was", async (_, next, code) => {
    const engine = await engineOf(before);
    const context = engine.context(german);
    const answers = engine.all(german);
    const { diagnostics } = engine;
    const refused = refusalOf(() => engine.update(next as Snapshot));
    expect(refused.diagnostics[0]).toMatchObject({ code, severity: "fatal" });
    expect(refused.changed).toEqual([]);
    // The same objects: nothing was made anew.
    for (const [index, answer] of engine.all(german).entries()) expect(answer).toBe(answers[index]);
    for (const [index, answer] of context.all().entries()) expect(answer).toBe(answers[index]);
    expect(engine.diagnostics).toBe(diagnostics);
  });

  test("to another environment is refused, also where the first snapshot named it", async () => {
    const engine = await engineOf({ ...before, environment: "production" });
    expect(refusalOf(() => engine.update({ ...after, environment: "staging" })).diagnostics[0]?.code).toBe("wrong-environment");
    expect(engine.boolean("on", {}, false)).toBe(true);
  });

  test("to hundreds of snapshots in turn", async () => {
    const engine = await engineOf(snapshotOf({ germany, on: alwaysOn }));
    const context = engine.context(german);
    const other = snapshotOf({ germany: flagWhen({ attribute: "country", op: "eq", value: "FR" }), on: { ...onOff, default: { variant: "off" } } });
    for (let round = 0; round < 500; round++) {
      engine.update(round % 2 ? snapshotOf({ germany, on: alwaysOn }) : other);
      expect(engine.boolean("on", {}, round % 2 === 0)).toBe(round % 2 === 1);
      expect(context.boolean("germany", round % 2 === 0)).toBe(round % 2 === 1);
    }
  });
});

describe("a kill", () => {
  const snapshot = (revision: number, rest: Partial<Snapshot> = {}): Snapshot =>
    snapshotOf(
      {
        germany,
        on: alwaysOn,
        "trace.all": alwaysOn,
        child: { ...onOff, prerequisites: [{ flag: "on", variants: ["on"] }], default: { variant: "on" } },
      },
      {
        lineage: "l",
        revision,
        services: {
          api: {
            tracks: { stable: { version: "1" }, canary: { version: "2" } },
            defaultTrack: "stable",
            rules: [{ id: "all", serve: { track: "canary" } }],
          },
        },
        ...rest,
      },
    );
  const killed = { value: false, variant: "off", reason: "DISABLED" };

  test("shows at once, also in answers that depend on nothing and in contexts that are kept", async () => {
    const engine = await engineOf(snapshot(1));
    const context = engine.context(german);
    expect(engine.boolean("on", {}, false)).toBe(true);
    expect([context.boolean("on", false), context.boolean("germany", false)]).toEqual([true, true]);
    expect(engine.kill({ revision: 1, flags: ["on", "germany"], namespaces: ["trace"], services: ["api"] })).toEqual([
      "child",
      "germany",
      "on",
      "trace.all",
    ]);
    expect(engine.details("on")).toMatchObject({ ...killed, flagMetadata: { "vexil.cause": "killed", "vexil.killScope": "flag" } });
    expect(context.details("germany")).toMatchObject(killed);
    expect(engine.details("trace.all")).toMatchObject({ ...killed, flagMetadata: { "vexil.killScope": "namespace" } });
    expect(engine.details("child")).toMatchObject({ ...killed, flagMetadata: { "vexil.prerequisite": "on" } });
    expect(engine.route("api")).toEqual({ track: "stable", version: "1", reason: "DISABLED" });
    expect(context.route("api")).toEqual({ track: "stable", version: "1", reason: "DISABLED" });
    expect(engine.all(german).map(({ value }) => value)).toEqual([false, false, false, false]);
  });

  test("of everything, and its lift", async () => {
    const engine = await engineOf(snapshot(1));
    expect(engine.boolean("on", {}, false)).toBe(true);
    expect(engine.kill({ revision: 5, all: true })).toHaveLength(4);
    expect(engine.boolean("on", {}, true)).toBe(false);
    expect(engine.route("api").track).toBe("stable");
    expect(engine.kill({ revision: 5 })).toEqual([]);
    expect(engine.kill({ revision: 4 })).toEqual([]);
    expect(engine.boolean("on", {}, true)).toBe(false);
    expect(engine.kill(JSON.stringify({ revision: 6 }))).toHaveLength(4);
    expect(engine.boolean("on", {}, false)).toBe(true);
    expect(engine.route("api").track).toBe("canary");
  });

  test("survives updates, even those that know nothing of it (S2-35, S1-16)", async () => {
    const engine = await engineOf(snapshot(1));
    engine.kill({ revision: 7, flags: ["on"] });
    for (const next of [snapshot(2), snapshot(3, { kills: { revision: 6 } }), snapshot(4, { kills: { revision: 7 } })]) {
      engine.update(next);
      expect(engine.details("on")).toMatchObject(killed);
      expect(engine.details("germany", german)).toMatchObject({ value: true });
    }
    engine.update(snapshot(5, { kills: { revision: 8 } }));
    expect(engine.details("on")).toMatchObject({ value: true, reason: "STATIC" });
  });

  test("that comes in a snapshot which is refused is applied, and told", async () => {
    const engine = await engineOf(snapshot(5));
    const context = engine.context(german);
    expect([engine.boolean("on", {}, false), context.boolean("germany", false)]).toEqual([true, true]);
    const old = snapshot(4, { kills: { revision: 1, flags: ["on", "germany"] } });
    const refused = refusalOf(() => engine.update(old));
    expect(refused.diagnostics[0]?.code).toBe("older-revision");
    expect(refused.changed).toEqual(["child", "germany", "on"]);
    expect(engine.details("on")).toMatchObject(killed);
    expect(context.details("germany")).toMatchObject(killed);
    if (!isFull) return;
    const misshapen = { schema: "vexil/1", kills: { revision: 2, flags: ["germany"] }, flags: 1 };
    expect(refusalOf(() => engine.update(misshapen as unknown as Snapshot)).changed).toEqual(["child", "on"]);
    expect(engine.boolean("on", {}, false)).toBe(true);
    expect(context.boolean("germany", true)).toBe(false);
  });

  test("of another environment is not applied, in whatever it comes", async () => {
    const engine = await engineOf(snapshot(1, { environment: "production" }));
    const message = { revision: 9, all: true, environment: "staging" };
    expect(refusalOf(() => engine.kill(message)).diagnostics[0]?.code).toBe("wrong-environment");
    const foreign = snapshot(2, { environment: "staging", kills: { revision: 9, all: true } });
    expect(refusalOf(() => engine.update(foreign)).changed).toEqual([]);
    expect(engine.boolean("on", {}, false)).toBe(true);
  });

  test.each<[string, unknown]>([["no JSON", "{"], ["without a revision", { all: true }], ["misshapen", { revision: 1, flags: "on" }], ["nothing", undefined], ["a list", []]])(
    "that is %s is refused, and changes nothing",
    async (_, message) => {
      const engine = await engineOf(snapshot(1));
      expect(refusalOf(() => engine.kill(message as string)).diagnostics).not.toHaveLength(0);
      expect(engine.boolean("on", {}, false)).toBe(true);
    },
  );
});

describe("time", () => {
  const instant = (text: string): number => Date.parse(text);
  const flags: { [key: string]: Flag } = {
    sale: flagWhen({ all: [{ after: "2026-03-01T00:00:00Z" }, { before: "2026-04-01T00:00:00Z" }] }),
    ramp: {
      ...onOff,
      default: {
        split: {
          ramp: { from: 0, to: 100, start: "2026-03-01T00:00:00Z", end: "2026-03-11T00:00:00Z", curve: "linear" },
          weights: [{ variant: "on", weight: 1 }],
        },
      },
    },
    child: { ...onOff, prerequisites: [{ flag: "sale", variants: ["on"] }], default: { variant: "on" } },
    on: alwaysOn,
  };
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("is the host's clock unless it is given", async () => {
    const engine = await engineFor(flags);
    const context = engine.context({ targetingKey: "u-1" });
    const sale = () => [engine.boolean("sale", {}, false), context.boolean("sale", false), context.boolean("child", false)];
    vi.setSystemTime("2026-02-28T23:59:59.999Z");
    expect(sale()).toEqual([false, false, false]);
    vi.setSystemTime("2026-03-01T00:00:00Z");
    expect(sale()).toEqual([true, true, true]);
    vi.setSystemTime("2026-04-01T00:00:00Z");
    expect(sale()).toEqual([false, false, false]);
    const now = new Date("2026-03-05T00:00:00Z");
    expect(engine.boolean("sale", {}, false, { now })).toBe(true);
    expect(engine.boolean("sale", {}, false, { now: now.getTime() })).toBe(true);
    expect(context.details("sale", undefined, { now })).toMatchObject({ value: true });
    expect(engine.details("sale", {}, undefined, { now })).toMatchObject({ value: true });
    expect(engine.all({}, { now }).map(({ value }) => value)).toEqual([true, true, false, true]);
    expect(context.all().map(({ value }) => value)).toEqual([false, true, true, false]);
    if (isFull) expect(engine.explain("sale", {}, { now })).toMatchObject({ value: true });
    if (isFull) expect(context.explain("sale")).toMatchObject({ value: false });
  });

  test("that is none counts as not given", async () => {
    const engine = await engineFor(flags);
    vi.setSystemTime("2026-03-05T00:00:00Z");
    for (const now of [undefined, null, NaN, Infinity, new Date(NaN), "yesterday", {}]) {
      const options = { now } as { now: number };
      expect(engine.boolean("sale", {}, false, options), String(now)).toBe(true);
      expect(engine.context({}).boolean("sale", false, options)).toBe(true);
      expect(engine.all({}, options)[3]?.value).toBe(true);
      expect(engine.nextChange(now as number)).toBe(engine.nextChange());
    }
    expect(engine.boolean("sale", {}, false, null as never)).toBe(true);
    const throwing = { get now(): number { throw new Error("no clock"); } };
    expect(engine.details("sale", {}, true, throwing)).toMatchObject({ value: true, errorCode: "GENERAL" });
    expect(engine.context({}).details("sale", true, throwing)).toMatchObject({ value: true, errorCode: "GENERAL" });
  });

  test("the next change", async () => {
    const engine = await engineFor(flags);
    vi.setSystemTime("2026-02-01T00:00:00Z");
    expect(engine.nextChange()).toBe(instant("2026-03-01T00:00:00Z"));
    expect(engine.nextChange(instant("2026-03-20T00:00:00Z"))).toBe(instant("2026-04-01T00:00:00Z"));
    expect(engine.nextChange(new Date("2026-04-01T00:00:00Z"))).toBeUndefined();
    engine.update(snapshotOf({ on: alwaysOn }));
    expect(engine.nextChange()).toBeUndefined();
  });

  test("of a ramp only adds units", async () => {
    const engine = await engineFor(flags);
    const contexts = Array.from({ length: 300 }, (_, index) => engine.context({ targetingKey: `u-${index}` }));
    let before = new Set<number>();
    for (let day = 0; day <= 12; day++) {
      const now = instant("2026-02-28T12:00:00Z") + day * 86_400_000;
      const reached = new Set(contexts.flatMap((context, index) => (context.boolean("ramp", false, { now }) ? [index] : [])));
      for (const index of before) expect(reached.has(index)).toBe(true);
      before = reached;
      if (day === 0) expect(reached.size).toBe(0);
    }
    expect(before.size).toBe(300);
  });
});
