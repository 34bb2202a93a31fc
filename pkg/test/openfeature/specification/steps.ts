/** The steps of OpenFeature's suite, for the SDKs of servers and of pages. */

import { expect } from "vitest";

import type { Kind, Level } from "../sides.js";
import type { Action, Step } from "./gherkin.js";
import type { HookCall, World } from "./world.js";

type Table = Step["table"];

/** Texts of the suite as what they stand for. */
const READERS: { readonly [type: string]: (text: string) => unknown } = {
  boolean: (text) => text === "true",
  string: (text) => (text === "null" ? undefined : text),
  integer: Number,
  float: Number,
  object: (text) => JSON.parse(text) as unknown,
};

const KINDS: { readonly [type: string]: Kind } = {
  boolean: "boolean",
  string: "string",
  integer: "number",
  float: "number",
  object: "object",
};

function read(type: string, text: string): unknown {
  const reader = READERS[type.toLowerCase()];
  if (reader === undefined) throw new Error(`the suite has a new type: ${type}`);
  return reader(text);
}

function kindOf(type: string): Kind {
  return KINDS[type.toLowerCase()] as Kind;
}

/** What an answer of the given kind should be, written as a text. */
function expected({ flag }: World, text: string): unknown {
  const { kind } = flag ?? { kind: "string" };
  return read(kind === "number" ? "float" : kind, text);
}

function callsOf({ calls }: World, stage: string): HookCall[] {
  return calls.filter((call) => call.stage === stage);
}

const provider: { readonly [text: string]: Action<World> } = {
  "a stable provider": (world) => world.register("stable"),
  "a not ready provider": (world) => world.register("not ready"),
  "a fatal provider": (world) => world.register("fatal"),
  "a stale provider": (world) => world.register("stale"),
  "a(n) error provider": (world) => world.register("error"),
  "the provider status should be {string}": ({ side }, status: string) => expect(side.status).toBe(status),
};

const evaluation: { readonly [text: string]: Action<World> } = {
  "a(n) {type}-flag with key {string} and a fallback value {string}": (world, type: string, key: string, text: string) => {
    world.flag = { kind: kindOf(type), key, fallback: read(type, text) as never };
  },
  "the flag was evaluated with details": (world) => world.evaluateFlag(),
  "the flag was evaluated with details using the evaluation options": (world) => world.evaluateFlag(),
  "the resolved details value should be {string}": (world, text: string) =>
    expect(world.details.value).toEqual(expected(world, text)),
  "the reason should be {string}": ({ details }, reason: string) => expect(details.reason).toBe(reason),
  "the error-code should be {string}": ({ details }, code: string) => expect(details.errorCode).toBe(code),
  "the variant should be {string}": ({ details }, variant: string) => expect(details.variant).toBe(variant),
  "the flag key should be {string}": ({ details }, key: string) => expect(details.flagKey).toBe(key),
  "the resolved metadata should contain": ({ details }, [, ...rows]: Table) => {
    for (const [key, type, text] of rows) expect(details.flagMetadata[key ?? ""]).toBe(read(type ?? "", text ?? ""));
    expect(rows.length).toBeGreaterThan(0);
  },
  "the resolved metadata is empty": ({ details }) => expect(details.flagMetadata).toEqual({}),
};

