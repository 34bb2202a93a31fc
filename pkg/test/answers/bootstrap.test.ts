/** The answers that a page is given. */

import { afterEach, describe, expect, test } from "vitest";

import { bootstrap, embed, hydrate } from "../../src/bootstrap.js";
import type { Flag, JsonValue, Observation, Snapshot } from "../../src/node.js";
import { alwaysOn, disposeAll, engineOf, onOff, snapshotOf } from "../support.js";

afterEach(disposeAll);

const split: Flag = {
  variants: { a: { text: "</script>" }, b: { text: "" } },
  offVariant: "b",
  audience: "client",
  metadata: { team: "web" },
  rules: [{ id: "half", serve: { split: { exposure: 50, weights: [{ variant: "a", weight: 1 }] } } }],
  default: { variant: "b" },
};
const dependent: Flag = { ...onOff, audience: "client", prerequisites: [{ flag: "split", variants: ["a"] }], default: { variant: "on" } };
const broken = { ...onOff, audience: "client", default: { variant: "there is none" } } as Flag;
const snapshot = (revision: number, exposure = 50): Snapshot => {
  const rules = [{ id: "half", serve: { split: { exposure, weights: [{ variant: "a", weight: 1 }] } } }];
  return snapshotOf({ split: { ...split, rules }, dependent, broken, secret: alwaysOn }, { lineage: "l", revision });
};
/** A unit that the first half of the buckets has. */
const visitor = { targetingKey: "u-1", plan: "pro" };

/** What a page would read out of itself. */
const carried = (payload: unknown): unknown => JSON.parse(JSON.stringify(payload));

describe("a bootstrap", () => {
  test("has the answers of client flags, without rules and without what failed", async () => {
    const engine = await engineOf(snapshot(1));
    const { details } = { details: engine.details("split", visitor) };
    const payload = bootstrap(engine, visitor);
    expect(Object.keys(payload.flags)).toEqual(["dependent", "split"]);
    expect(hydrate(carried(payload)).details("split")).toEqual(details);
    expect(Object.keys(bootstrap(engine, visitor, { audience: "all" }).flags)).toEqual(["dependent", "secret", "split"]);
    expect(Object.keys(bootstrap(engine, visitor, { flags: ["secret", "missing"] }).flags)).toEqual(["secret"]);
    expect(JSON.stringify(payload)).not.toContain("pro");
  });

  test("can stand in a page, whatever its values are", async () => {
    const engine = await engineOf(snapshot(1, 100));
    const text = embed(bootstrap(engine, visitor));
    expect(text).not.toContain("<");
    expect(hydrate(JSON.parse(text)).object<{ text: string }>("split", { text: "none" })).toEqual({ text: "</script>" });
  });

  test("answers with the calls of a context, and with fallbacks for what it has not", async () => {
    const page = hydrate(carried(bootstrap(await engineOf(snapshot(1, 100)), visitor)));
    expect(page.boolean("dependent", false)).toBe(true);
    expect(page.boolean("secret", false)).toBe(false);
    expect(page.details("secret", false)).toMatchObject({ value: false, reason: "ERROR", errorCode: "FLAG_NOT_FOUND" });
    expect(page.details("dependent", "text")).toMatchObject({ value: "text", errorCode: "TYPE_MISMATCH" });
    expect(page.details("dependent")).toBe(page.details("dependent"));
    expect(page.all().map(({ flagKey }) => flagKey)).toEqual(["dependent", "split"]);
  });

  test("exposes nothing when it is made, and what is read when it is read", async () => {
    const engine = await engineOf(snapshot(1, 100));
    const told: Observation[] = [];
    engine.observe((observation) => told.push(observation));
    const payload = carried(bootstrap(engine, visitor));
    expect(told).toEqual([]);
    const page = hydrate(payload);
    page.observe((observation) => told.push(observation));
    page.all();
    page.boolean("dependent", false);
    const assignment = { flag: "split", variant: "a", rule: "half", seed: "split", by: "targetingKey", digest: expect.any(String) };
    expect(told.map(({ assigned }) => assigned)).toEqual([[{ assignment, unit: "u-1", via: "dependent" }]]);
    engine.boolean("dependent", visitor, false);
    expect(told[1]?.assigned).toEqual(told[0]?.assigned);
  });

  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a text", "bootstrap/1"],
    ["another version", { vexil: "bootstrap/2", identity: {}, flags: {}, assigned: [] }],
    ["a part of one", { vexil: "bootstrap/1", flags: {} }],
  ])("is refused where it is %s", (_, value) => {
    expect(() => hydrate(value)).toThrow(/no bootstrap\/1/);
  });
});

describe("a page that gets an engine", () => {
  test("keeps what it shows until the snapshot changes, even if its own context lacks what the server knew", async () => {
    const payload = carried(bootstrap(await engineOf(snapshot(1, 100)), visitor));
    const page = hydrate(payload);
    const engine = await engineOf(snapshot(1, 100));
    page.attach(engine, { targetingKey: "another" });
    const told: JsonValue[] = [];
    page.observe(({ details, assigned }) => told.push([details.flagKey, assigned.map(({ unit }) => unit).join()]));
    expect(page.boolean("dependent", false)).toBe(true);
    engine.update(snapshot(2, 0));
    expect(page.boolean("dependent", true)).toBe(false);
    expect(page.identity.revision).toBe(2);
    expect(page.all().map(({ variant }) => variant)).toEqual(["off", "on", "b"]);
    engine.update(snapshot(3, 100));
    expect(page.boolean("dependent", false)).toBe(true);
    expect(told).toEqual([["dependent", "u-1"], ["dependent", ""], ["dependent", "another"]]);
  });

  test("follows at once an engine that knows more, and a kill (S2-17)", async () => {
    const payload = carried(bootstrap(await engineOf(snapshot(1, 100)), visitor));
    const newer = hydrate(payload);
    newer.attach(await engineOf(snapshot(2, 0)), visitor);
    expect(newer.boolean("dependent", true)).toBe(false);
    const page = hydrate(payload);
    const engine = await engineOf(snapshot(1, 100));
    page.attach(engine, visitor);
    expect(page.boolean("dependent", false)).toBe(true);
    engine.kill({ revision: 1, flags: ["dependent"] });
    expect(page.details("dependent").reason).toBe("DISABLED");
  });

  test("answers for another context by the engine, and with fallbacks until there is one", async () => {
    const payload = carried(bootstrap(await engineOf(snapshot(1, 100)), visitor));
    const page = hydrate(payload);
    page.change({ targetingKey: "u-2" });
    expect(page.boolean("dependent", false)).toBe(false);
    expect(page.details("dependent").errorCode).toBe("FLAG_NOT_FOUND");
    const engine = await engineOf(snapshot(1, 100));
    page.attach(engine, { targetingKey: "u-2" });
    page.change({ targetingKey: "u-3" });
    expect(page.boolean("dependent", false)).toBe(true);
  });
});
