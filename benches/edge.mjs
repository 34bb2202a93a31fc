/**
 * What the middleware of `vexil/edge` adds to a request, and whether it keeps anything of it.
 *
 *     cargo xtask build && node benches/edge.mjs
 *
 * Three parts. Requests over HTTP through workerd, with the middleware and with a worker that only passes on, in rounds
 * that take turns. The middleware alone in workerd: many requests within one, to an origin that is a function, so that
 * nothing else is in the figure. And the heap of Node before and after a million requests.
 */

import { createServer, Agent, request as send } from "node:http";
import { createRequire } from "node:module";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { createMiddleware } from "../pkg/dist/edge.js";
import { createEngine } from "../pkg/dist/node.js";

const require = createRequire(new URL("../pkg/package.json", import.meta.url));
const { build } = require("esbuild");
const { Miniflare } = require("miniflare");

const forced = { id: "forced", when: { attribute: "headers.x-track", op: "eq", value: "canary" }, serve: { track: "canary" } };
const snapshotOf = (rules) => ({
  schema: "vexil/1",
  services: {
    api: {
      tracks: { stable: { version: "1" }, canary: { version: "2" } },
      defaultTrack: "stable",
      rules,
      split: { weights: [{ track: "stable", weight: 90 }, { track: "canary", weight: 10 }] },
    },
  },
});

/** Headers of a browser, with a cookie among others. */
const headers = {
  accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
  "accept-encoding": "gzip, deflate, br",
  "accept-language": "de,en;q=0.5",
  "cache-control": "no-cache",
  cookie: "theme=dark; session=2f6b0c1e9d4a4e7b8f6a1c2d3e4f5a6b; vexil-visitor=3f2b8c1e-9d4a-4e7b-8f6a-1c2d3e4f5a6b; _ga=GA1.2.3.4",
  referer: "https://shop.example/",
  "sec-fetch-dest": "document",
  "sec-fetch-mode": "navigate",
  "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0",
};

const worker = `
  import { createEngine } from "../pkg/dist/workerd.js";
  import { createMiddleware } from "../pkg/dist/edge.js";

  const engines = await Promise.all([${[[], [forced]].map((rules) => `createEngine(${JSON.stringify(snapshotOf(rules))})`)}]);
  const answer = () => new Response("answer", { headers: { "content-type": "text/plain", etag: "e" } });
  const origins = { stable: answer, canary: answer };
  const sink = () => {};
  const alone = {
    nothing: async () => answer(),
    copies: async (request) => {
      const { body, method, signal } = request;
      const original = await answer(new Request(request.url, { method, headers: request.headers, body, signal, redirect: "manual" }));
      const copy = new Response(original.body, original);
      copy.headers.set("x-vexil-track", "stable");
      return copy;
    },
    split: createMiddleware({ service: "api", engine: engines[0], origins, sink }),
    rule: createMiddleware({ service: "api", engine: engines[1], origins, sink }),
  };
  let middleware;

  export default {
    async fetch(request, env, context) {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname === "/alone") {
        const handle = alone[searchParams.get("what")];
        for (let rest = Number(searchParams.get("count")); rest > 0; rest--) await handle(request, context);
        return new Response("done");
      }
      if (pathname.startsWith("/direct")) return fetch(env.ORIGIN + pathname, request);
      middleware ??= createMiddleware({ service: "api", engine: engines[1], origins: { stable: env.ORIGIN, canary: env.ORIGIN }, sink });
      return middleware(request, context);
    },
  };`;

/** A value that a share of all does not exceed. */
const quantile = (values, q) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(q * values.length))];
const microseconds = (ms) => `${(ms * 1000).toFixed(0).padStart(6)} us`;