const contexts: { readonly [text: string]: Action<World> } = {
  "a context containing a key {string}, with type {string} and with value {string}": (world, key: string, type: string, text: string) => {
    world.context = { ...world.context, [key]: read(type, text) as string };
  },
  "a context containing a key {string} with null value": (world, key: string) => {
    world.context = { ...world.context, [key]: null };
  },
  "an evaluation context with modifiable data": (world) => {
    world.context = { targetingKey: "u-1", roles: ["user"], account: { plan: "pro", since: new Date(0) } };
  },
  "the original evaluation context should remain unmodified": ({ context }) => {
    expect(context).toEqual({ targetingKey: "u-1", roles: ["user"], account: { plan: "pro", since: new Date(0) } });
    // Nor is it frozen for whoever goes on with it.
    expect([context, context?.["roles"], context?.["account"]].some(Object.isFrozen)).toBe(false);
  },
  "the evaluation details should be immutable": async (world) => {
    const before = world.details;
    expect(Object.isFrozen(before.flagMetadata)).toBe(true);
    const copy = structuredClone(before);
    // The object itself is the SDK's, and belongs to the caller: what is done to it reaches nobody else.
    Object.assign(before, { value: "changed", variant: "changed", reason: "changed" });
    expect(await world.evaluateFlag()).toEqual(copy);
  },
};

const asynchronous: { readonly [text: string]: Action<World> } = {
  "the flag was evaluated with details asynchronously": (world) => world.evaluateFlag(),
  // A page does not wait at all: by the SDK's own word it answers in the same call.
  "the evaluation should complete without blocking": ({ details }) => expect(details.errorCode).toBeUndefined(),
};

const hooks: { readonly [text: string]: Action<World> } = {
  "a client with added hook": (world) => world.side.addHook(world.hook("client")),
  "evaluation options containing specific hooks": (world) => {
    world.hooks = [world.hook("one"), world.hook("other")];
  },
  "the specified hooks should execute during evaluation": (world) => {
    for (const stage of ["before", "after", "finally"]) expect(callsOf(world, stage)).toHaveLength(2);
    expect(callsOf(world, "error")).toEqual([]);
  },
  "the hook order should be maintained": ({ calls }) =>
    expect(calls.map(({ hook, stage }) => `${stage} ${hook}`)).toEqual([
      "before one",
      "before other",
      "after other",
      "after one",
      "finally other",
      "finally one",
    ]),
  "the {string} hook should have been executed": (world, stage: string) => expect(callsOf(world, stage)).toHaveLength(1),
  "the {string} hooks should be called with evaluation details": (world, stages: string, [, ...rows]: Table) => {
    const names: { readonly [key: string]: string } = { flag_key: "flagKey", error_code: "errorCode" };
    const wanted = rows.map(([type, key, text]) => [names[key ?? ""] ?? key ?? "", read(type ?? "", text ?? "")] as const);
    for (const stage of stages.split(", ")) {
      const [call] = callsOf(world, stage);
      const details = call?.details as { readonly [name: string]: unknown };
      expect(wanted.map(([name]) => [name, details[name]])).toEqual(wanted);
    }
  },
};

const merging: { readonly [text: string]: Action<World> } = {
  "a stable provider with retrievable context is registered": (world) => world.registerWatched(),
  "A context entry with key {string} and value {string} is added to the {string} level": (
    world,
    key: string,
    value: string,
    level: Level,
  ) => world.side.addContext(level, { [key]: value }),
  "A table with levels of increasing precedence": (world, rows: Table) => {
    world.levels = rows.map(([level]) => level as Level);
  },
  "Context entries for each level from API level down to the {string} level, with key {string} and value {string}": async (
    { side, levels },
    last: Level,
    key: string,
  ) => {
    // Each level has its own name for a value, so that the last one must be what is left.
    for (const level of levels.slice(0, levels.indexOf(last) + 1)) await side.addContext(level, { [key]: level });
  },
  "Some flag was evaluated": (world) => world.evaluateFlag(),
  "The merged context contains an entry with key {string} and value {string}": ({ merged }, key: string, value: string) =>
    expect(merged[key]).toBe(value),
};

