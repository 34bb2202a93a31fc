/** The middleware in workerd, in front of two real servers: what visitors see while canaries grow, die and stream. */

import { createHash, randomBytes } from "node:crypto";
import { type IncomingMessage, request as send, type RequestListener, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { gzipSync } from "node:zlib";

import type { Miniflare } from "miniflare";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type Batch, countOf, mergeRows } from "../../src/edge.js";
import { type Answer, Browser, type Client, clientOf, forEach } from "./client.js";
import { countsOf, deferred, forcedWhen, rowsOf, snapshotOf } from "./support.js";
import { mirror, type Seen, type Upstream, upstreamOf } from "./upstream.js";
import { workerdOf } from "./workerd/run.js";

let stable: Upstream;
let canary: Upstream;
let workerd: Miniflare;
let url: URL;
let client: Client;
/** What both servers do; tests replace it. */
let serve: (track: string, request: IncomingMessage, response: ServerResponse) => void;

const saysTrack: typeof serve = (track, _, response) => void response.end(track);
const listenerOf =
  (track: string): RequestListener =>
  (request, response) =>
    serve(track, request, response);

beforeAll(async () => {
  serve = saysTrack;
  [stable, canary] = await Promise.all([upstreamOf(listenerOf("stable")), upstreamOf(listenerOf("canary"))]);
  workerd = await workerdOf("worker.ts", { bindings: { STABLE: stable.url, CANARY: canary.url } });
  url = await workerd.unsafeGetDirectURL();
  client = clientOf(url);
});

afterAll(async () => {
  await workerd?.dispose();
  stable?.kill();
  canary?.kill();
});

async function publish(share: number, rest = {}): Promise<void> {
  const { text } = await client("/--snapshot", { method: "PUT" }, JSON.stringify(snapshotOf(share, rest)));
  expect(text).toBe("replaced");
}

async function batches(): Promise<Batch[]> {
  return JSON.parse((await client("/--batches")).text) as Batch[];
}

test("without a snapshot everything is answered by stable", async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => client("/")));
  expect(answers.map(({ status, text, headers }) => [status, text, headers["x-vexil-track"]])).toEqual(Array(20).fill([200, "stable", "stable"]));
  expect((await batches()).reduce((sum, { problems }) => sum + problems.engine, 0)).toBe(20);
});

test("a canary grows from 5 to 100 percent under load: shares are right, nobody goes back, nothing is dropped or uncounted", async () => {
  serve = saysTrack;
  const VISITORS = 5000;
  /** From here on a stage's requests meet the next snapshot. */
  const REPLACED_AT = 4500;
  const stages = [5, 25, 50, 100];
  const visitors = Array.from({ length: VISITORS }, () => ({ browser: new Browser(client), onCanary: false }));
  const seen: { [track: string]: number } = { stable: 0, canary: 0 };
  let wentBack = 0;
  await publish(stages[0] as number);
  for (const [stage, share] of stages.entries()) {
    const next = stages[stage + 1];
    let replacing: Promise<void> | undefined;
    let onCanary = 0;
    await forEach(visitors, 48, async (visitor, index) => {
      if (index === REPLACED_AT && next !== undefined) replacing = publish(next);
      const before = visitor.browser.cookie;
      const { status, text, headers } = await visitor.browser.get(`/page/${index}`);
      expect([status, headers["x-vexil-track"]]).toEqual([200, text]);
      if (stage > 0) expect(visitor.browser.cookie).toBe(before);
      if (visitor.onCanary && text !== "canary") wentBack++;
      visitor.onCanary = text === "canary";
      if (visitor.onCanary && index < REPLACED_AT) onCanary++;
      seen[text] = (seen[text] as number) + 1;
    });
    await replacing;
    // Visitors are drawn independently: five standard deviations are once in two million runs.
    const p = share / 100;
    expect(Math.abs(onCanary - REPLACED_AT * p), `canary at ${share} %`).toBeLessThanOrEqual(5 * Math.sqrt(REPLACED_AT * p * (1 - p)));
  }
  expect(wentBack).toBe(0);
  expect((seen["stable"] as number) + (seen["canary"] as number)).toBe(20_000);
  // What was counted in the worker is what the visitors saw.
  const counted = await batches();
  expect(countsOf(counted)).toEqual({ "stable by split": seen["stable"], "canary by split": seen["canary"] });
  const rows = mergeRows(rowsOf(counted));
  for (const { requests, statuses, latency, errors } of rows) {
    expect([statuses, countOf(latency), errors]).toEqual([{ 200: requests }, requests, { status: 0, network: 0, timeout: 0 }]);
  }
  expect(counted.every(({ lost }) => lost === 0)).toBe(true);
});

