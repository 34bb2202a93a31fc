/** What snapshots say of attributes: the cases of the core, and what a context of JavaScript is there. */

import { readFileSync } from "node:fs";

import { describe, expect, onTestFinished, test, vi } from "vitest";

import { createEngine, type Snapshot } from "../../src/node.js";
import {
  type AttributeDeclarations,
  createControl,
  type Diagnostic,
  InputError,
  type JsonObject,
  RejectionError,
} from "../../src/node-control.js";

const control = await createControl();
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`../../../tests/attributes/${name}.json`, import.meta.url), "utf8"));
const brief = (diagnostics: readonly Diagnostic[]) => diagnostics.map(({ code, path }) => [code, path]);

interface ContextCase {
  readonly why: string;
  readonly attributes: AttributeDeclarations;
  readonly context: JsonObject;
  readonly expect: readonly (readonly [code: string, path: string])[];
}

interface ClientCase {
  readonly why: string;
  readonly snapshot: JsonObject;
  readonly expect?: JsonObject;
  readonly diagnostics?: readonly (readonly [code: string, path: string])[];
  readonly refused?: readonly (readonly [code: string, path: string])[];
}

describe("contexts", () => {
  test.each(read("contexts") as readonly ContextCase[])("$why", ({ attributes, context, expect: expected }) => {
    expect(brief(control.checkContext(attributes, context))).toEqual(expected);
  });

  test("are what an evaluation sees of them", () => {
    const names = ["at", "until", "age", "count", "list", "self", "map", "hidden", "half"];
    const attributes = Object.fromEntries(names.map((name) => [name, { type: "boolean" }] as const));
    const self: { [name: string]: unknown } = { inner: 1 };
    self["self"] = self;
    const context = { at: new Date(0), until: new Date(NaN), age: NaN, count: 17n, list: [1, undefined, [2]], self, map: new Map(), gone: undefined, half: "\ud800" };
    Object.defineProperty(context, "hidden", { value: "text" });
    // Not a number, an invalid date and undefined are missing; what is not enumerable is there all the same.
    const wrong = ["at", "count", "half", "hidden", "list", "map", "self"].map((name) => ["wrong-type", `/${name}`]);
    expect(brief(control.checkContext(attributes as AttributeDeclarations, context))).toEqual(wrong);
    expect(brief(control.checkContext({ big: { type: "number" } }, { big: 2n ** 60n }))).toEqual([]);
    let deep: object = {};
    for (let depth = 0; depth < 5_000; depth++) deep = { deep };
    expect(brief(control.checkContext({ country: { type: "string" } }, { deep, country: 1 }))).toEqual([["wrong-type", "/country"], ["undeclared-attribute", "/deep"]]);
  });

  test("have dates, which are instants and nothing else, and instances, which nothing can look into", () => {
    const types = ["unit", "string", "number", "boolean", "instant", "version", "address", "list", "object"] as const;
    const declared = (type: (typeof types)[number]) => ({ "a/b": { type } });
    const fitting = (value: unknown) => types.filter((type) => control.checkContext(declared(type), { "a/b": value }).length === 0);
    expect(fitting(new Date(0))).toEqual(["instant"]);
    expect(fitting(new Date(0).toISOString())).toEqual(["unit", "string", "instant"]);
    expect(fitting([1, new Date(0)])).toEqual([]);
    expect(fitting([1, null])).toEqual(["list"]);
    expect(fitting(new Headers({ accept: "x" }))).toEqual([]);
    expect(fitting({ inner: new Date(0), other: new Map() })).toEqual(["object"]);
    const [date] = control.checkContext(declared("number"), { "a/b": new Date(0) });
    expect(date).toEqual({ code: "wrong-type", severity: "warning", path: "/a~1b", message: "`a/b` is declared a number, and a date is none" });
    expect(brief(control.checkContext({ "headers.accept": { type: "string" } }, { headers: new Headers() }))).toEqual([["wrong-type", "/headers"]]);
  });

  test.each([undefined, null, [], "x", 17])("are objects: %j is none", (context) => {
    expect(() => control.checkContext({ country: { type: "string" } }, context as never)).toThrow("`/context`: a context is an object");
  });

  test("are refused declarations that are none, with their place", () => {
    const declared = { country: { type: "text" } } as unknown as AttributeDeclarations;
    expect(() => control.checkContext(declared, {})).toThrow(InputError);
    expect(() => control.checkContext(declared, {})).toThrow("`/attributes/country/type`");
    for (const none of [undefined, null, []]) expect(() => control.checkContext(none as never, {})).toThrow("`/attributes`");
  });
});

