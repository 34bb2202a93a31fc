/** Where requests go: by the snapshot alone, and to `stable` whenever there is no answer. */

import { describe, expect, test, vi } from "vitest";

import { createMiddleware, type Router } from "../../src/edge.js";
import { createEngine } from "../../src/node.js";
import * as slim from "../../src/node-slim.js";
import { rulesetOf } from "../support.js";
import { countsOf, deferred, engineOf, forcedWhen, middlewareOf, requestOf, serviceOf, snapshotOf, visitorId } from "./support.js";

describe("a request goes to the track", () => {
  test("that the split gives its visitor, the same in both artifacts", async () => {
    const engines = [await engineOf(30), await slim.createEngine(rulesetOf(snapshotOf(30)))];
    const [full, other] = engines.map((engine) => middlewareOf({ engine }));
    const tracks: string[] = [];
    for (let number = 0; number < 400; number++) {
      const visitor = visitorId(number);
      const response = await full!.handle(requestOf({ visitor }));
      expect(response.headers.get("x-vexil-track")).toBe(engines[0]!.route("api", { visitor }).track);
      expect(await (await other!.handle(requestOf({ visitor }))).text()).toBe(await response.clone().text());
      tracks.push(await response.text());
    }
    const canary = tracks.filter((track) => track === "canary").length;
    // 400 draws of 30 %: five standard deviations are 46.
    expect(Math.abs(canary - 120)).toBeLessThan(46);
  });

  test.each([
    ["a header", "headers.x-track", () => requestOf({ headers: { "X-Track": "canary" } })],
    ["a cookie", "cookies.track", () => requestOf({ headers: { cookie: "track=canary" } })],
    ["the path", "path", () => requestOf({ url: "https://shop.example/canary?x=1" })],
    ["the method", "method", () => requestOf({ method: "POST", body: "x" })],
    ["an attribute of its own", "plan", () => requestOf()],
    ["the country", "country", () => Object.defineProperty(requestOf(), "cf", { value: { country: "DE" } })],
    ["the visitor", "visitor", () => requestOf({ visitor: visitorId(1) })],
  ])("that a rule of the service gives for %s, and nothing else forces", async (_, attribute, make) => {
    const values: { [attribute: string]: string } = { path: "/canary", method: "POST", plan: "pro", country: "DE", visitor: visitorId(1) };
    const attributes = () => ({ plan: "pro" });
    const withRule = middlewareOf({ engine: await engineOf(0, forcedWhen(attribute, values[attribute] ?? "canary")), attributes });
    expect(await (await withRule.handle(make())).text()).toBe("canary");
    const without = middlewareOf({ engine: await engineOf(0), attributes });
    expect(await (await without.handle(make())).text()).toBe("stable");
  });

  test("of any name that has an origin", async () => {
    const engine = await engineOf(0, {
      tracks: { stable: { version: "1" }, "канарейка": { version: "2" } },
      split: { weights: [{ track: "канарейка", weight: 1 }] },
    });
    const { handle } = middlewareOf({ engine, origins: { stable: () => new Response("a"), "канарейка": () => new Response("b") } });
    const response = await handle(requestOf());
    expect(await response.text()).toBe("b");
    // A header has no such letters.
    expect(decodeURIComponent(response.headers.get("x-vexil-track") ?? "")).toBe("канарейка");
    expect(response.headers.has("set-cookie")).toBe(true);
  });

  test("that no flag's split decides: visitors of the canary are no special users (S4-18)", async () => {
    const flag = { variants: { on: true, off: false }, offVariant: "off", default: { split: { by: "visitor", weights: [{ variant: "on", weight: 1 }, { variant: "off", weight: 1 }] } } } as const;
    // The key of the flag is that of the service: even then they are drawn apart.
    const service = { ...serviceOf(50), split: { weights: [{ track: "canary", weight: 1 }, { track: "stable", weight: 1 }] } };
    const engine = await createEngine({ schema: "vexil/1", flags: { api: flag }, services: { api: service } });
    let both = 0;
    for (let number = 0; number < 4000; number++) {
      const context = { visitor: visitorId(number) };
      if (engine.boolean("api", context, false) && engine.route("api", context).track === "canary") both++;
    }
    // Independent halves meet in a quarter; five standard deviations are 137.
    expect(Math.abs(both - 1000)).toBeLessThan(137);
  });
});

