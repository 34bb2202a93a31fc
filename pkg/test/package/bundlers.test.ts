/** The package bundled: for browsers with a module worker, and into one file. */

import { createHash } from "node:crypto";
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { build } from "esbuild";
import { build as vite } from "vite";
import { describe, expect, test } from "vitest";

import { opened } from "./browser.js";
import { webpacked } from "./bundle.js";
import { answerOf, ENTRIES, RULESET, SNAPSHOT } from "./entries.js";
import { folder, installed, run, write } from "./project.js";

/** A page that asks both artifacts, has a module worker do the same, and posts what they answer. */
const PAGE = {
  "answers.js": `
    import { createEngine } from "vexil";
    import { createEngine as createSlimEngine } from "vexil/slim";
    const slim = (createEngine) => ${answerOf(RULESET)};
    export const answers = () => Promise.all([${answerOf(SNAPSHOT)}, slim(createSlimEngine)]);`,
  "worker.js": `
    import { answers } from "./answers.js";
    answers().catch(String).then(postMessage);`,
  "main.js": `
    import { answers } from "./answers.js";
    const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    const there = new Promise((resolve) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = () => resolve("the worker failed");
    });
    const report = (both) => fetch("/report", { method: "POST", body: JSON.stringify(both) });
    Promise.all([answers().catch(String), there]).then(report);`,
};
const INDEX = `<!doctype html><script type="module" src="./main.js"></script>`;
const ANSWERS = JSON.stringify([["true 0", "true 0"], ["true 0", "true 0"]]);
const WASM = ["vexil-slim.wasm", "vexil.wasm"];

function page(files: { readonly [name: string]: string } = {}): string {
  const directory = folder();
  write(directory, { ...PAGE, ...files });
  return directory;
}

/** The WebAssembly in a directory, byte by byte that of the package. */
function wasmIn(directory: string): void {
  const found = readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".wasm"));
  const digest = (file: string): string => createHash("sha256").update(readFileSync(file)).digest("hex");
  const wanted = WASM.map((name) => digest(join(installed, "wasm", name)));
  expect(found.map((name) => digest(join(directory, name))).sort()).toEqual(wanted.sort());
}

/** Bundles with esbuild; answers with the names of all modules. */
async function esbuild(directory: string, platform: "browser" | "node", entryPoints: string[], outdir: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: directory,
    entryPoints,
    outdir,
    bundle: true,
    minify: true,
    format: "esm",
    platform,
    target: "es2022",
    metafile: true,
    logLevel: "error",
  });
  return Object.keys(metafile.inputs);
}

describe("for a browser, a page and a module worker of it", () => {
  test("Vite brings the WebAssembly along", async () => {
    const site = page({ "index.html": INDEX });
    await vite({ root: site, configFile: false, logLevel: "error" });
    wasmIn(join(site, "dist"));
    expect(await opened("Chromium", join(site, "dist"))).toBe(ANSWERS);
  });

  test("webpack brings the WebAssembly along", async () => {
    const site = page();
    await webpacked(site);
    write(join(site, "dist"), { "index.html": INDEX });
    wasmIn(join(site, "dist"));
    expect(await opened("Chromium", join(site, "dist"))).toBe(ANSWERS);
  });

  test("esbuild leaves the WebAssembly to be copied", async () => {
    const site = page();
    const modules = await esbuild(site, "browser", ["main.js", "worker.js"], "dist/assets");
    const hosts = modules.flatMap((path) => /\/dist\/(\w+)[\w-]*\.js$/.exec(path)?.[1] ?? []);
    expect([...new Set(hosts)]).toEqual(["browser"]);
    for (const name of WASM) cpSync(join(installed, "wasm", name), join(site, "dist", "wasm", name));
    write(join(site, "dist"), { "index.html": INDEX.replace("./main.js", "./assets/main.js") });
    expect(await opened("Chromium", join(site, "dist"))).toBe(ANSWERS);
  });
});

const isInline = (name: string): boolean => name.endsWith("inline");

describe.each(ENTRIES.filter(({ name }) => !isInline(name)))("$name bundled for a browser by esbuild", ({ name, wasm, use }) => {
  /** Stands in for a browser's fetch, which Node's is but for files; fails the first time. */
  const hostServing = (type: string): string => `
    import { readFileSync } from "node:fs";
    let calls = 0;
    globalThis.fetch = async (url) => {
      console.log(++calls, String(url).split("/").slice(-3).join("/"));
      if (calls === 1) throw new TypeError("fetch failed");
      return new Response(readFileSync(url), { headers: { "content-type": "${type}" } });
    };
    const { run } = await import("./assets/bundle.js");
    await run().catch((error) => console.log(error.message));
    await Promise.all([run(), run()]);`;

  const types = ["application/wasm", "text/plain"];
  test.each(types)("served as %s: a failure is not kept, engines that are made at once share one download", async (type) => {
    const directory = folder();
    const site = join(directory, "site");
    write(directory, {
      "bundle.js": `import { createEngine } from "${name}"; export const run = () => ${use};`,
      "site/host.mjs": hostServing(type),
    });
    await esbuild(directory, "browser", ["bundle.js"], "site/assets");
    cpSync(join(installed, "wasm", wasm), join(site, "wasm", wasm));
    const lines = (await run(process.execPath, [join(site, "host.mjs")])).trim().split("\n");
    expect(lines).toEqual([`1 site/wasm/${wasm}`, "fetch failed", `2 site/wasm/${wasm}`, "true 0", "true 0"]);
  });
});

describe.each(ENTRIES)("$name bundled for Node by esbuild", ({ name, wasm, use }) => {
  test(isInline(name) ? "it is one file" : "it is one file beside the WebAssembly", async () => {
    const directory = folder();
    write(directory, { "bundle.js": `import { createEngine } from "${name}"; ${use};` });
    await esbuild(directory, "node", ["bundle.js"], "site/server");
    const started = (): Promise<string> => run(process.execPath, [join(directory, "site", "server", "bundle.js")]);
    if (!isInline(name)) {
      await expect(started()).rejects.toThrow("ENOENT");
      cpSync(join(installed, "wasm", wasm), join(directory, "site", "wasm", wasm));
    }
    expect(await started()).toBe("true 0\n");
  });
});
