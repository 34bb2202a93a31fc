/** `vexil/compat` as it is published: its page, which is run, and how a module is loaded that waits while it is imported. */

import { cpSync } from "node:fs";
import { join } from "node:path";

import { build } from "esbuild";
import { build as vite } from "vite";
import { describe, expect, test } from "vitest";
import { unstable_startWorker } from "wrangler";

import { opened } from "./browser.js";
import { webpacked } from "./bundle.js";
import { provesPage } from "./programs.js";
import { folder, installed, node, run, write } from "./project.js";

// Else it asks the network where in the world it is.
process.env["CLOUDFLARE_CF_FETCH_ENABLED"] = "false";

const USE = `const { setFlag, isFeatureEnabled, startCanaryDeployment } = guide;
  setFlag({ name: "f", enabled: true, rolloutPercentage: 0, rules: [{ type: "user", value: "alice" }] });
  const said = [isFeatureEnabled("f", { userId: "alice" }), await isFeatureEnabled("f"), startCanaryDeployment("v2").currentPercentage].join();`;
const SAID = "true,false,10";

describe("the page", () => {
  const { programs } = provesPage("compat.md");

  test("S4-34: uses every name that is exported, and there are 18", async () => {
    const names = await node("names.mjs", `import * as guide from "vexil/compat"; console.log(Object.keys(guide).join());`);
    expect(names.trim().split(",")).toHaveLength(18);
    const used = programs.map(({ text }) => text).join();
    for (const name of names.trim().split(",")) expect(used).toMatch(new RegExp(`\\b${name}\\b`));
  });
});

describe("in Node", () => {
  test("is imported, by CommonJS too, where it cannot be required", async () => {
    expect(await node("esm.mjs", `import * as guide from "vexil/compat"; ${USE} console.log(said);`)).toBe(`${SAID}\n`);
    expect(await node("cjs.cjs", `import("vexil/compat").then(async (guide) => { ${USE} console.log(said); });`)).toBe(`${SAID}\n`);
    const required = `try { require("vexil/compat"); } catch ({ code }) { console.log(code); }`;
    expect(await node("required.cjs", required, "--no-warnings")).toBe("ERR_REQUIRE_ASYNC_MODULE\n");
  });

  test("S4-32: each thread decides by itself, and leaves nothing running", async () => {
    const source = `
      import { isMainThread, Worker } from "node:worker_threads";
      import { getAllFlags, setFlag, startCanaryDeployment } from "vexil/compat";
      console.log(getAllFlags().length);
      setFlag({ name: "f", enabled: true, rolloutPercentage: 50, rules: [] });
      startCanaryDeployment("v2");
      if (isMainThread) new Worker(new URL(import.meta.url));`;
    expect(await node("threads.mjs", source)).toBe("0\n0\n");
  });
});

describe("in workerd", () => {
  test("S4-32: is there before the first request, keeps what it is told, and has the time of its requests", async () => {
    const directory = folder();
    write(directory, {
      "worker.mjs": `
        import * as guide from "vexil/compat";
        guide.setFlag({ name: "early", enabled: true, rolloutPercentage: 100, rules: [] });
        const use = async () => { ${USE} return said; };
        export default {
          async fetch(request) {
            if (request.url.endsWith("/use")) return new Response(await use());
            const flags = guide.getAllFlags().map(({ name }) => [name, guide.isFeatureEnabled(name, { userId: "alice" })]);
            return Response.json([flags, guide.getCurrentDeployment()?.startedAt]);
          },
        };`,
      "wrangler.json": JSON.stringify({ name: "test", main: "worker.mjs", compatibility_date: "2026-04-01", send_metrics: false }),
    });
    const worker = await unstable_startWorker({ config: join(directory, "wrangler.json"), dev: { logLevel: "error" } });
    try {
      const asked = async (path: string): Promise<string> => (await worker.fetch(`http://localhost/${path}`)).text();
      expect(await asked("state")).toBe('[[["early",true]],null]');
      const start = Date.now();
      expect(await asked("use")).toBe(SAID);
      const [flags, startedAt] = JSON.parse(await asked("state")) as [object, string];
      expect(flags).toEqual([["early", true], ["f", true]]);
      expect(Date.parse(startedAt)).toBeGreaterThan(start - 1_000);
      expect(Date.parse(startedAt)).toBeLessThanOrEqual(Date.now());
    } finally {
      await worker.dispose();
    }
  });
});

describe("bundled", () => {
  test("by esbuild for Node, beside both WebAssembly files", async () => {
    const directory = folder();
    write(directory, { "main.js": `import * as guide from "vexil/compat"; ${USE} console.log(said);` });
    const outdir = join(directory, "site", "server");
    await build({ absWorkingDir: directory, entryPoints: ["main.js"], outdir, bundle: true, format: "esm", platform: "node", target: "es2022" });
    for (const name of ["vexil.wasm", "vexil-control.wasm"]) cpSync(join(installed, "wasm", name), join(directory, "site", "wasm", name));
    expect(await run(process.execPath, [join(outdir, "main.js")])).toBe(`${SAID}\n`);
  });

  describe("for a page and a module worker of it", () => {
    const index = `<!doctype html><script type="module" src="./main.js"></script>`;
    const page = {
      "said.js": `import * as guide from "vexil/compat"; ${USE} export { said };`,
      "worker.js": `import { said } from "./said.js"; postMessage(said);`,
      "main.js": `
        import { said } from "./said.js";
        const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
        const there = await new Promise((resolve) => {
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = ({ message }) => resolve(message);
        });
        await fetch("/report", { method: "POST", body: [said, there].join(" ") });`,
    };

    test("by Vite", async () => {
      const site = folder();
      write(site, { ...page, "index.html": index });
      await vite({ root: site, configFile: false, logLevel: "error", worker: { format: "es" } });
      expect(await opened("Chromium", join(site, "dist"))).toBe(`${SAID} ${SAID}`);
    });

    test("by webpack", async () => {
      const site = folder();
      write(site, page);
      // Control is larger than what it takes for a page's.
      await webpacked(site, { performance: { hints: false } });
      write(join(site, "dist"), { "index.html": index });
      expect(await opened("Chromium", join(site, "dist"))).toBe(`${SAID} ${SAID}`);
    });
  });
});
