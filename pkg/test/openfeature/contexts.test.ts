/** What conditions see of OpenFeature's contexts. */

import * as server from "@openfeature/server-sdk";
import * as web from "@openfeature/web-sdk";
import { afterEach, describe, expect, test } from "vitest";

import { VexilProvider } from "../../src/openfeature-server.js";
import { VexilWebProvider } from "../../src/openfeature-web.js";
import type { Condition } from "../../src/node.js";
import { disposeAll, engineFor, flagWhen } from "../support.js";
import { type Context, SIDES } from "./sides.js";

afterEach(disposeAll);

const CASES: [string, Condition, Context][] = [
  ["a text", { attribute: "country", op: "eq", value: "DE" }, { country: "DE" }],
  ["a number", { attribute: "age", op: "gt", value: 17 }, { age: 18 }],
  ["a boolean", { attribute: "staff", op: "eq", value: true }, { staff: true }],
  ["a Date", { attribute: "since", op: "before", value: "2026-02-01T00:00:00Z" }, { since: new Date("2026-01-31T23:59:59Z") }],
  ["an object", { attribute: "account.plan.name", op: "eq", value: "pro" }, { account: { plan: { name: "pro" } } }],
  ["a Date in an object", { attribute: "account.since", op: "after", value: "2026-01-01T00:00:00Z" }, { account: { since: new Date("2026-01-01T00:00:00Z") } }],
  ["an array", { attribute: "roles", op: "containsAny", value: ["admin"] }, { roles: ["user", "admin"] }],
  ["an array in an object", { attribute: "account.roles", op: "contains", value: "admin" }, { account: { roles: ["admin"] } }],
  ["the unit", { attribute: "targetingKey", op: "eq", value: "u-1" }, { targetingKey: "u-1" }],
  ["null, which is missing", { not: { attribute: "country", op: "exists" } }, { country: null }],
  ["what has a dot in its name", { attribute: "account.plan", op: "eq", value: "pro" }, { "account.plan": "pro" }],
];

describe.each(SIDES)("on the $name", (side) => {
  afterEach(() => side.reset());

  test.each(CASES)("conditions see %s", async (_, when, context) => {
    const engine = await engineFor({ flag: flagWhen(when) });
    await side.set({ engine });
    expect(await side.details("boolean", "flag", false, context)).toMatchObject({ value: true, flagMetadata: { "vexil.rule": "rule" } });
    expect(await side.details("boolean", "flag", true, { since: new Date(NaN), roles: [], country: "" })).toMatchObject({
      value: false,
      reason: "DEFAULT",
    });
  });

  test("the context of the API counts where a call has none", async () => {
    const engine = await engineFor({ flag: flagWhen({ attribute: "country", op: "eq", value: "DE" }) });
    await side.setContext({ country: "DE" });
    await side.set({ engine });
    expect((await side.details("boolean", "flag", false)).value).toBe(true);
    await side.setContext({ country: "FR" });
    expect((await side.details("boolean", "flag", true)).value).toBe(false);
  });
});

describe("domains", () => {
  afterEach(() => Promise.all(SIDES.map((side) => side.reset())));

  test("on the server they have providers of their own", async () => {
    const [one, other] = [await engineFor({ flag: flagWhen({ all: [] }) }), await engineFor({})];
    await server.OpenFeature.setProviderAndWait(new VexilProvider({ engine: other }));
    await server.OpenFeature.setProviderAndWait("shop", new VexilProvider({ engine: one }));
    expect(await server.OpenFeature.getClient("shop").getBooleanValue("flag", false)).toBe(true);
    expect((await server.OpenFeature.getClient().getBooleanDetails("flag", false)).errorCode).toBe("FLAG_NOT_FOUND");
  });

  test("on the server one provider may serve several", async () => {
    const provider = new VexilProvider({ engine: await engineFor({ flag: flagWhen({ all: [] }) }) });
    await server.OpenFeature.setProviderAndWait(provider);
    await server.OpenFeature.setProviderAndWait("shop", provider);
    expect(await server.OpenFeature.getClient("shop").getBooleanValue("flag", false)).toBe(true);
    expect(await server.OpenFeature.getClient().getBooleanValue("flag", false)).toBe(true);
  });

  test("in a page each has the context of its own", async () => {
    const engine = await engineFor({ flag: flagWhen({ attribute: "country", op: "eq", value: "DE" }) });
    await web.OpenFeature.setProviderAndWait(new VexilWebProvider({ engine }), { country: "FR" });
    await web.OpenFeature.setProviderAndWait("shop", new VexilWebProvider({ engine }), { country: "DE" });
    const [shop, rest] = [web.OpenFeature.getClient("shop"), web.OpenFeature.getClient()];
    expect([shop.getBooleanValue("flag", false), rest.getBooleanValue("flag", false)]).toEqual([true, false]);
    await web.OpenFeature.setContext("shop", { country: "IT" });
    expect([shop.getBooleanValue("flag", false), rest.getBooleanValue("flag", false)]).toEqual([false, false]);
    await web.OpenFeature.setContext({ country: "DE" });
    expect([shop.getBooleanValue("flag", false), rest.getBooleanValue("flag", false)]).toEqual([false, true]);
  });

  test("in a page one provider cannot serve two, since it has one context", async () => {
    const provider = new VexilWebProvider({ engine: await engineFor({}) });
    await web.OpenFeature.setProviderAndWait(provider);
    expect(() => web.OpenFeature.setProvider("shop", provider)).toThrow(/more than one domain/);
  });
});
