/** What observers are told; `tests/fixtures/assignments` says what chance decides. */

import { afterEach, describe, expect, test, vi } from "vitest";

import type { Flag, Observation, Snapshot } from "../../src/node.js";
import { alwaysOn, disposeAll, engineFor, engineOf, growMemory, onOff, snapshotOf } from "../support.js";

afterEach(disposeAll);

const split: Flag = { ...onOff, default: { split: { weights: [{ variant: "on", weight: 1 }] } } };
const dependent: Flag = { ...onOff, prerequisites: [{ flag: "split", variants: ["on"] }], default: { variant: "on" } };
const flags = { split, dependent, constant: alwaysOn };

/** What a function lets an engine tell. */
async function told(tell: (engine: Awaited<ReturnType<typeof engineFor>>) => void): Promise<Observation[]> {
  const engine = await engineFor(flags);
  const observations: Observation[] = [];
  const stop = engine.observe((observation) => observations.push(observation));
  tell(engine);
  stop();
  engine.boolean("split", { targetingKey: "u-1" }, false);
  return observations;
}

describe("observers", () => {
  test("are told of single answers, by whichever call, until they have enough", async () => {
    const context = { targetingKey: "u-1" };
    const observations = await told((engine) => {
      engine.boolean("split", context, false);
      engine.details("split", context);
      engine.context(context).string("split", "");
      engine.route("none", context);
      engine.all(context);
      engine.context(context).all();
    });
    expect(observations.map(({ kind, details }) => `${kind} ${details.flagKey} ${String(details.value)}`)).toEqual([
      "flag split true",
      "flag split true",
      "flag split true",
      "service none undefined",
    ]);
  });

  test("hear what chance decided, of prerequisites too, and with which unit", async () => {
    const observations = await told((engine) => {
      engine.boolean("dependent", { targetingKey: 17, mail: "ada@shop.example" }, false);
      engine.context({ targetingKey: "\ud83d" }).boolean("split", false);
      engine.boolean("constant", { targetingKey: "u-1" }, false);
      engine.boolean("split", {}, false);
    });
    const assignment = { flag: "split", variant: "on", seed: "split", by: "targetingKey", digest: expect.stringMatching(/^\d+$/) };
    expect(observations.map(({ assigned }) => assigned)).toEqual([
      [{ assignment, unit: "17", via: "dependent" }],
      [{ assignment, unit: "\ufffd" }],
      [],
      [],
    ]);
    expect(observations[0]?.attributes).toEqual({ targetingKey: 17, mail: "ada@shop.example" });
  });

  test("may evaluate, throw, come and go while they are told", async () => {
    const engine = await engineFor(flags);
    const errors = vi.spyOn(console, "error").mockImplementation(() => {});
    const order: string[] = [];
    const stop = engine.observe(() => {
      order.push("first");
      engine.boolean("split", { targetingKey: "u-2" }, false);
      engine.observe(() => order.push("late"));
      stop();
      throw new Error("broken");
    });
    engine.observe(() => order.push("second"));
    expect(engine.boolean("split", { targetingKey: "u-1" }, false)).toBe(true);
    expect(order).toEqual(["first", "second", "late"]);
    expect(errors.mock.calls).toEqual([["vexil: an observer failed", expect.objectContaining({ message: "broken" })]]);
    engine.boolean("split", { targetingKey: "u-1" }, false);
    expect(order).toEqual(["first", "second", "late", "second", "late"]);
    errors.mockRestore();
  });

  test("hear of a context whose getters evaluate and let the memory grow", async () => {
    const observations = await told((engine) => {
      const context = {
        get targetingKey() {
          engine.boolean("dependent", { targetingKey: "inner" }, false);
          growMemory(engine);
          return "outer";
        },
      };
      expect(engine.boolean("split", context, false)).toBe(true);
    });
    expect(observations.map(({ details, assigned }) => [details.flagKey, assigned[0]?.unit])).toEqual([
      ["dependent", "inner"],
      ["split", "outer"],
    ]);
  });

  test("hear of what an update has made of a flag", async () => {
    const snapshot = (variant: string): Snapshot =>
      snapshotOf({ split: { ...onOff, default: { split: { weights: [{ variant, weight: 1 }] } } } });
    const engine = await engineOf(snapshot("on"));
    const digests: (string | undefined)[] = [];
    engine.observe(({ assigned, details }) => digests.push(details.variant, assigned[0]?.assignment.variant));
    const visitor = engine.context({ targetingKey: "u-1" });
    visitor.boolean("split", false);
    engine.update(snapshot("off"));
    visitor.boolean("split", false);
    engine.kill({ revision: 1, flags: ["split"] });
    visitor.boolean("split", false);
    expect(digests).toEqual(["on", "on", "off", "off", "off", undefined]);
  });
});

describe("the identity", () => {
  test("says which snapshot and which kills are in force", async () => {
    const engine = await engineOf(snapshotOf(flags, { lineage: "l", revision: 3, environment: "production" }));
    const { identity } = engine;
    expect(identity).toEqual({ lineage: "l", revision: 3, environment: "production", content: expect.any(String), killRevision: 0 });
    expect(engine.identity).toBe(identity);
    engine.kill({ revision: 5, flags: ["split"] });
    expect(engine.identity).toEqual({ ...identity, killRevision: 5 });
    engine.update(snapshotOf({}, { lineage: "l", revision: 4, environment: "production" }));
    expect(engine.identity).toMatchObject({ revision: 4, killRevision: 5 });
    expect(engine.identity.content).not.toBe(identity.content);
    engine.dispose();
    expect(engine.identity).toEqual({ content: "", killRevision: 0 });
  });
});
