/** The guide in `docs/edge.md`: each of its examples is run as it stands there. */

import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { build, type Plugin } from "esbuild";
import { type Miniflare, Response as WorkerdResponse } from "miniflare";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { type Batch, countOf, createMiddleware, type MiddlewareOptions } from "../../src/edge.js";
import { createEngine } from "../../src/node.js";
import { clientOf } from "./client.js";
import { engineOf, middlewareOf, requestOf, visitorId } from "./support.js";
import { upstreamOf } from "./upstream.js";
import { workerdOf } from "./workerd/run.js";

const guide = readFileSync(new URL("../../../docs/edge.md", import.meta.url), "utf8");
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const examples = new Map([...guide.matchAll(/```js\n\/\/ (\S+)\n(.*?)```/gs)].map(([, name, code]) => [name as string, code as string]));
const documents = [...guide.matchAll(/```json\n(.*?)```/gs)].map(([, json]) => json as string);
const snapshot = documents.find((json) => json.includes('"schema"')) as string;
const batch = documents.find((json) => json.includes('"rows"')) as string;
const printed = (/```text\n(.*?)```/s.exec(guide) as unknown as [string, string])[1];

function exampleOf(name: string): string {
  const code = examples.get(name);
  if (code === undefined) throw new Error(`the guide has no example \`${name}\``);
  return code;
}

/** Finds what examples import: the package's sources, with the engine of a host, and the documents of the guide. */
function imports(engine: string): Plugin {
  return {
    name: "imports",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^vexil$/ }, () => ({ path: here(engine) }));
      onResolve({ filter: /^vexil\/edge$/ }, () => ({ path: here("../../src/edge.ts") }));
      onResolve({ filter: /^cloudflare:workers$/ }, ({ path }) => ({ path, external: true }));
      onResolve({ filter: /^\.\/(snapshot|batches)\.json$/ }, ({ path }) => ({ path, namespace: "guide" }));
      onLoad({ filter: /snapshot/, namespace: "guide" }, () => ({ contents: snapshot, loader: "json" }));
      onLoad({ filter: /batches/, namespace: "guide" }, () => ({ contents: `[${batch}, ${batch}]`, loader: "json" }));
    },
  };
}