describe("without an answer of the engine `stable` answers", () => {
  const broken: { [why: string]: Parameters<typeof middlewareOf>[0]["engine"] } = {
    "no engine": () => undefined,
    "asking for it throws": () => {
      throw new Error("no snapshot");
    },
    "loading it fails": () => Promise.reject(new Error("no snapshot")),
    "it takes too long": () => new Promise<Router>(() => {}),
    "it was loaded in vain": () => Promise.resolve(undefined),
    "it throws": {
      route: () => {
        throw new Error("trap");
      },
    },
  };

  test.each(Object.entries(broken))("%s", async (_, engine) => {
    const { handle, problems, batches, asked } = middlewareOf({ engine, wait: 1 });
    const response = await handle(requestOf({ method: "POST", body: "order" }));
    expect([response.status, await response.text(), response.headers.get("x-vexil-track")]).toEqual([200, "stable", "stable"]);
    expect(await asked[0]?.request.text()).toBe("order");
    await handle.flush();
    expect(countsOf(batches)).toEqual({ "stable by default": 1 });
    expect(batches[0]?.problems).toEqual({ engine: 1, route: 0, origin: 0, attributes: 0, isError: 0, sink: 0 });
    expect(problems).toEqual([expect.stringMatching(/^engine: /)]);
  });

  test("the service is unknown", async () => {
    const { handle, problems, batches } = middlewareOf({ engine: await engineOf(100), service: "other" });
    expect(await (await handle(requestOf())).text()).toBe("stable");
    await handle.flush();
    expect(batches[0]?.problems.route).toBe(1);
    expect(problems).toEqual(["route: vexil: the snapshot has no such key"]);
  });

  test("the engine was disposed of", async () => {
    const engine = await engineOf(100);
    const { handle, problems } = middlewareOf({ engine });
    expect(await (await handle(requestOf())).text()).toBe("canary");
    engine.dispose();
    expect(await (await handle(requestOf())).text()).toBe("stable");
    expect(problems).toEqual(["route: vexil: the engine was disposed of"]);
  });

  test("the track has no origin", async () => {
    const { handle, problems, batches } = middlewareOf({ engine: await engineOf(100), origins: { stable: () => new Response("here") } });
    expect(await (await handle(requestOf())).text()).toBe("here");
    await handle.flush();
    expect(countsOf(batches)).toEqual({ "stable by default": 1 });
    expect(problems).toEqual(["origin: vexil: the track `canary` has no origin"]);
  });

  test("the track has the name of something inherited", async () => {
    const engine = { route: () => ({ track: "constructor", version: null, reason: "SPLIT" }) as const };
    const { handle } = middlewareOf({ engine });
    expect(await (await handle(requestOf())).text()).toBe("stable");
  });

  test("the service is killed", async () => {
    const engine = await engineOf(100);
    const { handle, batches } = middlewareOf({ engine });
    engine.kill({ revision: 1, services: ["api"] });
    expect(await (await handle(requestOf())).text()).toBe("stable");
    await handle.flush();
    expect(countsOf(batches)).toEqual({ "stable by default": 1 });
  });
});

