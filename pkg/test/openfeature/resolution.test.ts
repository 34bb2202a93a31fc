/** What becomes of an answer of the engine in OpenFeature's words, on both SDKs (S1-04). */

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { Engine } from "../../src/node.js";
import { alwaysOn, disposeAll, engineOf, flagWhen, isFull, onOff } from "../support.js";
import { type Context, type Kind, SIDES } from "./sides.js";

const SNAPSHOT = {
  schema: "vexil/1",
  kills: { revision: 1, flags: ["killed"], namespaces: ["gone"] },
  holdouts: { quarter: { exposure: 100, flags: ["held"] } },
  flags: {
    static: { ...alwaysOn, metadata: { team: "payments", level: 2, beta: true } },
    targeted: { ...flagWhen({ attribute: "country", op: "eq", value: "DE" }), metadata: { team: "growth" } },
    split: {
      ...onOff,
      rules: [{ id: "half", serve: { split: { weights: [{ variant: "on", weight: 1 }] } } }],
      default: { variant: "off" },
    },
    drawn: { ...onOff, default: { split: { weights: [{ variant: "on", weight: 1 }] } } },
    listed: { ...onOff, overrides: [{ units: ["u-1"], variant: "on" }], default: { variant: "off" } },
    disabled: { ...alwaysOn, state: "disabled" },
    killed: alwaysOn,
    "gone.far": alwaysOn,
    needy: { ...alwaysOn, prerequisites: [{ flag: "disabled", variants: ["on"] }] },
    held: { ...onOff, default: { variant: "on" } },
    old: { ...alwaysOn, state: "deprecated" },
    broken: { ...alwaysOn, rules: [{ id: "r", when: { segment: "nowhere" }, serve: { variant: "on" } }] },
    pattern: flagWhen({ attribute: "country", op: "matches", value: "^D" }),
    text: { variants: { a: "x" }, offVariant: "a", default: { variant: "a" } },
    count: { variants: { a: 0 }, offVariant: "a", default: { variant: "a" } },
    limits: { variants: { a: { max: 3, names: ["x"] } }, offVariant: "a", default: { variant: "a" } },
    list: { variants: { a: [1, 2] }, offVariant: "a", default: { variant: "a" } },
  },
} as const;

const ADA: Context = { targetingKey: "u-1", country: "DE" };
const BOB: Context = { targetingKey: "u-2", country: "FR" };

