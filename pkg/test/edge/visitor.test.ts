/** The visitor's cookie: who gets one, what is believed, what the origin sees. */

import { describe, expect, test } from "vitest";

import { createMiddleware, visitorOf } from "../../src/edge.js";
import { engineOf, middlewareOf, requestOf, visitorId } from "./support.js";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("a visitor without a cookie (S4-18)", () => {
  test("gets a random id, which the origin sees in the same request", async () => {
    const { handle, asked } = middlewareOf({ engine: await engineOf(0) });
    const response = await handle(new Request("https://shop.example/", { headers: { cookie: "theme=dark; a=1" } }));
    const [setCookie] = response.headers.getSetCookie();
    const [, id] = /^vexil-visitor=([^;]+); Path=\/; Max-Age=31536000; HttpOnly; Secure; SameSite=Lax$/.exec(setCookie ?? "") ?? [];
    expect(id).toMatch(UUID);
    expect(asked[0]?.request.headers.get("cookie")).toBe(`theme=dark; a=1; vexil-visitor=${id}`);
  });

  test("gets another one than the last", async () => {
    const { handle } = middlewareOf({ engine: await engineOf(0) });
    const ids = await Promise.all(Array.from({ length: 50 }, async () => (await handle(requestOf())).headers.get("set-cookie")));
    expect(new Set(ids).size).toBe(50);
  });

  test("keeps its track with the cookie that it got", async () => {
    const { handle } = middlewareOf({ engine: await engineOf(50) });
    const tracks = new Set<string>();
    for (let count = 0; count < 40; count++) {
      const first = await handle(requestOf());
      const cookie = first.headers.get("set-cookie")?.split(";")[0] ?? "";
      const again = await handle(new Request("https://shop.example/cart", { headers: { cookie } }));
      expect(await again.text()).toBe(await first.clone().text());
      expect(again.headers.get("set-cookie")).toBe(null);
      tracks.add(await first.text());
    }
    expect([...tracks].sort()).toEqual(["canary", "stable"]);
  });
});

describe("an id in a cookie", () => {
  test("is kept, and the request goes on as it came", async () => {
    const { handle, asked } = middlewareOf({ engine: await engineOf(0) });
    const cookie = `a=1;vexil-visitor=${visitorId(1)};  b="2"`;
    const response = await handle(new Request("https://shop.example/", { headers: { cookie } }));
    expect(response.headers.get("set-cookie")).toBe(null);
    expect(asked[0]?.request.headers.get("cookie")).toBe(cookie);
  });

  test("is not replaced after a login", async () => {
    const { handle, asked } = middlewareOf({ engine: await engineOf(50), attributes: () => ({ targetingKey: "ada", visitor: "ada" }) });
    for (let number = 0; number < 50; number++) {
      const response = await handle(requestOf({ visitor: visitorId(number) }));
      expect(response.headers.get("set-cookie")).toBe(null);
    }
    // All are one person, and go where their cookies say.
    expect(new Set(asked.map(({ track }) => track)).size).toBe(2);
  });

  test.each([
    ["empty", ""],
    ["too short to be random", "short"],
    ["absurdly long", "x".repeat(129)],
    ["gigantic", "x".repeat(1_000_000)],
    ["with characters that an id lacks", "visitor 000000000001"],
    ["quoted", `"${visitorId(1)}"`],
    ["a header injection", "aaaaaaaaaaaaaaaaaaaa%0d%0aSet-Cookie: a=b"],
    ["not ASCII", "ä".repeat(20)],
  ])("that is malformed is replaced by a fresh one: %s", async (_, value) => {
    const { handle, asked } = middlewareOf({ engine: await engineOf(0) });
    const response = await handle(new Request("https://shop.example/", { headers: { cookie: `a=1; vexil-visitor=${value}; b=2` } }));
    const id = /^vexil-visitor=([^;]+);/.exec(response.headers.get("set-cookie") ?? "")?.[1];
    expect(id).toMatch(UUID);
    expect(asked[0]?.request.headers.get("cookie")).toBe(`a=1; b=2; vexil-visitor=${id}`);
  });

  test.each([["x".repeat(16)], ["x".repeat(128)], ["AZaz09_-AZaz09_-"]])("of the longest, shortest and all characters is kept: %s", (id) => {
    expect(visitorOf(requestOf({ visitor: id }))).toEqual({ id });
  });

  test("that is there twice is the first that will do", () => {
    const headers = { cookie: `vexil-visitor=bad; vexil-visitor=${visitorId(1)}; vexil-visitor=${visitorId(2)}` };
    expect(visitorOf(new Request("https://shop.example/", { headers }))).toEqual({ id: visitorId(1) });
  });

  test.each(["my-vexil-visitor", "vexil-visitor2", "VEXIL-VISITOR", "a=vexil-visitor"])("of another cookie is not it: %s", (name) => {
    const headers = { cookie: `${name}=${visitorId(1)}` };
    expect(visitorOf(new Request("https://shop.example/", { headers })).id).toMatch(UUID);
  });
});

describe("the cookie", () => {
  test("is as the options say", () => {
    const options = { name: "__Secure-v", maxAge: 60, domain: "shop.example" };
    const { id, setCookie } = visitorOf(requestOf(), options);
    expect(setCookie).toBe(`__Secure-v=${id}; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=Lax; Domain=shop.example`);
    expect(visitorOf(requestOf(), { secure: false }).setCookie).not.toContain("Secure");
    expect(visitorOf(requestOf(), { name: "__Host-v" }).setCookie).toMatch(/^__Host-v=.*; Path=\/;/);
  });

  test.each([
    [{ name: "a b" }, "name of a cookie"],
    [{ name: "" }, "name of a cookie"],
    [{ name: "a;b" }, "name of a cookie"],
    [{ maxAge: 0 }, "maxAge"],
    [{ maxAge: 1.5 }, "maxAge"],
    [{ maxAge: Infinity }, "maxAge"],
    [{ domain: "a; Path=/x" }, "domain"],
    [{ name: "__Host-v", domain: "shop.example" }, "__Host-"],
    [{ name: "__Host-v", secure: false }, "HTTPS"],
    [{ name: "__Secure-v", secure: false }, "HTTPS"],
  ])("is refused where browsers would refuse it: %o", (cookie, message) => {
    const make = () => createMiddleware({ service: "api", engine: () => undefined, origins: { stable: "https://stable.example" }, cookie });
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });

  test("stands beside those of the origin, each in a header of its own", async () => {
    const headers = new Headers([
      ["set-cookie", "session=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT"],
      ["set-cookie", "theme=dark"],
    ]);
    const { handle } = middlewareOf({ engine: await engineOf(0), origins: { stable: () => new Response("", { headers }) } });
    const cookies = (await handle(requestOf())).headers.getSetCookie();
    expect(cookies).toEqual(["session=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "theme=dark", expect.stringMatching(/^vexil-visitor=/)]);
  });

  test("is set with any response: redirects, errors, and none at all", async () => {
    for (const status of [302, 304, 404, 500]) {
      const { handle } = middlewareOf({ engine: await engineOf(0), origins: { stable: () => new Response(null, { status }) } });
      const response = await handle(requestOf());
      expect([response.status, response.headers.has("set-cookie")]).toEqual([status, true]);
    }
    const { handle } = middlewareOf({ engine: await engineOf(0), origins: { stable: () => Promise.reject(new Error("down")) } });
    const response = await handle(requestOf());
    expect([response.status, response.headers.has("set-cookie")]).toEqual([502, true]);
  });
});