test("many requests at once are all in flight at once", async () => {
  const AT_ONCE = 400;
  await publish(50);
  const held: ServerResponse[] = [];
  serve = (track, _, response) => {
    response.setHeader("x-server", track);
    // None is answered before all have come.
    if (held.push(response) === AT_ONCE) for (const response of held) response.end("answered");
  };
  const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => client("/")));
  expect(answers.every(({ status, text, headers }) => status === 200 && text === "answered" && headers["x-server"] === headers["x-vexil-track"])).toBe(true);
  expect(new Set(answers.map(({ headers }) => headers["x-vexil-track"])).size).toBe(2);
});

describe("what goes through", () => {
  /** A request to the canary, forced by a rule. */
  const toCanary = (path: string, options: { readonly [option: string]: unknown } = {}, body?: string | Uint8Array): Promise<Answer> =>
    client(path, { ...options, headers: { "x-track": "canary", ...(options["headers"] as object) } }, body);

  beforeAll(() => publish(0, forcedWhen("headers.x-track", "canary")));

  test("method, path, query, headers and body", async () => {
    serve = (_, request, response) => void mirror(request, response);
    const headers = { cookie: "a=1", accept: "text/html", "accept-encoding": "gzip, br", te: "trailers", "x-odd": "1, 2", host: "shop.example" };
    const { text, headers: answered } = await toCanary("/a%20b/c?d=e&f", { method: "PUT", headers }, "order");
    expect(answered["x-vexil-track"]).toBe("canary");
    const seen = JSON.parse(text) as Seen;
    expect([seen.method, seen.url, seen.body]).toEqual(["PUT", "/a%20b/c?d=e&f", "order"]);
    const host = new URL(canary.url).host;
    expect(seen.headers).toMatchObject({ accept: "text/html", "accept-encoding": "gzip, br", "x-odd": "1, 2", host, "content-length": "5" });
    expect(seen.headers).toMatchObject({ "x-forwarded-host": "shop.example", "x-forwarded-proto": "http" });
    expect(seen.headers).not.toHaveProperty("te");
    const [, id] = /^vexil-visitor=([^;]+)/.exec(answered["set-cookie"]?.[0] ?? "") ?? [];
    expect(seen.headers["cookie"]).toBe(`a=1; vexil-visitor=${id}`);
  });

  test("redirects, cookies, statuses and what there is without a body", async () => {
    serve = (_, request, response) => {
      const status = Number(request.url?.slice(1));
      response.writeHead(status, "As It Is", { "set-cookie": ["a=1", "b=2"], location: "/next", etag: '"e"' }).end();
    };
    for (const status of [201, 204, 301, 302, 304, 404, 503]) {
      const { headers, ...answer } = await toCanary(`/${status}`);
      expect([answer.status, answer.text, headers.location, headers.etag]).toEqual([status, "", "/next", '"e"']);
      expect(headers["set-cookie"]).toEqual(["a=1", "b=2", expect.stringMatching(/^vexil-visitor=/)]);
    }
    serve = (_, __, response) => void response.writeHead(200, { "content-length": "1234" }).end();
    const head = await toCanary("/", { method: "HEAD" });
    expect([head.status, head.headers["content-length"], head.headers["x-vexil-track"]]).toEqual([200, "1234", "canary"]);
  });

  test("compressed bodies as they are", async () => {
    const compressed = gzipSync("compress me ".repeat(1000));
    serve = (_, __, response) => void response.writeHead(200, { "content-encoding": "gzip" }).end(compressed);
    const { headers, body } = await toCanary("/", { headers: { "accept-encoding": "gzip" } });
    expect([headers["content-encoding"], body.equals(compressed)]).toEqual(["gzip", true]);
  });

  test("megabytes both ways, several at once", async () => {
    serve = (_, request, response) => void request.pipe(response);
    const bodies = Array.from({ length: 6 }, () => randomBytes(3_000_000));
    const answers = await Promise.all(bodies.map((body) => toCanary("/", { method: "POST" }, body)));
    expect(answers.map(({ body }, index) => body.equals(bodies[index] as Buffer))).toEqual(Array(6).fill(true));
  });

  test("a request's body while it comes in, and a response's while it goes out", async () => {
    // Both sides wait for each other: were anything kept until it is whole, this would never end.
    serve = (_, request, response) => {
      request.on("data", (chunk: Buffer) => response.write(`got ${chunk.toString()};`));
      request.on("end", () => response.end("end"));
    };
    const answered = deferred<IncomingMessage>();
    const request = send(url, { method: "POST", headers: { "x-track": "canary" } }, answered.resolve);
    request.write("one");
    const response = await answered.promise;
    let text = "";
    for await (const chunk of response.setEncoding("utf8")) {
      text += chunk as string;
      if (text === "got one;") request.write("two");
      if (text === "got one;got two;") request.end();
    }
    expect(text).toBe("got one;got two;end");
  });

  test("a WebSocket", async () => {
    canary.server.once("upgrade", (request: IncomingMessage, socket: Duplex) => {
      const accept = createHash("sha1").update(`${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
      socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
      // A text of five bytes.
      socket.write("\x81\x05hello", "latin1");
    });
    const upgraded = deferred<[IncomingMessage, Duplex, Buffer]>();
    const key = randomBytes(16).toString("base64");
    const headers = { "x-track": "canary", connection: "Upgrade", upgrade: "websocket", "sec-websocket-key": key, "sec-websocket-version": "13" };
    send(url, { headers })
      .on("upgrade", (...all) => upgraded.resolve(all))
      .end();
    const [{ statusCode, headers: answered }, socket, first] = await upgraded.promise;
    expect([statusCode, answered["x-vexil-track"]]).toEqual([101, "canary"]);
    expect(answered["set-cookie"]?.[0]).toMatch(/^vexil-visitor=/);
    let text = first.toString("latin1");
    while (!text.endsWith("hello")) text += await new Promise<string>((resolve) => socket.once("data", (data: Buffer) => resolve(data.toString("latin1"))));
    expect(text).toBe("\x81\x05hello");
    socket.destroy();
  });
});

test("a canary that is killed in mid-run fails no request that can be asked twice", async () => {
  const REQUESTS = 2500;
  await publish(50);
  await batches();
  // So that some are in flight whenever it is.
  serve = (track, _, response) => void setTimeout(() => response.end(track), 3);
  const seen: { [track: string]: number } = {};
  let isDead = false;
  let deadCanaries = 0;
  await forEach(Array<undefined>(REQUESTS).fill(undefined), 48, async (_, index) => {
    if (index === 800) {
      canary.kill();
      isDead = true;
    }
    const wasDead = isDead;
    const { status, text, headers } = await client(`/${index}`, { method: index % 10 === 0 ? "HEAD" : "GET" });
    expect(status).toBe(200);
    const track = headers["x-vexil-track"] as string;
    if (index % 10 !== 0) expect(text).toBe(track);
    if (wasDead && track === "canary") deadCanaries++;
    seen[track] = (seen[track] ?? 0) + 1;
  });
  expect(deadCanaries).toBe(0);
  expect(seen["canary"]).toBeGreaterThan(100);
  const rows = mergeRows(rowsOf(await batches()));
  const [ofCanary, fallback] = ["split", "fallback"].map((by) => rows.find(({ track, chosenBy }) => chosenBy === by && track === (by === "split" ? "canary" : "stable")));
  expect(ofCanary?.fallbacks).toBeGreaterThan(500);
  expect(ofCanary).toMatchObject({ errors: { status: 0, timeout: 0, network: ofCanary?.fallbacks }, statuses: { 200: seen["canary"] } });
  expect(fallback).toMatchObject({ requests: ofCanary?.fallbacks, errors: { network: 0 }, statuses: { 200: ofCanary?.fallbacks } });

  // What could be done twice is not; each of these has one chance in two to meet the canary.
  const posts = await Promise.all(Array.from({ length: 40 }, () => client("/", { method: "POST" }, "order")));
  expect([...new Set(posts.map(({ status }) => status))].sort()).toEqual([200, 502]);
});