/** Those of `evaluation.feature`, which is older, and has a sentence for each type. */
const older: { readonly [text: string]: Action<World> } = {
  "a(n) {type} flag with key {string} is evaluated with default value {string}": evaluateOlder,
  "a(n) {type} flag with key {string} is evaluated with details and default value {string}": evaluateOlder,
  "a(n) {type} flag with key {string} is evaluated with default value {float}": evaluateOlder,
  "a(n) {type} flag with key {string} is evaluated with details and default value {float}": evaluateOlder,
  "an object flag with key {string} is evaluated with a null default value": (world, key: string) =>
    world.evaluate("object", key, null),
  "an object flag with key {string} is evaluated with details and a null default value": (world, key: string) =>
    world.evaluate("object", key, null),
  "the resolved {type} value should be {string}": ({ details }, type: string, text: string) =>
    expect(details.value).toBe(read(type, text)),
  "the resolved {type} value should be {float}": ({ details }, _: string, value: number) => expect(details.value).toBe(value),
  "the resolved {type} details value should be {string}, the variant should be {string}, and the reason should be {string}": (
    { details },
    type: string,
    text: string,
    variant: string,
    reason: string,
  ) => expect(details).toMatchObject({ value: read(type, text), variant, reason }),
  "the resolved {type} details value should be {float}, the variant should be {string}, and the reason should be {string}": (
    { details },
    _: string,
    value: number,
    variant: string,
    reason: string,
  ) => expect(details).toMatchObject({ value, variant, reason }),
  "the resolved object value should be contain fields {string}, {string}, and {string}, with values {string}, {string} and {int}, respectively":
    containsFields,
  "the resolved object details value should be contain fields {string}, {string}, and {string}, with values {string}, {string} and {int}, respectively":
    containsFields,
  "the variant should be {string}, and the reason should be {string}": ({ details }, variant: string, reason: string) =>
    expect(details).toMatchObject({ variant, reason }),
  "context contains keys {string}, {string}, {string}, {string} with values {string}, {string}, {int}, {string}": (
    world,
    ...[fn, ln, age, customer, first, last, years, isCustomer]: [string, string, string, string, string, string, number, string]
  ) => {
    world.context = { [fn]: first, [ln]: last, [age]: years, [customer]: isCustomer === "true" };
  },
  "a flag with key {string} is evaluated with default value {string}": (world, key: string, fallback: string) =>
    world.evaluate("string", key, fallback),
  "the resolved string response should be {string}": ({ details }, value: string) => expect(details.value).toBe(value),
  "the resolved flag value is {string} when the context is empty": async (world, value: string) => {
    const { kind, key, fallback } = world.flag ?? { kind: "string", key: "", fallback: "" };
    expect((await world.evaluate(kind, key, fallback, {})).value).toBe(value);
  },
  "a non-existent string flag with key {string} is evaluated with details and a fallback value {string}": (
    world,
    key: string,
    fallback: string,
  ) => world.evaluate("string", key, fallback),
  "a string flag with key {string} is evaluated as an integer, with details and a fallback value {int}": (
    world,
    key: string,
    fallback: number,
  ) => world.evaluate("number", key, fallback),
  "the default {type} value should be returned": ({ details, flag }) => expect(details.value).toBe(flag?.fallback),
  "the reason should indicate an error and the error code should indicate a missing flag with {string}": isError,
  "the reason should indicate an error and the error code should indicate a type mismatch with {string}": isError,
};

function evaluateOlder(world: World, type: string, key: string, fallback: string | number): unknown {
  return world.evaluate(kindOf(type), key, typeof fallback === "string" ? read(type, fallback) : fallback);
}

function containsFields(
  { details }: World,
  ...[one, two, three, isShown, title, count]: [string, string, string, string, string, number]
): void {
  expect(details.value).toEqual({ [one]: isShown === "true", [two]: title, [three]: count });
}

function isError({ details }: World, errorCode: string): void {
  expect(details).toMatchObject({ reason: "ERROR", errorCode });
}

export const STEPS: { readonly [text: string]: Action<World> } = {
  ...provider,
  ...evaluation,
  ...contexts,
  ...asynchronous,
  ...hooks,
  ...merging,
  ...older,
};
