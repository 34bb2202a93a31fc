/** What TypeScript makes of the API. `npm run typecheck` runs these: nothing here is executed. */

import { expectTypeOf, test } from "vitest";

import type {
  Condition,
  Context,
  Details,
  Engine,
  EvaluationContext,
  Flag,
  JsonObject,
  JsonValue,
  KillMessage,
  Ramp,
  Route,
  Segment,
  Serve,
  Service,
  Snapshot,
  SnapshotInput,
  Split,
} from "../src/node.js";
import { createEngine, SnapshotError } from "../src/node.js";

declare const engine: Engine;
declare const context: Context;
const visitor: EvaluationContext = { targetingKey: "u-1", country: "DE", tags: ["a"], account: { plan: "pro" }, since: new Date() };

/** Payloads are often declared as interfaces. */
interface Limits {
  readonly max?: number;
  readonly names: string[];
  readonly inner: Inner;
}
interface Inner {
  readonly deep: boolean | null;
}
declare const limits: Limits;

test("values are of the type of the fallback", () => {
  expectTypeOf(engine.boolean("flag", visitor, false)).toEqualTypeOf<boolean>();
  expectTypeOf(engine.string("flag", visitor, "a")).toEqualTypeOf<string>();
  expectTypeOf(engine.number("flag", visitor, 1)).toEqualTypeOf<number>();
  expectTypeOf(engine.object("flag", visitor, { max: 1 })).toEqualTypeOf<{ max: number }>();
  expectTypeOf(engine.object("flag", visitor, [1, 2])).toEqualTypeOf<number[]>();
  expectTypeOf(engine.object<{ readonly max?: number }>("flag", undefined, {})).toEqualTypeOf<{ readonly max?: number }>();
  expectTypeOf(engine.object("flag", visitor, limits)).toEqualTypeOf<Limits>();
  expectTypeOf(context.object<Limits>("flag", { names: [], inner: { deep: null } })).toEqualTypeOf<Limits>();
  expectTypeOf(engine.object("flag", visitor, {} as JsonObject)).toEqualTypeOf<JsonObject>();
  expectTypeOf(context.boolean("flag", true)).toEqualTypeOf<boolean>();
  expectTypeOf(context.object("flag", { max: 1 }, { now: new Date() })).toEqualTypeOf<{ max: number }>();
  // @ts-expect-error: a fallback of another type
  engine.boolean("flag", visitor, "no");
  // @ts-expect-error: no fallback
  engine.boolean("flag", visitor);
  // @ts-expect-error: a scalar is no object
  engine.object("flag", visitor, "no");
  // @ts-expect-error: null is no object
  engine.object("flag", visitor, null);
  // @ts-expect-error: not JSON
  engine.object("flag", visitor, { at: new Date() });
  // @ts-expect-error: not JSON in the depth
  engine.object("flag", visitor, { inner: { call: () => 1 } });
  // @ts-expect-error: a BigInt is not JSON
  engine.object("flag", visitor, { max: 1n });
  // @ts-expect-error: a key is text
  engine.boolean(1, visitor, false);
});

test("helpers may be generic", () => {
  const object = <T extends JsonObject>(key: string, fallback: T): T => engine.object(key, visitor, fallback);
  const details = <T extends NonNullable<JsonValue>>(key: string, fallback: T): unknown => engine.details(key, visitor, fallback);
  expectTypeOf(object("flag", { max: 1 })).toEqualTypeOf<{ max: number }>();
  expectTypeOf(details).returns.toEqualTypeOf<unknown>();
});

