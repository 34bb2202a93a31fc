/** `vexil/compat` as it is published: its page, which is run, and how a module is loaded that waits while it is imported. */

import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { build } from "esbuild";
import { build as vite } from "vite";
import { describe, expect, test } from "vitest";

import { stepsOf } from "../docs/page.js";
import { opened } from "./browser.js";
import { folder, installed, node, root, run, write } from "./project.js";

const page = readFileSync(join(root, "..", "docs", "compat.md"), "utf8");
const USE = `const { setFlag, isFeatureEnabled, startCanaryDeployment } = guide;
  setFlag({ name: "f", enabled: true, rolloutPercentage: 0, rules: [{ type: "user", value: "alice" }] });
  const said = [isFeatureEnabled("f", { userId: "alice" }), await isFeatureEnabled("f"), startCanaryDeployment("v2").currentPercentage].join();`;
const SAID = "true,false,10";

describe("the page", () => {
  const steps = stepsOf(page.slice(page.indexOf("## ")));
  const programs = steps.flatMap((step, index) => (step.kind === "file" ? [{ ...step, output: steps[index + 1] }] : []));

  test.each(programs)("$name prints what it says", async ({ name, text, output }) => {
    const directory = folder();
    write(directory, { [name]: text });
    expect(output).toEqual({ kind: "output", text: await run(process.execPath, [name], { cwd: directory }) });
  });

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

describe("bundled", () => {
  test("by esbuild for Node, beside both WebAssembly files", async () => {
    const directory = folder();
    write(directory, { "main.js": `import * as guide from "vexil/compat"; ${USE} console.log(said);` });
    const outdir = join(directory, "site", "server");
    await build({ absWorkingDir: directory, entryPoints: ["main.js"], outdir, bundle: true, format: "esm", platform: "node", target: "es2022" });
    for (const name of ["vexil.wasm", "vexil-control.wasm"]) cpSync(join(installed, "wasm", name), join(directory, "site", "wasm", name));
    expect(await run(process.execPath, [join(outdir, "main.js")])).toBe(`${SAID}\n`);
  });

  test("by Vite for a page", async () => {
    const site = folder();
    write(site, {
      "index.html": `<!doctype html><script type="module" src="./main.js"></script>`,
      "main.js": `import * as guide from "vexil/compat"; ${USE} await fetch("/report", { method: "POST", body: said });`,
    });
    await vite({ root: site, configFile: false, logLevel: "error" });
    expect(await opened("Chromium", join(site, "dist"))).toBe(SAID);
  });
});