describe.each(SIDES)("on the $name", (side) => {
  let engine: Engine;

  beforeEach(async () => {
    engine = await engineOf(SNAPSHOT);
    expect(await side.set({ engine })).toBeUndefined();
  });

  afterEach(async () => {
    await side.reset();
    disposeAll();
  });

  const whys: [string, Context, object][] = [
    ["static", ADA, { value: true, variant: "on", reason: "STATIC", flagMetadata: { team: "payments", level: 2, beta: true } }],
    [
      "targeted",
      ADA,
      { value: true, variant: "on", reason: "TARGETING_MATCH", flagMetadata: { team: "growth", "vexil.rule": "rule" } },
    ],
    ["targeted", BOB, { value: false, variant: "off", reason: "DEFAULT", flagMetadata: { team: "growth" } }],
    ["split", ADA, { value: true, variant: "on", reason: "SPLIT", flagMetadata: { "vexil.rule": "half" } }],
    ["split", {}, { value: false, variant: "off", reason: "DEFAULT", flagMetadata: {} }],
    ["drawn", ADA, { value: true, variant: "on", reason: "SPLIT", flagMetadata: {} }],
    ["drawn", {}, { value: false, variant: "off", reason: "DEFAULT", flagMetadata: { "vexil.missingUnit": "targetingKey" } }],
    ["listed", ADA, { value: true, variant: "on", reason: "TARGETING_MATCH", flagMetadata: { "vexil.cause": "override" } }],
    ["disabled", ADA, { value: false, variant: "off", reason: "DISABLED", flagMetadata: { "vexil.cause": "disabled" } }],
    [
      "killed",
      ADA,
      { value: false, variant: "off", reason: "DISABLED", flagMetadata: { "vexil.cause": "killed", "vexil.killScope": "flag" } },
    ],
    [
      "gone.far",
      ADA,
      {
        value: false,
        variant: "off",
        reason: "DISABLED",
        flagMetadata: { "vexil.cause": "killed", "vexil.killScope": "namespace" },
      },
    ],
    [
      "needy",
      ADA,
      {
        value: false,
        variant: "off",
        reason: "DISABLED",
        flagMetadata: { "vexil.cause": "prerequisite", "vexil.prerequisite": "disabled" },
      },
    ],
    [
      "held",
      ADA,
      {
        value: false,
        variant: "off",
        reason: "SPLIT",
        flagMetadata: { "vexil.cause": "holdout", "vexil.holdout": "quarter" },
      },
    ],
    ["old", ADA, { value: true, variant: "on", reason: "STATIC", flagMetadata: { "vexil.deprecated": true } }],
  ];

  test.each(whys)("%s is answered for %j with its variant, reason and metadata", async (key, context, expected) => {
    expect(await side.details("boolean", key, false, context)).toEqual({ flagKey: key, ...expected });
    // The same again, when the answer is known already.
    expect(await side.details("boolean", key, true, context)).toEqual({ flagKey: key, ...expected });
  });

  test.each<[Kind, string, unknown, unknown]>([
    ["string", "text", "y", "x"],
    ["number", "count", 7, 0],
    ["object", "limits", {}, { max: 3, names: ["x"] }],
    ["object", "list", [], [1, 2]],
    ["object", "limits", null, { max: 3, names: ["x"] }],
    ["object", "list", {}, [1, 2]],
  ])("a %s flag has its value: %s with the default %j", async (kind, key, fallback, value) => {
    const details = await side.details(kind, key, fallback as never);
    expect(details).toEqual({ flagKey: key, value, variant: "a", reason: "STATIC", flagMetadata: {} });
  });

  const wrong: [Kind, string, unknown][] = [
    ["boolean", "text", true],
    ["string", "static", "x"],
    ["number", "text", 1],
    ["object", "count", { max: 1 }],
    ["object", "text", null],
  ];

  test.each(wrong)("asked for a %s, %s is of another type, and the default %j is given", async (kind, key, fallback) => {
    const details = await side.details(kind, key, fallback as never);
    expect(details).toMatchObject({ value: fallback, reason: "ERROR", errorCode: "TYPE_MISMATCH", flagMetadata: {} });
    expect(details.variant).toBeUndefined();
    expect(details.errorMessage).toMatch(/of type/);
  });

  test.each([
    ["nowhere", "FLAG_NOT_FOUND", "the snapshot has no such key"],
    ["broken", "PARSE_ERROR", undefined],
  ])("%s is answered with %s and the default, be it true or false", async (key, errorCode, errorMessage) => {
    for (const fallback of [true, false]) {
      const details = await side.details("boolean", key, fallback, ADA);
      expect(details).toMatchObject({ flagKey: key, value: fallback, reason: "ERROR", errorCode });
      expect(details.variant).toBeUndefined();
      expect(details.errorMessage).toBe(errorMessage ?? engine.details(key, ADA).errorMessage);
    }
  });

  test("what an artifact cannot run is a general error there, and nowhere else", async () => {
    const details = await side.details("boolean", "pattern", false, ADA);
    expect(details).toMatchObject(isFull ? { value: true, reason: "TARGETING_MATCH" } : { value: false, errorCode: "GENERAL" });
  });

  test("it says of every flag what the engine says", async () => {
    for (const context of [ADA, BOB, {}]) {
      for (const { flagKey, rule, flagMetadata, ...rest } of engine.all(context)) {
        const kind = typeof rest.value as Kind;
        const details = await side.details(kind, flagKey, null, context);
        expect(details).toEqual({ flagKey, ...rest, flagMetadata: { ...flagMetadata, ...(rule !== undefined && { "vexil.rule": rule }) } });
      }
    }
  });

  test("nothing of an answer can be changed for others", async () => {
    const { value, flagMetadata } = await side.details("object", "limits", {});
    expect(() => Object.assign(value as object, { max: 4 })).toThrow(TypeError);
    expect(() => ((value as { names: string[] }).names[0] = "y")).toThrow(TypeError);
    expect(() => Object.assign(flagMetadata, { team: "x" })).toThrow(TypeError);
    expect(() => Object.assign((flagMetadata), { "vexil.rule": "x" })).toThrow(TypeError);
  });

  test("hooks see the answer, and what went wrong", async () => {
    const seen: unknown[] = [];
    side.addHook({
      after: (_, { value, variant, reason }) => void seen.push({ value, variant, reason }),
      error: (_, error) => void seen.push((error as { code?: string }).code),
      finally: ({ flagKey }) => void seen.push(flagKey),
    });
    await side.details("boolean", "targeted", false, ADA);
    await side.details("boolean", "text", false, ADA);
    expect(seen).toEqual([{ value: true, variant: "on", reason: "TARGETING_MATCH" }, "targeted", "TYPE_MISMATCH", "text"]);
  });
});
