/** What an origin gets and what comes back, with a real server and the platform's fetch. */

import type { RequestListener } from "node:http";
import { gzipSync } from "node:zlib";

import { afterEach, describe, expect, test } from "vitest";

import { type Middleware, type MiddlewareOptions } from "../../src/edge.js";
import { deferred, middlewareOf, requestOf, visitorId } from "./support.js";
import { mirror, type Seen, type Upstream, upstreamOf } from "./upstream.js";

const upstreams: Upstream[] = [];
afterEach(() => {
  for (const { kill } of upstreams.splice(0)) kill();
});

/** A middleware in front of a server, with what else is to be said. */
async function inFrontOf(listener: RequestListener, options: Partial<MiddlewareOptions> = {}, path = ""): Promise<Middleware> {
  const upstream = await upstreamOf(listener);
  upstreams.push(upstream);
  return middlewareOf({ engine: () => undefined, origins: { stable: upstream.url + path }, ...options }).handle;
}

/** A body of which nobody knows the length before. */
function streamOf(...chunks: string[]): RequestInit {
  const body = new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });
  return { method: "POST", body, duplex: "half" } as RequestInit;
}

async function seenOf(handle: Middleware, request: Request): Promise<Seen> {
  return (await (await handle(request)).json()) as Seen;
}

describe("an origin gets", () => {
  test.each(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])("the method: %s", async (method) => {
    const seen = await seenOf(await inFrontOf(mirror), requestOf({ method, ...(method !== "GET" && { body: "some" }) }));
    expect([seen.method, seen.body]).toEqual([method, method === "GET" ? "" : "some"]);
  });

  test.each([
    ["/a/b?c=d&e=%20f", "", "/a/b?c=d&e=%20f"],
    ["", "", "/"],
    ["?q", "", "/?q"],
    ["/a#fragment", "", "/a"],
    ["//evil.example/x", "", "//evil.example/x"],
    ["/a/../b", "", "/b"],
    ["/a", "/base", "/base/a"],
    ["/a?b=/c", "/base/", "/base/a?b=/c"],
  ])("the path and query: %s after %s", async (target, path, expected) => {
    const handle = await inFrontOf(mirror, {}, path);
    expect((await seenOf(handle, requestOf({ url: `https://shop.example${target}` }))).url).toBe(expected);
  });

  test("the headers, but for those of the connection, and its own host", async () => {
    const headers = new Headers({
      accept: "text/html",
      authorization: "Bearer t",
      "x-odd": "a, b",
      "if-none-match": '"e"',
      range: "bytes=0-1",
      connection: "close, x-odd",
      "keep-alive": "timeout=5",
      te: "trailers",
      trailer: "x",
      "transfer-encoding": "chunked",
      "proxy-authorization": "Basic x",
      upgrade: "h2c",
      expect: "100-continue",
      host: "shop.example:8443",
    });
    const handle = await inFrontOf(mirror);
    const { headers: seen } = await seenOf(handle, requestOf({ headers, visitor: visitorId(1) }));
    expect(seen).toMatchObject({ accept: "text/html", authorization: "Bearer t", "if-none-match": '"e"', range: "bytes=0-1" });
    // What a client calls a header of the connection is passed on: else it could take away what a proxy added.
    expect(seen["x-odd"]).toBe("a, b");
    expect(seen["host"]).toMatch(/^127\.0\.0\.1:/);
    expect([seen["x-forwarded-host"], seen["x-forwarded-proto"]]).toEqual(["shop.example:8443", "https"]);
    for (const name of ["te", "trailer", "proxy-authorization", "upgrade", "expect"]) expect(seen, name).not.toHaveProperty(name);
  });

  test("what proxies before have said of the host", async () => {
    const headers = { "x-forwarded-host": "www.shop.example", "x-forwarded-proto": "http", "x-forwarded-for": "192.0.2.1" };
    expect((await seenOf(await inFrontOf(mirror), requestOf({ headers }))).headers).toMatchObject(headers);
  });

  test("the body while it comes in", async () => {
    let chunks = 0;
    const first = deferred<void>();
    const handle = await inFrontOf((request, response) => {
      request.on("data", () => {
        // The second half is sent once the first has arrived.
        if (++chunks === 1) first.resolve();
      });
      request.on("end", () => response.end(String(chunks)));
    });
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const answer = handle(requestOf({ method: "POST", body: readable, duplex: "half" } as RequestInit));
    const writer = writable.getWriter();
    await writer.write(new TextEncoder().encode("first"));
    await first.promise;
    await writer.write(new TextEncoder().encode("second"));
    await writer.close();
    expect(await (await answer).text()).toBe("2");
  });

  test("the length of a body, where the visitor said it", async () => {
    const handle = await inFrontOf(mirror);
    const known = await seenOf(handle, requestOf({ ...streamOf("abc"), headers: { "content-length": "3" } }));
    expect([known.headers["content-length"], known.headers["transfer-encoding"], known.body]).toEqual(["3", undefined, "abc"]);
    const unknown = await seenOf(handle, requestOf(streamOf("abc")));
    expect([unknown.headers["content-length"], unknown.headers["transfer-encoding"]]).toEqual([undefined, "chunked"]);
  });
});