test("details are of the widened type of the fallback", () => {
  expectTypeOf(engine.details("flag", visitor, false)).toEqualTypeOf<Details<boolean>>();
  expectTypeOf(engine.details("flag", visitor, true as const)).toEqualTypeOf<Details<boolean>>();
  expectTypeOf(engine.details("flag", visitor, "a")).toEqualTypeOf<Details<string>>();
  expectTypeOf(engine.details("flag", visitor, 1)).toEqualTypeOf<Details<number>>();
  expectTypeOf(engine.details("flag", visitor, { max: 1 })).toEqualTypeOf<Details<{ max: number }>>();
  expectTypeOf(engine.details("flag", visitor, limits)).toEqualTypeOf<Details<Limits>>();
  expectTypeOf(engine.details("flag", visitor, "a" as "a" | "b")).toEqualTypeOf<Details<string>>();
  expectTypeOf(engine.details("flag", visitor, false as boolean)).toEqualTypeOf<Details<boolean>>();
  expectTypeOf(engine.details("flag", undefined, [1])).toEqualTypeOf<Details<number[]>>();
  expectTypeOf(engine.details("flag", visitor, null)).toEqualTypeOf<Details<JsonValue>>();
  expectTypeOf(engine.details("flag", visitor)).toEqualTypeOf<Details<JsonValue | undefined>>();
  expectTypeOf(engine.details("flag")).toEqualTypeOf<Details<JsonValue | undefined>>();
  expectTypeOf(engine.details("flag", visitor, undefined, { now: 0 })).toEqualTypeOf<Details<JsonValue | undefined>>();
  expectTypeOf(context.details("flag", false)).toEqualTypeOf<Details<boolean>>();
  expectTypeOf(context.details("flag", "a", { now: 0 })).toEqualTypeOf<Details<string>>();
  expectTypeOf(context.details("flag", null)).toEqualTypeOf<Details<JsonValue>>();
  expectTypeOf(context.details("flag")).toEqualTypeOf<Details<JsonValue | undefined>>();
  expectTypeOf(engine.all(visitor)).toEqualTypeOf<readonly Details<JsonValue>[]>();
  expectTypeOf(engine.route("service", visitor)).toEqualTypeOf<Route>();
  const details = engine.details("flag", visitor, false);
  expectTypeOf(details.variant).toEqualTypeOf<string | undefined>();
  expectTypeOf(details.flagMetadata["team"]).toEqualTypeOf<string | number | boolean | undefined>();
  // @ts-expect-error: answers are read-only
  details.value = true;
  // @ts-expect-error: not JSON
  engine.details("flag", visitor, new Date());
  // @ts-expect-error: not JSON
  engine.details("flag", visitor, () => true);
});

test("contexts take anything but a targeting key that can be no unit", () => {
  expectTypeOf<{ targetingKey: number; deep: { nested: [1] } }>().toExtend<EvaluationContext>();
  // @ts-expect-error: a boolean is no unit
  engine.boolean("flag", { targetingKey: true }, false);
  // @ts-expect-error: a date is no unit
  engine.context({ targetingKey: new Date() });
  // @ts-expect-error: text is no context
  engine.context("u-1");
  // @ts-expect-error: a time is a number or a date
  engine.boolean("flag", visitor, false, { now: "2026-01-01T00:00:00Z" });
  // @ts-expect-error: no such option
  engine.boolean("flag", visitor, false, { when: 0 });
});

test("engines are made of snapshots, text or bytes, and not by `new`", () => {
  expectTypeOf(createEngine).returns.resolves.toEqualTypeOf<Engine>();
  expectTypeOf<string | Uint8Array | ArrayBuffer | Snapshot>().toEqualTypeOf<SnapshotInput>();
  expectTypeOf<Buffer>().toExtend<SnapshotInput>();
  // @ts-expect-error: the schema is missing
  void createEngine({ flags: {} });
  // @ts-expect-error: a number is no snapshot
  void createEngine(1);
  void createEngine({ schema: "vexil/1" }, { environment: "production" });
  expectTypeOf(engine.update).returns.toEqualTypeOf<readonly string[]>();
  expectTypeOf(engine.nextChange()).toEqualTypeOf<number | undefined>();
  expectTypeOf<SnapshotError["diagnostics"]>().toEqualTypeOf<Engine["diagnostics"]>();
});

test("explanations tell their steps apart by kind", () => {
  const explanation = engine.explain("flag", visitor);
  expectTypeOf(explanation?.steps[0]?.kind).extract<"rule">().toEqualTypeOf<"rule">();
  for (const step of explanation?.steps ?? []) {
    if (step.kind === "rule") expectTypeOf(step.id).toEqualTypeOf<string>();
    if (step.kind === "override") expectTypeOf(step.listed).toEqualTypeOf<boolean>();
    // @ts-expect-error: not every step has an id
    void step.id;
  }
});

