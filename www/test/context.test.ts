import { expect, test } from "vitest";
import { unitOf, visitorOf } from "../src/crowd/visitors.js";
import { lookedUp, put } from "../src/visitor/context.js";
import { convertedTo, readAs, shownAs, typeOf } from "../src/visitor/fields.js";

test("an attribute is found as a whole own key, or else step by step", () => {
  const context = { "a.b": 1, a: { b: 2, c: { d: 3 } }, list: [{ x: 1 }] };
  expect(["a.b", "a.c.d", "a.c.e", "list.0.x", "toString"].map((path) => lookedUp(context, path))).toEqual([
    1,
    3,
    undefined,
    undefined,
    undefined,
  ]);
});

test("an attribute is written where it is found, and what is left empty goes with it", () => {
  expect(put({}, "device.os", "iOS")).toEqual({ device: { os: "iOS" } });
  expect(put({ "device.os": "x" }, "device.os", "iOS")).toEqual({ "device.os": "iOS" });
  expect(put({ device: { os: "iOS" }, a: 1 }, "device.os", undefined)).toEqual({ a: 1 });
  expect(put({ device: { os: "iOS", x: 1 } }, "device.os", undefined)).toEqual({ device: { x: 1 } });
});

test("fields give the types that they show, and convert nothing by themselves", () => {
  expect(readAs("17", "text")).toBe("17");
  expect(readAs("17", "number")).toBe(17);
  expect(readAs("seventeen", "number")).toBeUndefined();
  expect(readAs("a, b,", "list")).toEqual(["a", "b"]);
  expect(readAs(" ", "text")).toBeUndefined();
  expect(readAs('{"a":null}', "JSON")).toEqual({ a: null });
});

test("every value is shown in a field of its type and read back as it was", () => {
  for (const value of ["text", "17", 17, -1.5, true, false, ["a", "b"], [1, "b"], { a: [null] }, null]) {
    const type = typeOf(value, "text");
    expect(readAs(shownAs(value, type), type)).toEqual(value);
  }
});

test("another type keeps what can be kept", () => {
  expect(convertedTo("17", "text", "number")).toBe(17);
  expect(convertedTo(17, "number", "text")).toBe("17");
  expect(convertedTo("many", "text", "number")).toBe(0);
  expect(convertedTo("a", "text", "list")).toEqual(["a"]);
});

test("generated visitors differ in the units that the context has, and in nothing else", () => {
  const context = { targetingKey: "me", country: "DE" };
  expect(visitorOf(context, ["targetingKey", "visitor"], 1, 7)).toEqual({ targetingKey: "user-10007", country: "DE" });
  expect(unitOf("account.id", 2, 0)).toBe("id-20000");
});
