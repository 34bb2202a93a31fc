/** What the tarball of the package holds, and that Node can use it. `test/package/setup.ts` installs it. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { build as esbuild } from "esbuild";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { describe, expect, test } from "vitest";

import { ENTRIES, RULESET, SNAPSHOT } from "./package/entries.js";
import { installed, node, packed, project, root, run, tarball, tool } from "./package/project.js";

/** Entries that are one file for all hosts, each with what it imports beside itself: nothing of the engine. */
const NEUTRAL: { readonly [entry: string]: readonly string[] } = {
  bootstrap: [],
  compat: ["vexil", "vexil/control"],
  exposures: [],
  edge: [],
  sources: [],
  "sources-file": ["node:fs/promises", "node:fs", "node:path", "node:url"],
  "sources-redis": [],
  "openfeature-server": ["@openfeature/server-sdk"],
  "openfeature-web": ["@openfeature/web-sdk"],
  wrap: [],
};

test("S2-76: what each entry weighs, and how long a worker takes to start, can be measured", async () => {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly exports: Readonly<Record<string, string | object>> };
  const printed = await run(process.execPath, [join(root, "scripts", "measure.mjs"), "1"], { cwd: root });
  for (const [path, entry] of Object.entries(exports)) {
    if (typeof entry === "string") continue;
    expect(printed).toMatch(new RegExp(`^${path.replace(".", "vexil")}, .* \\d+ +`, "m"));
  }
  for (const file of ["node.js", "browser.js", "workerd-slim.js", "deno-control.js", "wrap.js"]) expect(printed).toMatch(new RegExp(`  ${file}$`, "m"));
  expect(printed).toMatch(/^vexil\/slim +\d+\.\d +\d+\.\d$/m);
});

