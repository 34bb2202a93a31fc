/** What a request says, as attributes: through every engine the same as if it were a plain object. */

import { describe, expect, test } from "vitest";

import { requestContext } from "../../src/edge.js";
import { createEngine } from "../../src/node.js";
import type { Condition } from "../../src/node.js";
import { engineOf, forcedWhen, visitorId } from "./support.js";

const request = new Request("https://shop.example/a%20b/c?x=/y#z", {
  method: "PUT",
  headers: {
    "X-Track": "canary",
    accept: "text/html, */*",
    cookie: 'track=canary; session=a=b; quoted="x"; =nameless; lonely; __proto__=p; track=second',
  },
});

async function holds(when: Condition, context = requestContext(request)): Promise<boolean> {
  const flag = { variants: { on: true, off: false }, offVariant: "off", rules: [{ id: "r", when, serve: { variant: "on" } }], default: { variant: "off" } } as const;
  const engine = await createEngine({ schema: "vexil/1", flags: { flag } });
  const answers = [engine.boolean("flag", context, false), engine.context(context).boolean("flag", false)];
  expect(answers[0], "a context that is kept says the same").toBe(answers[1]);
  engine.dispose();
  return answers[0] as boolean;
}

const is = (attribute: string, value: string): Condition => ({ attribute, op: "eq", value });
const exists = (attribute: string): Condition => ({ attribute, op: "exists" });

describe("the attributes of a request", () => {
  test.each([
    ["headers.x-track", "canary"],
    ["headers.accept", "text/html, */*"],
    ["cookies.track", "canary"],
    ["cookies.session", "a=b"],
    ["cookies.quoted", '"x"'],
    ["cookies.__proto__", "p"],
    ["path", "/a%20b/c"],
    ["method", "PUT"],
  ])("%s is `%s`", async (attribute, value) => {
    expect(await holds(is(attribute, value))).toBe(true);
    expect(await holds(is(attribute, `${value}x`))).toBe(false);
  });

  test.each([
    "headers.X-Track",
    "headers.x-other",
    "headers.toString",
    "headers.constructor",
    "headers.__proto__",
    "headers.not a name",
    "headers.",
    "headers.x-track.length",
    "cookies.lonely",
    "cookies.Track",
    "cookies.toString",
    "cookies.",
    "visitor",
    "country",
  ])("%s is missing", async (attribute) => {
    expect(await holds(exists(attribute))).toBe(false);
  });

  test("`headers` and `cookies` themselves exist", async () => {
    expect(await holds({ all: [exists("headers"), exists("cookies")] })).toBe(true);
  });

  test.each([
    ["https://shop.example", "/"],
    ["https://shop.example?x", "/"],
    ["https://shop.example//evil.example/a", "//evil.example/a"],
    ["https://shop.example/?a=1", "/"],
    ["http://[::1]:8080/a/../b", "/b"],
  ])("the path of %s is `%s`", (url, path) => {
    expect(requestContext(new Request(url))["path"]).toBe(path);
  });

  test("they read nothing that is not asked for, and copy nothing", () => {
    let looks = 0;
    const headers = new Proxy(request.headers, {
      get(target, name) {
        looks++;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
    const context = requestContext({ url: request.url, method: "GET", headers } as unknown as Request);
    expect([context["path"], looks]).toEqual(["/a%20b/c", 0]);
    expect([(context["headers"] as { [name: string]: string })["x-track"], looks]).toEqual(["canary", 1]);
  });

  test("they look like a plain object, and cannot be changed", () => {
    const { headers, cookies } = requestContext(request) as { [name: string]: { [name: string]: string } };
    expect(JSON.parse(JSON.stringify(cookies))).toEqual(JSON.parse('{"track":"canary","session":"a=b","quoted":"\\"x\\"","__proto__":"p"}'));
    expect(Object.keys(headers ?? {}).sort()).toEqual(["accept", "cookie", "x-track"]);
    expect("x-track" in (headers ?? {})).toBe(true);
    expect(() => ((headers as { [name: string]: string })["x-track"] = "stable")).toThrow(TypeError);
    expect(() => ((headers as { [name: string]: string })["x-new"] = "new")).toThrow(TypeError);
    expect([headers?.["x-track"], headers?.["x-new"]]).toEqual(["canary", undefined]);
    // All of them stand for the same object underneath: nothing must get through to it.
    expect(Object.keys(requestContext(new Request("https://a.example/"))["headers"] as object)).toEqual([]);
  });
});

describe("attributes of your own", () => {
  test("are attributes, and cannot take the place of what the request says", async () => {
    const attributes = { targetingKey: "ada", country: "DE", headers: { "x-track": "mine" }, cookies: {}, path: "/mine", method: "GET", visitor: "mine" };
    const context = requestContext(request, { visitor: visitorId(1), attributes });
    const expected = { targetingKey: "ada", country: "DE", path: "/a%20b/c", method: "PUT", visitor: visitorId(1) };
    expect(context).toMatchObject(expected);
    expect(await holds(is("headers.x-track", "canary"), context)).toBe(true);
  });

  test("take the place of a single header or cookie by its whole key", async () => {
    const context = requestContext(request, { attributes: { "headers.x-track": "stable" } });
    expect(await holds(is("headers.x-track", "stable"), context)).toBe(true);
    expect(await holds(is("headers.accept", "text/html, */*"), context)).toBe(true);
  });

  test("say the country where the platform does not", () => {
    const onCloudflare = Object.defineProperty(new Request("https://a.example/"), "cf", { value: { country: "FR" } });
    expect(requestContext(onCloudflare)["country"]).toBe("FR");
    expect(requestContext(onCloudflare, { attributes: { country: "DE" } })["country"]).toBe("DE");
    const claimed = new Request("https://a.example/", { headers: { "cf-ipcountry": "FR", "x-vercel-ip-country": "FR" } });
    expect(requestContext(claimed)["country"]).toBe(undefined);
  });
});

test("the same context routes and evaluates flags", async () => {
  const engine = await engineOf(0, forcedWhen("headers.x-track", "canary"));
  expect(engine.route("api", requestContext(request, { visitor: visitorId(1) }))).toMatchObject({ track: "canary", rule: "forced" });
  expect(engine.context(requestContext(request)).route("api")).toMatchObject({ track: "canary", rule: "forced" });
});