describe("a visitor gets", () => {
  test("redirects, and follows them by itself", async () => {
    const handle = await inFrontOf((_, response) => response.writeHead(302, { location: "/next" }).end());
    const response = await handle(requestOf());
    expect([response.status, response.headers.get("location")]).toEqual([302, "/next"]);
  });

  test.each([204, 205, 304])("a response without a body: %i", async (status) => {
    const handle = await inFrontOf((_, response) => response.writeHead(status, { etag: '"e"' }).end());
    const response = await handle(requestOf({ headers: { "if-none-match": '"e"' } }));
    expect([response.status, response.headers.get("etag"), response.body]).toEqual([status, '"e"', null]);
    expect(response.headers.get("x-vexil-track")).toBe("stable");
  });

  test("what `HEAD` says of a body that is not sent", async () => {
    const handle = await inFrontOf((_, response) => response.writeHead(200, { "content-length": "1234", "content-encoding": "gzip" }).end());
    const response = await handle(requestOf({ method: "HEAD" }));
    expect([response.headers.get("content-length"), response.headers.get("content-encoding")]).toEqual(["1234", "gzip"]);
    expect(await response.text()).toBe("");
  });

  test("what `HEAD` says of a compressed body also where the platform has an empty one for it", async () => {
    const fetch = async () => new Response("", { headers: { "content-encoding": "gzip" } });
    const { handle } = middlewareOf({ engine: () => undefined, origins: { stable: "https://stable.example" }, host: { fetch } });
    expect((await handle(requestOf({ method: "HEAD" }))).headers.get("content-encoding")).toBe("gzip");
    expect((await handle(requestOf())).headers.get("content-encoding")).toBe(null);
  });

  test("any status and its text", async () => {
    const handle = await inFrontOf((_, response) => response.writeHead(418, "Short and stout").end("tea"));
    const response = await handle(requestOf());
    expect([response.status, response.statusText, await response.text()]).toEqual([418, "Short and stout", "tea"]);
  });

  test("a response that cannot be changed as it is", async () => {
    // A response can have such a status, but none can be made.
    const odd = Object.defineProperty(new Response("odd"), "status", { value: 999 });
    const { handle } = middlewareOf({ engine: () => undefined, origins: { stable: () => odd } });
    const response = await handle(requestOf());
    expect([response, await response.text()]).toEqual([odd, "odd"]);
  });

  test("a copy: what an origin keeps is not changed", async () => {
    const kept = new Response(null, { headers: { connection: "close" } });
    const { handle } = middlewareOf({ engine: () => undefined, origins: { stable: () => kept } });
    expect((await handle(requestOf())).headers.get("connection")).toBe(null);
    expect([...kept.headers]).toEqual([["connection", "close"]]);
  });

  test("cookies and headers one by one, but for those of the connection", async () => {
    const handle = await inFrontOf((_, response) => {
      response.setHeader("set-cookie", ["a=1; Path=/", "b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT"]);
      response.writeHead(200, { connection: "close", "proxy-authenticate": "Basic", vary: "accept, cookie", "x-a": "1" }).end("text");
    });
    const response = await handle(requestOf({ visitor: visitorId(1) }));
    expect(response.headers.getSetCookie()).toEqual(["a=1; Path=/", "b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT"]);
    expect([response.headers.get("vary"), response.headers.get("x-a")]).toEqual(["accept, cookie", "1"]);
    for (const name of ["connection", "keep-alive", "transfer-encoding", "proxy-authenticate"]) {
      expect(response.headers.has(name), name).toBe(false);
    }
  });

  test("a body while it comes in, and ending it ends it at the origin", async () => {
    const closed = deferred<void>();
    const handle = await inFrontOf((_, response) => {
      response.on("close", closed.resolve);
      response.write("first");
    });
    const response = await handle(requestOf());
    const reader = response.body!.getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe("first");
    await reader.cancel();
    await closed.promise;
  });

  test("a body that can be read, though the origin compresses unasked", async () => {
    const text = "compress me ".repeat(100);
    let asked: string | string[] | undefined;
    const handle = await inFrontOf((request, response) => {
      asked = request.headers["accept-encoding"];
      const body = gzipSync(text);
      response.writeHead(200, { "content-encoding": "gzip", "content-length": body.length }).end(body);
    });
    const response = await handle(requestOf({ headers: { "accept-encoding": "gzip, br" } }));
    expect(asked).toBe("identity");
    expect([response.headers.get("content-encoding"), response.headers.get("content-length")]).toEqual([null, null]);
    expect(await response.text()).toBe(text);
  });

  test.each([
    ["asked", "identity"],
    ["never", "gzip, br"],
  ] as const)("a body as it is, where the platform does not decode it: %s", async (decodes, expected) => {
    let asked: string | string[] | undefined;
    const handle = await inFrontOf(
      (request, response) => {
        asked = request.headers["accept-encoding"];
        response.writeHead(200, { "content-encoding": "gzip", "content-length": "20" }).end(gzipSync(""));
      },
      { host: { decodes } },
    );
    const response = await handle(requestOf({ headers: { "accept-encoding": "gzip, br" } }));
    expect([asked, response.headers.get("content-encoding"), response.headers.get("content-length")]).toEqual([expected, "gzip", "20"]);
  });

  test("a body in a coding that the platform does not know as it is", async () => {
    const handle = await inFrontOf((_, response) => response.writeHead(200, { "content-encoding": "x-own", "content-length": "3" }).end("abc"));
    const response = await handle(requestOf());
    expect([response.headers.get("content-encoding"), response.headers.get("content-length")]).toEqual(["x-own", "3"]);
  });
});

describe("an origin that is a function", () => {
  test("gets a request as it came, and the original", async () => {
    const original = requestOf({ method: "POST", body: "order", headers: { host: "shop.example", connection: "close" }, visitor: visitorId(1) });
    const { handle, asked } = middlewareOf({ engine: () => undefined });
    await handle(original);
    const { request } = asked[0]!;
    expect([request.url, request.method, request.redirect, await request.text()]).toEqual(["https://shop.example/", "POST", "manual", "order"]);
    expect(request.headers.get("cookie")).toBe(`vexil-visitor=${visitorId(1)}`);
    const get = requestOf();
    const { handle: other } = middlewareOf({ engine: () => undefined, origins: { stable: (_, given) => Response.json({ same: given === get }) } });
    expect(await (await other(get)).json()).toEqual({ same: true });
  });

  test("has what it throws counted like an origin that is down", async () => {
    const origins = {
      stable: () => {
        throw new Error("bug");
      },
    };
    const { handle, batches } = middlewareOf({ engine: () => undefined, origins });
    expect((await handle(requestOf())).status).toBe(502);
    await handle.flush();
    expect(batches[0]?.rows[0]?.errors).toEqual({ status: 0, network: 1, timeout: 0 });
  });
});