describe("the tarball", () => {
  test("holds what is used, and nothing else", () => {
    const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))
      .map((name) => name.replace(/\.ts$/, ""));
    // Types module by module, and a script for each entry, of hosts beside what they have in common.
    const hosts = ["node", "browser", "workerd", "edge-light", "deno", "inline"];
    const entries = [...hosts.flatMap((host) => [host, `${host}-slim`, `${host}-common`, `${host}-control`]), ...Object.keys(NEUTRAL)];
    const dist = [...sources.map((name) => `dist/${name}.d.ts`), ...entries.map((name) => `dist/${name}.js`)];
    const wasm = ["wasm/vexil.wasm", "wasm/vexil-slim.wasm", "wasm/vexil-control.wasm"];
    const others = ["LICENSE-APACHE", "LICENSE-MIT", "README.md", "package.json", "snapshot.schema.json"];
    expect(packed).toEqual([...dist, ...wasm, ...others].sort());
  });

  test("names no path of the machine that built it", () => {
    for (const path of packed) {
      const bytes = readFileSync(join(installed, path), "latin1");
      expect(bytes.includes(root) || bytes.includes("/node_modules/"), path).toBe(false);
    }
  });

  test("has no dependencies, and what it can be used with is optional", () => {
    const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as Record<string, object>;
    const { dependencies, optionalDependencies, peerDependencies = {}, peerDependenciesMeta } = manifest;
    expect([dependencies, optionalDependencies]).toEqual([undefined, undefined]);
    const optional = Object.keys(peerDependencies).map((name) => [name, { optional: true }]);
    expect(peerDependenciesMeta).toEqual(Object.fromEntries(optional));
    // What was installed is the package alone.
    expect(readdirSync(join(project, "node_modules")).filter((name) => !name.startsWith("."))).toEqual(["vexil"]);
  });

  test("has the schema of the repository", () => {
    expect(readFileSync(join(installed, "snapshot.schema.json"), "utf8")).toBe(
      readFileSync(join(root, "..", "schemas", "snapshot.schema.json"), "utf8"),
    );
  });

  test("is what publint likes", async () => {
    const { messages, pkg } = await publint({ pkgDir: installed, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  test("has types that resolve however they are looked for", async () => {
    // It fails where there is a problem.
    expect(await tool("attw", [tarball, "--profile", "esm-only", "--no-emoji", "--no-color"])).toContain("OK (ESM)");
  });
});

describe.each(Object.entries(NEUTRAL))("%s, which is the same for all hosts", (entry, imported) => {
  test("is one file with nothing of the engine in it", async () => {
    const { metafile } = await esbuild({
      entryPoints: [join(installed, "dist", `${entry}.js`)],
      bundle: true,
      write: false,
      metafile: true,
      format: "esm",
      platform: "neutral",
      external: [...imported],
    });
    const [output] = Object.values(metafile.outputs);
    expect(Object.keys(metafile.inputs)).toHaveLength(1);
    expect(new Set(output?.imports.map(({ path }) => path))).toEqual(new Set(imported));
    expect(readFileSync(join(installed, "dist", `${entry}.js`), "utf8")).not.toMatch(/WebAssembly|\.wasm/);
  });
});

describe.each(ENTRIES)("$name in Node", ({ name, input, use }) => {
  test("it is imported", async () => {
    expect(await node("esm.mjs", `import { createEngine } from "${name}"; ${use}`)).toBe("true 0\n");
  });

  test("it is required", async () => {
    const printed = await node("cjs.cjs", `const { createEngine } = require("${name}"); ${use}`, "--no-warnings");
    expect(printed).toBe("true 0\n");
  });

  test("it is imported by a CommonJS module", async () => {
    expect(await node("dynamic.cjs", `import("${name}").then(({ createEngine }) => ${use})`)).toBe("true 0\n");
  });

  test("it runs in workers, each with an instance of its own", async () => {
    const source = `
      import { isMainThread, Worker } from "node:worker_threads";
      import { createEngine } from "${name}";
      if (isMainThread) for (let count = 0; count < 3; count++) new Worker(new URL(import.meta.url));
      ${use};`;
    expect(await node("workers.mjs", source)).toBe("true 0\n".repeat(4));
  });

  test("importing it does nothing, not even load the WebAssembly", async () => {
    const source = `
      const { Instance, instantiate } = WebAssembly;
      WebAssembly.Instance = class { constructor() { throw new Error("loaded") } };
      WebAssembly.instantiate = async () => { throw new Error("loaded") };
      const { createEngine, ...others } = await import("${name}");
      console.log(Object.keys(others).sort().join());
      await createEngine(${input}).catch((error) => console.log(error.message));
      Object.assign(WebAssembly, { Instance, instantiate });
      await ${use};`;
    expect(await node("lazy.mjs", source)).toBe("Context,Engine,SnapshotError\nloaded\ntrue 0\n");
  });
});

describe("in Node", () => {
  test("both artifacts are used in one program, and know the same errors", async () => {
    const source = `
      import * as full from "vexil";
      import * as slim from "vexil/slim";
      const [one, other] = [await full.createEngine(${SNAPSHOT}), await slim.createEngine(${RULESET})];
      const nested = (engine, key) => ({ get targetingKey() { return engine.boolean("on", { targetingKey: key }, false) ? key : ""; } });
      console.log(one.boolean("on", nested(other, "u-1"), false), other.boolean("on", nested(one, "u-1"), false));
      await slim.createEngine("{}").catch((error) => console.log(error instanceof full.SnapshotError));`;
    expect(await node("both.mjs", source)).toBe("true true\ntrue\n");
  });

  test("nothing but what is exported can be imported", async () => {
    const source = `
      import schema from "vexil/snapshot.schema.json" with { type: "json" };
      import manifest from "vexil/package.json" with { type: "json" };
      console.log(schema.title ?? schema.$id, manifest.name);
      for (const path of ["vexil/dist/node.js", "vexil/wasm/vexil.wasm", "vexil/slim/engine.js"]) await import(path).catch(({ code }) => console.log(code));`;
    expect(await node("exports.mjs", source, "--no-warnings")).toMatch(/^.+ vexil\n(ERR_PACKAGE_PATH_NOT_EXPORTED\n){3}$/);
  });
});

describe("vexil/edge", () => {
  test("it works with an engine of any artifact, and brings none along", async () => {
    const source = `
      import { createMiddleware } from "vexil/edge";
      import * as full from "vexil";
      import * as slim from "vexil/slim";
      for (const engine of [await full.createEngine(${SNAPSHOT}), await slim.createEngine(${RULESET})]) {
        const handle = createMiddleware({ service: "api", engine, origins: { stable: () => new Response("here") } });
        const response = await handle(new Request("https://shop.example/"));
        console.log(response.headers.get("x-vexil-track"), await response.text());
      }`;
    expect(await node("edge.mjs", source)).toBe("stable here\nstable here\n");
  });
});