describe("an engine that is still loading", () => {
  test("is waited for, if it comes soon, and asked without waiting from then on", async () => {
    const { promise, resolve } = deferred<Router>();
    let thens = 0;
    const engine: PromiseLike<Router> = {
      then(...callbacks) {
        thens++;
        return promise.then(...callbacks);
      },
    };
    const { handle, problems } = middlewareOf({ engine, wait: 60_000 });
    const first = handle(requestOf());
    resolve(await engineOf(100));
    expect(await (await first).text()).toBe("canary");
    const before = thens;
    expect(await (await handle(requestOf())).text()).toBe("canary");
    expect([thens - before, problems]).toEqual([0, []]);
  });

  test("leaves no timer behind", async () => {
    vi.useFakeTimers();
    const { handle } = middlewareOf({ engine: Promise.resolve(await engineOf(100)), wait: 60_000 });
    expect(await (await handle(requestOf())).text()).toBe("canary");
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  test("is used once it is there, though the first requests went on without it", async () => {
    const { promise, resolve } = deferred<Router>();
    const { handle } = middlewareOf({ engine: () => promise, wait: 1 });
    expect(await (await handle(requestOf())).text()).toBe("stable");
    resolve(await engineOf(100));
    expect(await (await handle(requestOf())).text()).toBe("canary");
  });

  test("can fail and be another one later", async () => {
    const engines = [Promise.reject<Router>(new Error("offline")), engineOf(100)];
    const { handle } = middlewareOf({ engine: () => engines.shift() });
    expect(await (await handle(requestOf())).text()).toBe("stable");
    expect(await (await handle(requestOf())).text()).toBe("canary");
  });
});

describe("attributes of the application", () => {
  test("may come by a promise", async () => {
    const { handle } = middlewareOf({ engine: await engineOf(0, forcedWhen("plan", "pro")), attributes: async () => ({ plan: "pro" }) });
    expect(await (await handle(requestOf())).text()).toBe("canary");
  });

  test("are told the visitor", async () => {
    const seen: string[] = [];
    const { handle } = middlewareOf({ engine: await engineOf(0), attributes: (_, visitor) => void seen.push(visitor) });
    await handle(requestOf({ visitor: visitorId(7) }));
    expect(seen).toEqual([visitorId(7)]);
  });

  const failing = {
    "throw": () => {
      throw new Error("session");
    },
    "reject": () => Promise.reject(new Error("session")),
    "take too long": () => new Promise<{ plan: string }>(() => {}),
  };
  test.each(Object.entries(failing))("that %s are ignored and counted", async (_, attributes) => {
    const { handle, batches, problems } = middlewareOf({ engine: await engineOf(100), attributes, wait: 1 });
    expect(await (await handle(requestOf())).text()).toBe("canary");
    await handle.flush();
    expect(batches[0]?.problems.attributes).toBe(1);
    expect(problems).toEqual([expect.stringMatching(/^attributes: /)]);
  });
});

describe("a callback that throws", () => {
  test("`onProblem` makes no more problems", async () => {
    const onProblem = () => {
      throw new Error("logger");
    };
    const { handle } = middlewareOf({ engine: () => undefined, onProblem });
    expect(await (await handle(requestOf())).text()).toBe("stable");
  });

  test("`isError` is counted, and the status decides", async () => {
    const isError = () => {
      throw new Error("mine");
    };
    const { handle, batches } = middlewareOf({ engine: () => undefined, isError, origins: { stable: () => new Response("", { status: 503 }) } });
    expect((await handle(requestOf())).status).toBe(503);
    await handle.flush();
    expect(batches[0]?.problems.isError).toBe(1);
    expect(batches[0]?.rows[0]?.errors.status).toBe(1);
  });
});

describe("the header with the track", () => {
  test("has another name, or none", async () => {
    const engine = await engineOf(100);
    const named = await middlewareOf({ engine, header: "X-Served-By" }).handle(requestOf());
    expect([named.headers.get("x-served-by"), named.headers.get("x-vexil-track")]).toEqual(["canary", null]);
    const without = await middlewareOf({ engine, header: false }).handle(requestOf());
    expect([...without.headers.keys()].filter((name) => name.startsWith("x-"))).toEqual([]);
  });

  test("takes the place of the origin's", async () => {
    const origins = { stable: () => new Response("", { headers: { "x-vexil-track": "green" } }) };
    const response = await middlewareOf({ engine: () => undefined, origins }).handle(requestOf());
    expect(response.headers.get("x-vexil-track")).toBe("stable");
  });
});

describe("options that cannot be meant are refused", () => {
  const engine = () => undefined;
  test.each([
    ["no stable origin", { service: "api", engine, origins: { canary: "https://c.example" } }, "`origins` lacks `stable`"],
    ["no address", { service: "api", engine, origins: { stable: "stable.example" } }, "the origin of `stable`"],
    ["another protocol", { service: "api", engine, origins: { stable: "ftp://stable.example" } }, "the origin of `stable`"],
    ["a query", { service: "api", engine, origins: { stable: "https://s.example", canary: "https://c.example/?a=1" } }, "the origin of `canary`"],
    ["credentials", { service: "api", engine, origins: { stable: "https://a:b@s.example" } }, "the origin of `stable`"],
    ["the name of a header", { service: "api", engine, origins: { stable: "https://s.example" }, header: "not a name" }, "not a name"],
  ])("%s", (_, options, message) => {
    const make = () => createMiddleware(options as unknown as Parameters<typeof createMiddleware>[0]);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });
});
