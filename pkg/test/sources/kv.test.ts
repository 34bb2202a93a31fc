/** Workers KV, as workerd has it: from outside, and within a worker. */

import { fileURLToPath } from "node:url";

import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { createEngine as createSlimEngine } from "../../src/node-slim.js";
import { connect, kills, kv, type KvNamespace, kvStore, type KeyValues } from "../../src/sources.js";
import { rulesetOf } from "../support.js";
import { examples } from "./examples.js";
import { closeAll, closing, connected, FakeHost, killing, revision, served, until } from "./support.js";

/** A clock for the worker that requests can move forward. */
const CLOCK = `
  const now = Date.now;
  let passed = 0;
  Date.now = () => now() + passed;
  globalThis.pass = (request) => void (passed += Number(request.headers.get("x-passed") ?? 0));`;

/** The worker of the documentation, of the package's sources. */
async function bundled(): Promise<string> {
  const entries: { readonly [name: string]: string } = { "vexil/slim": "./module-slim.js", "vexil/sources": "./sources.js" };
  const contents = examples
    .get("worker.mjs")
    ?.source.replace(/(?<= from )"(.*?)"/g, (_, name: string) => JSON.stringify(entries[name]))
    .replace("async fetch(request, env, ctx) {", "$&\n    globalThis.pass(request);");
  const { outputFiles } = await build({
    stdin: { contents: contents ?? "", resolveDir: fileURLToPath(new URL("../../src", import.meta.url)), sourcefile: "worker.js" },
    bundle: true,
    write: false,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    external: ["*.wasm"],
  });
  return `${CLOCK}\n${outputFiles[0]?.text ?? ""}`;
}

describe("KV", () => {
  let miniflare: Miniflare;
  let namespace: KvNamespace & KeyValues & { put(key: string, value: string | Uint8Array): Promise<void>; delete(key: string): Promise<void> };

  beforeAll(async () => {
    const wasm = fileURLToPath(new URL("../../wasm/", import.meta.url));
    miniflare = new Miniflare({
      modules: true,
      modulesRoot: wasm,
      modulesRules: [{ type: "CompiledWasm", include: ["**/*.wasm"] }],
      script: (await bundled()).replaceAll("../wasm/", "./"),
      scriptPath: `${wasm}worker.mjs`,
      kvNamespaces: ["FLAGS"],
      compatibilityDate: "2026-01-01",
      cachePersist: false,
      kvPersist: false,
    });
    namespace = (await miniflare.getKVNamespace("FLAGS")) as unknown as typeof namespace;
  });
  afterEach(closeAll);
  afterAll(() => miniflare.dispose());

  test("brings documents and kills, and keeps them", async () => {
    await namespace.put("flags", JSON.stringify(revision(1)));
    await namespace.put("kills", JSON.stringify({ revision: 0 }));
    const store = kvStore(namespace, "saved");
    const { live, host } = connected([kv(namespace, "flags", { pollMs: 20_000 }), kills(kv(namespace, "kills", { cacheTtl: 30 }))], { store });
    await live.ready();
    expect(served(live)).toBe("r1");
    await namespace.put("flags", JSON.stringify(revision(2)));
    await host.step(20_000);
    await until(() => served(live) === "r2");
    await namespace.put("kills", JSON.stringify(killing(1, "flag")));
    await live.refresh();
    expect(served(live)).toBe("off");
    await live.close();
    expect((await store.load())?.kills).toEqual([killing(1, "flag")]);
  });

  test("that has no such key says so, and is asked again", async () => {
    await namespace.delete("flags");
    const { live, host } = connected(kv(namespace, "flags"));
    await until(() => live.status().consecutiveFailures === 1);
    expect((live.status().lastError as Error).message).toBe("there is no `flags` in the KV namespace");
    await namespace.put("flags", rulesetOf(revision(1)));
    // A ruleset is for the slim engine.
    await host.step(750);
    await until(() => live.status().consecutiveFailures === 2);
    const slim = closing(connect(createSlimEngine, kv(namespace, "flags"), { host: new FakeHost() }));
    expect((await slim.ready()).string("flag", {}, "")).toBe("r1");
  });

  test("serves the worker of the documentation, which looks for what is new beside requests", async () => {
    const theme = (revision: number, variant: string): Uint8Array =>
      rulesetOf({ schema: "vexil/1", lineage: "l", revision, flags: { theme: { variants: { dark: "dark", blue: "blue" }, offVariant: "dark", default: { variant } } } });
    const ask = async (passed = 0): Promise<string> =>
      (await miniflare.dispatchFetch("http://localhost/", { headers: { "x-passed": String(passed) } })).text();
    await namespace.put("flags.ruleset", theme(1, "dark"));
    // At the same time: two of them wait for what the third has begun.
    expect(await Promise.all([ask(), ask(), ask()])).toEqual(["dark", "dark", "dark"]);
    await namespace.put("flags.ruleset", theme(2, "blue"));
    // Until half a minute has passed, of which the worker's clock knows.
    expect(await ask()).toBe("dark");
    await ask(30_000);
    let answer = "";
    for (let count = 0; count < 100 && answer !== "blue"; count++) answer = await ask();
    expect(answer).toBe("blue");
  });
});
