import { readFileSync } from "node:fs";
import { createEngine } from "vexil";
import { expect, test } from "vitest";
import { EXAMPLES } from "../src/examples/examples.js";
import { attributesOf, attributesReadBy, drawnUnits } from "../src/snapshot/attributes.js";
import { optionsOf, subjectsOf } from "../src/snapshot/parts.js";
import { splitsOf } from "../src/snapshot/splits.js";

const shop: unknown = JSON.parse(readFileSync(new URL("../../examples/shop/snapshot.json", import.meta.url), "utf8"));

test("every attribute that the shop reads is found, units first, with its kind", () => {
  const kinds = Object.fromEntries(attributesOf(shop).map(({ path, kind }) => [path, kind]));
  expect(kinds).toEqual({
    targetingKey: "unit",
    visitor: "unit",
    organisation: "unit",
    email: "text",
    ip: "address",
    tags: "list",
    signedUpAt: "instant",
    plan: "text",
    "device.os": "text",
    appVersion: "version",
    "headers.save-data": "text",
    "headers.user-agent": "text",
    "headers.x-track": "text",
    country: "text",
    "cart.total": "number",
    "cart.items": "number",
    age: "number",
  });
  expect(
    attributesOf(shop)
      .slice(0, 3)
      .every(({ kind }) => kind === "unit"),
  ).toBe(true);
});

test("no attribute shows in any explanation that was not found", async () => {
  for (const { state } of EXAMPLES) {
    const engine = await createEngine(state.text);
    const document: unknown = JSON.parse(state.text);
    for (const subject of subjectsOf(document)) {
      const found = new Set(attributesReadBy(document, subject).map(({ path }) => path));
      const { kind, key } = subject;
      const explanation =
        kind === "flag" ? engine.explain(key, state.context) : engine.explainRoute(key, state.context);
      const told = [...JSON.stringify(explanation).matchAll(/"(?:by|attribute)":"([^"]*)"/g)].map(
        ([, path]) => path ?? "",
      );
      expect([key, told.filter((path) => !found.has(path))]).toEqual([key, []]);
    }
  }
});

test("values that are compared with are hints", () => {
  const hints = attributesOf(shop).find(({ path }) => path === "plan")?.hints;
  expect(hints).toEqual(["pro", "plus", "free"]);
});

test("units that are drawn are those of splits, layers and holdouts", () => {
  expect(drawnUnits(shop).sort()).toEqual(["organisation", "targetingKey", "visitor"]);
  const service = {
    services: { api: { split: { weights: [] }, rules: [{ layer: { key: "l" } }] } },
    layers: { l: { by: "account" } },
  };
  expect(drawnUnits(service).sort()).toEqual(["account", "visitor"]);
});

test("what is broken in a document is passed over, and circles end", () => {
  const broken = {
    flags: {
      a: { rules: [null, 7, { when: { all: "x" } }, { when: { segment: "s" } }], prerequisites: [{ flag: "a" }, 3] },
      b: "no flag",
    },
    segments: { s: { when: { any: [{ segment: "s" }, { attribute: "x", op: 3 }] } } },
    rings: "none",
  };
  expect(attributesOf(broken)).toEqual([{ path: "x", kind: "text", hints: [] }]);
  expect(attributesOf(undefined)).toEqual([]);
});

test("what a document declares of an attribute counts before what its operators tell", () => {
  const when = { all: ["age", "at", "since", "plan.seats", "company"].map((attribute) => ({ attribute, op: "exists" })) };
  const document = {
    attributes: { age: { type: "number" }, at: { type: "instant" }, since: { type: "of old" }, "plan.seats": { type: "object" }, company: { type: "string" } },
    flags: { f: { rules: [{ id: "r", when, serve: { split: { by: "company" } } }] } },
  };
  const kinds = attributesOf(document).map(({ path, kind }) => [path, kind]);
  expect(kinds).toEqual([["company", "unit"], ["age", "number"], ["at", "instant"], ["since", "text"], ["plan.seats", "text"]]);
});

/** Every document that differs from one in a single value, which is something else there. */
function* damaged(value: unknown): Generator<unknown> {
  yield* [null, 7, "x", [], {}, [null]];
  if (Array.isArray(value)) {
    for (const [index, element] of value.entries())
      for (const other of damaged(element)) yield value.with(index, other);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, member] of Object.entries(value))
      for (const other of damaged(member)) yield { ...value, [key]: other };
  }
}

test("whatever is broken, the rest is found", () => {
  let documents = 0;
  for (const { state } of EXAMPLES.slice(0, 5)) {
    for (const document of damaged(JSON.parse(state.text))) {
      documents++;
      expect(() => [attributesOf(document), drawnUnits(document)]).not.toThrow();
      for (const subject of subjectsOf(document))
        expect(() => [splitsOf(document, subject), optionsOf(document, subject)]).not.toThrow();
    }
  }
  expect(documents).toBeGreaterThan(1_000);
});

test("splits know where their exposure stands", () => {
  const flag = {
    rules: [
      { id: "a", serve: { variant: "on" } },
      { id: "b", serve: { split: { exposure: 12.5 } } },
    ],
    default: { split: {} },
  };
  const found = splitsOf({ flags: { f: flag } }, { kind: "flag", key: "f" });
  expect(found).toEqual([
    { rule: "b", path: ["flags", "f", "rules", 1, "serve", "split"], exposure: 12.5 },
    { path: ["flags", "f", "default", "split"], exposure: 100 },
  ]);
});

test("the engine has nothing to say against any example", async () => {
  for (const { name, state } of EXAMPLES) {
    const { diagnostics } = await createEngine(state.text);
    expect([name, diagnostics]).toEqual([name, []]);
    expect(subjectsOf(JSON.parse(state.text))).toContainEqual(state.subject);
  }
});