async function inWorkerd() {
  const server = createServer((_, response) => response.end("answer"));
  server.keepAliveTimeout = 60_000;
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { outputFiles } = await build({
    stdin: { contents: worker, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    bundle: true,
    write: false,
    outdir: "out",
    loader: { ".wasm": "copy" },
    format: "esm",
    target: "es2022",
  });
  const modules = outputFiles
    .map(({ path, contents, text }) =>
      path.endsWith(".wasm")
        ? { type: "CompiledWasm", path: basename(path), contents }
        : { type: "ESModule", path: basename(path), contents: text },
    )
    .sort((a, b) => (a.type < b.type ? 1 : -1));
  const bindings = { ORIGIN: `http://127.0.0.1:${server.address().port}` };
  const workerd = new Miniflare({ modules, bindings, compatibilityDate: "2026-04-01", unsafeDirectSockets: [{}] });
  const url = await workerd.unsafeGetDirectURL();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (path) =>
    new Promise((resolve, reject) => {
      const start = performance.now();
      send(new URL(path, url), { agent, headers }, (response) => response.resume().on("end", () => resolve(performance.now() - start)))
        .on("error", reject)
        .end();
    });
  await overHttp(ask);
  await alone(ask);
  await workerd.dispose();
  server.close();
}

async function overHttp(ask) {
  const [ROUNDS, REQUESTS] = [30, 300];
  const times = { direct: [], middleware: [] };
  for (let round = 0; round <= ROUNDS; round++) {
    for (const path of round % 2 ? ["direct", "middleware"] : ["middleware", "direct"]) {
      for (let count = 0; count < REQUESTS; count++) {
        const ms = await ask(`/${path}`);
        // The first round is for warming up.
        if (round > 0) times[path].push(ms);
      }
    }
  }
  console.log(`over HTTP through workerd, ${ROUNDS} x ${REQUESTS} requests each, one after the other`);
  const row = (name, of) => console.log(`  ${name.padEnd(28)} median ${of(0.5)}   p99 ${of(0.99)}`);
  row("passed on", (q) => microseconds(quantile(times.direct, q)));
  row("by the middleware", (q) => microseconds(quantile(times.middleware, q)));
  const added = quantile(times.middleware, 0.5) - quantile(times.direct, 0.5);
  console.log(`  ${"added to the median".padEnd(28)}        ${microseconds(added)}`);
}

async function alone(ask) {
  const [ROUNDS, COUNT] = [15, 4000];
  const names = { nothing: "the origin alone", copies: "copies of request and response", split: "the middleware, split", rule: "the middleware, rule and split" };
  const times = {};
  for (let round = 0; round < ROUNDS; round++) {
    for (const what of Object.keys(names)) (times[what] ??= []).push((await ask(`/alone?what=${what}&count=${COUNT}`)) / COUNT);
  }
  console.log(`alone in workerd, ${ROUNDS} x ${COUNT} requests each, to an origin that is a function`);
  for (const [what, name] of Object.entries(names)) {
    const us = (q) => (quantile(times[what], q) * 1000).toFixed(1).padStart(5);
    console.log(`  ${name.padEnd(34)} best ${us(0)} us   median ${us(0.5)} us`);
  }
}

async function inNode() {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc");
  const REQUESTS = 1_000_000;
  let [batches, requests] = [0, 0];
  const handle = createMiddleware({
    service: "api",
    engine: await createEngine(snapshotOf([forced])),
    origins: {
      stable: () => new Response("stable"),
      canary: (request) => (request.url.endsWith("7") ? Promise.reject(new Error("down")) : new Response("canary", { status: request.url.endsWith("3") ? 503 : 200 })),
    },
    sink: (batch) => {
      batches++;
      for (const row of batch.rows) requests += row.requests;
      if (batches % 10 === 0) throw new Error("refused");
    },
  });
  // Node forgets requests and their signals between the turns of its loop, not within one.
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const heap = async () => {
    for (let count = 0; count < 5; count++) {
      gc();
      await turn();
    }
    return process.memoryUsage().heapUsed / 2 ** 20;
  };
  const run = async (from, to) => {
    for (let number = from; number < to; number++) {
      // Every second visitor is new.
      const cookie = number % 2 ? { cookie: `vexil-visitor=visitor-${String(number).padStart(12, "0")}` } : {};
      await (await handle(new Request(`https://shop.example/${number}`, { headers: cookie }))).arrayBuffer();
      if (number % 200 === 0) await turn();
    }
  };
  await run(0, 50_000);
  const [before, start] = [await heap(), performance.now()];
  await run(50_000, 50_000 + REQUESTS);
  const seconds = (performance.now() - start) / 1000;
  console.log(`in Node, ${REQUESTS.toLocaleString("en")} requests`);
  console.log(`  heap before ${before.toFixed(2)} MiB, after ${(await heap()).toFixed(2)} MiB; ${((seconds / REQUESTS) * 1e6).toFixed(1)} us a request, making and reading it included`);
  console.log(`  ${batches} batches handed over, ${requests.toLocaleString("en")} requests in them, refused ones twice`);
}

await inWorkerd();
await inNode();