describe("an engine that is watched", () => {
  const attributes: AttributeDeclarations = { country: { type: "string" } };
  const on = { variants: { on: true, off: false }, offVariant: "off", default: { variant: "on" } } as const;
  const snapshot: Snapshot = {
    schema: "vexil/1",
    attributes,
    flags: { on },
    services: { api: { tracks: { stable: { version: "1" } }, defaultTrack: "stable" } },
  };

  test("tells of each problem once, until it is told to stop", async () => {
    const engine = await createEngine(snapshot);
    onTestFinished(() => engine.dispose());
    const told: Diagnostic[] = [];
    const stop = control.watchContexts(engine, attributes, (problem) => told.push(problem));
    for (const unit of ["a", "b"]) engine.boolean("on", { targetingKey: unit, country: 49 }, false);
    engine.route("api", { visitor: "v", contry: "DE" });
    engine.context({ city: "Bonn" }).boolean("on", false);
    engine.all({ ignored: true });
    expect(brief(told)).toEqual([["wrong-type", "/country"], ["undeclared-attribute", "/contry"], ["undeclared-attribute", "/city"]]);
    const none = { country: { type: "text" } } as unknown as AttributeDeclarations;
    expect(() => control.watchContexts(engine, none)).toThrow(InputError);
    stop();
    engine.boolean("on", { street: "Gate" }, false);
    expect(told).toHaveLength(3);
  });

  test("warns in the console, and not without end", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    onTestFinished(() => warn.mockRestore());
    const engine = await createEngine(snapshot);
    onTestFinished(() => engine.dispose());
    control.watchContexts(engine, attributes);
    expect(engine.boolean("on", { country: true }, false)).toBe(true);
    expect(warn.mock.calls).toEqual([["vexil: [wrong-type] `country` is declared a string, and a boolean is none"]]);
    for (let name = 0; name < 1_100; name++) engine.boolean("on", { [`x${name}`]: 1 }, false);
    expect(warn).toHaveBeenCalledTimes(1_000);
  });
});

describe("what browsers get", () => {
  test.each(read("client") as readonly ClientCase[])("$why", async ({ snapshot, expect: expected, diagnostics, refused }) => {
    const ask = () => control.clientSnapshot({ snapshot: JSON.stringify(snapshot) });
    if (refused) {
      expect(ask).toThrow(RejectionError);
      expect(brief(thrownBy(ask).diagnostics)).toEqual(refused);
      return;
    }
    const client = ask();
    expect(JSON.parse(client.text)).toEqual(expected);
    expect(brief(client.diagnostics)).toEqual(diagnostics);
    const engine = await createEngine(client.text);
    onTestFinished(() => engine.dispose());
    expect(engine.diagnostics.filter(({ severity }) => severity !== "warning")).toEqual([]);
    if (client.kills !== null) expect(engine.kill(client.kills)).toEqual([]);
  });

  test("S1-05: is published of an environment, unless it would show what is private", () => {
    const journal = control.begin();
    onTestFinished(() => journal.dispose());
    let id = 0;
    const carryOut = (action: Parameters<typeof journal.handle>[0]["action"]) => journal.handle({ id: `c-${++id}`, actor: "ada", action }, 1_767_225_600_000 + id);
    carryOut({ type: "createWorkspace", lineage: "7f3a", environments: ["production"] });
    carryOut({ type: "create", part: "attribute", key: "email", value: { type: "string", private: true } });
    const value = (audience: string) => ({
      audience,
      variants: { on: true, off: false },
      offVariant: "off",
      rules: [{ id: "staff", when: { attribute: "email", op: "exists" }, serve: { variant: "on" } }],
      default: { variant: "off" },
    });
    carryOut({ type: "create", part: "flag", key: "menu", value: value("server") });
    carryOut({ type: "kill", environment: "production", targets: [{ flag: "menu" }] });
    expect(JSON.parse(journal.publish("production") ?? "")).toMatchObject({ attributes: { email: { private: true } } });
    const client = journal.publishClient("production");
    expect(JSON.parse(client?.text ?? "")).toMatchObject({ flags: {}, kills: { flags: [] } });
    expect(JSON.parse(client?.kills ?? "")).toMatchObject({ environment: "production", lineage: "7f3a", flags: [] });
    expect(journal.publishClient("staging")).toBeUndefined();
    carryOut({ type: "change", part: "flag", key: "menu", set: { audience: "client" } });
    expect(brief(thrownBy(() => journal.publishClient("production")).diagnostics)).toEqual([["private-attribute", "/flags/menu/rules/0/when"]]);
  });
});

function thrownBy(action: () => unknown): RejectionError {
  try {
    action();
  } catch (error) {
    if (error instanceof RejectionError) return error;
  }
  throw new Error("nothing was refused");
}