describe("the documents", () => {
  test("the snapshot is sound", async () => {
    const engine = await createEngine(snapshot);
    expect(engine.diagnostics).toEqual([]);
    expect(engine.route("checkout-api", { headers: { "x-track": "canary" } }).rule).toBe("testers");
  });

  test("the batch has the form of a real one, and adds up", async () => {
    const { handle, batches } = middlewareOf({ engine: await engineOf(50) });
    for (let number = 0; number < 20; number++) await handle(requestOf({ visitor: visitorId(number) }));
    await handle.flush();
    const [documented, real] = [JSON.parse(batch) as Batch, batches[0] as Batch];
    expect(Object.keys(documented)).toEqual(Object.keys(real));
    expect(documented.problems).toEqual(real.problems);
    for (const row of documented.rows) {
      expect(Object.keys(row)).toEqual(Object.keys(real.rows[0] as object));
      expect(Object.keys(row.latency)).toEqual(Object.keys(real.rows[0]!.latency));
      const { requests, errors, statuses, latency } = row;
      const responses = Object.values(statuses).reduce((a, b) => a + b);
      expect([responses + errors.network + errors.timeout, countOf(latency)]).toEqual([requests, responses]);
    }
  });

  test("every option is in the table, and nothing else is", () => {
    const [, table] = /\n## Options\n(.*?)\n\n`handle/s.exec(guide) ?? [];
    const named = [...(table ?? "").matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    const options: { [name in Exclude<keyof MiddlewareOptions, "host">]: true } = {
      service: true, engine: true, origins: true, attributes: true, cookie: true, header: true, wait: true,
      timeouts: true, fallback: true, isError: true, sink: true, batch: true, onProblem: true,
    };
    expect(named).toEqual(Object.keys(options));
    expect(typeof createMiddleware).toBe("function");
  });
});

describe("on Cloudflare", () => {
  let workerd: Miniflare | undefined;
  afterEach(() => workerd?.dispose());

  type Sent = { readonly host: string; readonly body: string };

  /** Runs an example in workerd; whatever it asks says which host it is. */
  async function running(name: string, options: object = {}) {
    const sent: Sent[] = [];
    const outboundService = async (request: { url: string; text(): Promise<string> }) => {
      const { host } = new URL(request.url);
      sent.push({ host, body: await request.text() });
      return new WorkerdResponse(host);
    };
    const source = { source: exampleOf(name), plugins: [imports("workerd/engine.ts")] };
    workerd = await workerdOf(source, { outboundService, ...options });
    return { sent, client: clientOf(await workerd.unsafeGetDirectURL()), workerd };
  }

  test("the worker of the first ten minutes", async () => {
    const { client, sent } = await running("worker.js");
    const tracks = new Map<string, number>();
    for (let count = 0; count < 1000; count++) {
      const { text, headers } = await client("/");
      expect(text).toBe(`${headers["x-vexil-track"] as string}.shop.example`);
      tracks.set(text, (tracks.get(text) ?? 0) + 1);
      if (count > 0) continue;
      const cookie = headers["set-cookie"]?.[0]?.split(";")[0];
      for (let again = 0; again < 5; again++) expect((await client("/", { headers: { cookie } })).text).toBe(text);
    }
    // One in ten of 1000: five standard deviations are 47.
    expect(Math.abs((tracks.get("canary.shop.example") as number) - 100)).toBeLessThanOrEqual(47);
    expect((await client("/", { headers: { "X-Track": "canary" } })).text).toBe("canary.shop.example");
    const [metrics] = sent.filter(({ host }) => host === "metrics.shop.example");
    expect((JSON.parse(metrics?.body as string) as Batch).rows.reduce((sum, { requests }) => sum + requests, 0)).toBe(1000);
  });

  test("origins that are bindings", async () => {
    const bound = (track: string) => () => new WorkerdResponse(`bound ${track}`);
    const { client } = await running("bindings.js", { serviceBindings: { STABLE: bound("stable"), CANARY: bound("canary") } });
    expect((await client("/", { headers: { "X-Track": "canary" } })).text).toBe("bound canary");
  });

  test("snapshots that are looked for again", async () => {
    const { client, workerd } = await running("refreshing.js", { kvNamespaces: ["SNAPSHOTS"] });
    const namespace = (await workerd.getKVNamespace("SNAPSHOTS")) as unknown as { put(key: string, value: string): Promise<void> };
    await namespace.put("production", snapshot);
    const ask = () => client("/", { headers: { "X-Track": "canary" } });
    // The first visitor does not wait for it.
    expect((await ask()).text).toBe("stable.shop.example");
    await vi.waitFor(async () => expect((await ask()).text).toBe("canary.shop.example"), { timeout: 10_000 });
  });
});

describe("elsewhere", () => {
  const directory = mkdtempSync(join(tmpdir(), "vexil-guide-"));
  // The engine looks for its artifact beside the directory of the script.
  symlinkSync(here("../../wasm"), join(directory, "wasm"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  /** Imports an example as a module of Node's. */
  async function loaded<T>(name: string): Promise<T> {
    const { outputFiles } = await build({
      stdin: { contents: exampleOf(name), resolveDir: here("."), loader: "js" },
      plugins: [imports("../../src/node.ts")],
      bundle: true,
      write: false,
      format: "esm",
      platform: "node",
      logLevel: "warning",
    });
    const folder = mkdtempSync(join(directory, "example-"));
    writeFileSync(join(folder, "example.mjs"), outputFiles[0]?.text ?? "");
    return (await import(pathToFileURL(join(folder, "example.mjs")).href)) as T;
  }

  const forced = (): Request => requestOf({ headers: { "X-Track": "canary" } });

  describe("with servers that say who they are", () => {
    beforeEach(() => void vi.stubGlobal("fetch", async (url: string) => new Response(new URL(url).host)));
    afterEach(() => void vi.unstubAllGlobals());

    test("Vercel", async () => {
      const module = await loaded<{ config: object; default(request: Request, context: object): Promise<Response> }>("middleware.js");
      expect(await (await module.default(forced(), { waitUntil: () => {} })).text()).toBe("canary.shop.example");
      expect(module.config).toEqual({ matcher: "/checkout/:path*" });
    });

    test("Deno and Bun", async () => {
      const { default: server } = await loaded<{ default: { fetch(request: Request): Promise<Response> } }>("main.js");
      expect(await (await server.fetch(forced())).text()).toBe("canary.shop.example");
    });
  });

  test("flags at the edge", async () => {
    const { default: server } = await loaded<{ default: { fetch(request: Request): Response } }>("page.js");
    const first = server.fetch(requestOf());
    expect([await first.text(), first.headers.get("set-cookie")]).toEqual(["light", expect.stringMatching(/^vexil-visitor=/)]);
    const cookie = `vexil-visitor=${visitorId(1)}; mode=night`;
    const again = server.fetch(requestOf({ headers: { cookie } }));
    expect([await again.text(), again.headers.get("set-cookie")]).toEqual(["dark", null]);
  });

  test("adding up", async () => {
    const lines: string[] = [];
    const log = vi.spyOn(console, "log").mockImplementation((...words) => void lines.push(words.join(" ")));
    await loaded("adding-up.js");
    log.mockRestore();
    expect(`${lines.join("\n")}\n`).toBe(printed);
  });

  test("Node", async () => {
    const [stable, canary] = [await upstreamOf((_, response) => response.end("stable")), await upstreamOf((request, response) => void request.pipe(response))];
    for (const [name, value] of Object.entries({ STABLE_URL: stable.url, CANARY_URL: canary.url, PORT: "0" })) vi.stubEnv(name, value);
    const { server } = await loaded<{ server: { url: string; ready(): Promise<unknown>; close(force: boolean): Promise<void> } }>("server.js");
    await server.ready();
    const client = clientOf(new URL(server.url));
    const headers = { "x-track": "canary" };
    const answer = await client("/", { method: "POST", headers }, "order");
    expect([answer.status, answer.text, answer.headers["x-vexil-track"]]).toEqual([200, "order", "canary"]);
    expect(answer.headers["set-cookie"]).toEqual([expect.stringMatching(/^vexil-visitor=/)]);
    const head = await client("/", { method: "HEAD", headers: { "x-track": "stable" } });
    expect([head.status, head.text]).toEqual([200, ""]);
    canary.kill();
    // A request without a body is seen as one, and is asked again.
    expect((await client("/", { headers })).text).toBe("stable");
    expect((await client("/", { method: "POST", headers }, "order")).status).toBe(502);
    await server.close(true);
    stable.kill();
    vi.unstubAllEnvs();
  });
});

test("no example is left out", () => {
  const run = ["worker.js", "middleware.js", "main.js", "server.js", "bindings.js", "refreshing.js", "page.js", "adding-up.js"];
  expect([...examples.keys()].sort()).toEqual(run.sort());
  expect(guide.match(/```js\n/g)).toHaveLength(examples.size);
});