/** Each of these is sound but for the one thing that is marked. */
test("a snapshot that is wrong does not compile", () => {
  const flag: Flag = { variants: { on: true, off: false }, offVariant: "off", default: { variant: "on" } };
  const sound: Snapshot = {
    $schema: "x",
    schema: "vexil/1",
    "x-mine": { anything: 1 },
    kills: { revision: 1, namespaces: ["a"] },
    flags: {
      flag: { ...flag, "x-owner": 1, rules: [{ id: "r", when: { segment: "s" }, layer: { key: "l", from: 0, to: 1 }, serve: { variant: "on" } }] },
    },
    segments: { s: { include: ["u-1", 17], when: { any: [{ ring: "r" }, { after: "2026-01-01T00:00:00Z" }] } } },
    rings: [{ name: "r", segment: "s" }],
    layers: { l: { by: "account.id" } },
    holdouts: { h: { exposure: 2.5, flags: ["flag"] } },
    services: { api: { tracks: { stable: { version: "1" } }, defaultTrack: "stable", split: { weights: [{ track: "stable", weight: 1 }] } } },
  };
  void sound;
  // @ts-expect-error: another schema
  const schema: Snapshot = { schema: "vexil/2" };
  // @ts-expect-error: no such part
  const part: Snapshot = { schema: "vexil/1", flag: {} };
  // @ts-expect-error: flags are a map
  const list: Snapshot = { schema: "vexil/1", flags: [flag] };
  // @ts-expect-error: a kill set has a revision
  const kills: Snapshot = { schema: "vexil/1", kills: { all: true } };
  void [schema, part, list, kills];

  // @ts-expect-error: no offVariant
  const off: Flag = { variants: { on: true }, default: { variant: "on" } };
  // @ts-expect-error: no default
  const without: Flag = { variants: { on: true }, offVariant: "on" };
  // @ts-expect-error: values of two types
  const mixed: Flag = { ...flag, variants: { on: true, off: "no" } };
  // @ts-expect-error: null is no value
  const none: Flag = { ...flag, variants: { on: null } };
  // @ts-expect-error: no such state
  const state: Flag = { ...flag, state: "archived" };
  // @ts-expect-error: a misspelled field
  const field: Flag = { ...flag, ruls: [] };
  // @ts-expect-error: a rule has an id
  const rule: Flag = { ...flag, rules: [{ serve: { variant: "on" } }] };
  // @ts-expect-error: metadata is flat
  const metadata: Flag = { ...flag, metadata: { team: { name: "a" } } };
  void [off, without, mixed, none, state, field, rule, metadata];

  // @ts-expect-error: no such operator
  const operator: Condition = { attribute: "a", op: "equals", value: 1 };
  // @ts-expect-error: `in` takes a list
  const membership: Condition = { attribute: "a", op: "in", value: "b" };
  // @ts-expect-error: `gt` compares numbers
  const order: Condition = { attribute: "a", op: "gt", value: "1" };
  // @ts-expect-error: only texts have a case
  const fold: Condition = { attribute: "a", op: "gt", value: 1, ignoreCase: true };
  // @ts-expect-error: two forms at once
  const two: Condition = { all: [], any: [] };
  // @ts-expect-error: no form at all
  const noForm: Condition = {};
  // @ts-expect-error: an attribute without an operator
  const noOperator: Condition = { attribute: "a", value: 1 };
  // @ts-expect-error: wrong in the depth
  const deep: Condition = { all: [{ not: { any: [{ attribute: "a", op: "lt", value: true }] } }] };
  void [operator, membership, order, fold, two, noForm, noOperator, deep];

  // @ts-expect-error: a variant and a split
  const both: Serve = { variant: "on", split: { weights: [{ variant: "on", weight: 1 }] } };
  // @ts-expect-error: weights and ranges
  const shares: Split = { weights: [{ variant: "on", weight: 1 }], ranges: [] };
  // @ts-expect-error: neither weights nor ranges
  const nothing: Split = { exposure: 5 };
  // @ts-expect-error: an exposure and a ramp
  const exposure: Split = { weights: [], exposure: 5, ramp: { from: 0, to: 1, start: "", end: "", curve: "linear" } };
  // @ts-expect-error: outside is `next` or a variant
  const outside: Split = { weights: [], outside: "off" };
  // @ts-expect-error: steps without steps
  const steps: Ramp = { from: 0, to: 1, start: "", end: "", curve: "steps" };
  // @ts-expect-error: steps in a line
  const line: Ramp = { from: 0, to: 1, start: "", end: "", curve: "linear", steps: [] };
  // @ts-expect-error: a service gives tracks
  const track: Service = { tracks: { a: { version: "1" } }, defaultTrack: "a", split: { weights: [{ variant: "a", weight: 1 }] } };
  // @ts-expect-error: a boolean is no unit
  const unit: Segment = { include: [true] };
  // @ts-expect-error: a kill message has a revision
  const message: KillMessage = { flags: ["a"] };
  void [both, shares, nothing, exposure, outside, steps, line, track, unit, message];
});

test("values are JSON", () => {
  expectTypeOf<{ a: [1, "b", null, { c: true }] }>().toExtend<JsonObject>();
  expectTypeOf<Date>().not.toExtend<JsonObject>();
  expectTypeOf<undefined>().not.toExtend<JsonValue>();
});
