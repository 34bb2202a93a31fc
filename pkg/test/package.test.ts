/** The package as it is published: packed, installed into a project of its own, and used there. */

import { type ExecFileSyncOptions, execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { build as esbuild } from "esbuild";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { BaseEngine } from "../src/engine/base.js";
import { Engine } from "../src/node.js";
import { rulesetOf } from "./support.js";

const root = fileURLToPath(new URL("..", import.meta.url));
/** A project that has the package installed, from its tarball. */
const project = mkdtempSync(join(tmpdir(), "vexil-package-"));
const installed = join(project, "node_modules", "vexil");
let tarball: string;
let packed: string[];

/** Runs a program and answers what it prints; where it fails, that is in the error. */
function run(program: string, args: string[], options: ExecFileSyncOptions = {}): string {
  try {
    return execFileSync(program, args, { cwd: project, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], ...options }) as string;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${program} ${args.join(" ")} failed\n${stdout}\n${stderr}`, { cause: error });
  }
}

/** Writes a file of the project and runs it with Node. */
function node(name: string, source: string, ...flags: string[]): string {
  writeFileSync(join(project, name), source);
  return run(process.execPath, [...flags, name]);
}

beforeAll(() => {
  // What is packed must be of these sources.
  run("npm", ["run", "build", "--silent"], { cwd: root });
  const [{ filename, files }] = JSON.parse(
    run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", project], { cwd: root }),
  ) as [{ filename: string; files: { path: string }[] }];
  tarball = join(project, filename);
  packed = files.map(({ path }) => path).sort();
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  run("npm", ["install", tarball, "--offline", "--ignore-scripts"]);
});

afterAll(() => rmSync(project, { recursive: true, force: true }));

const snapshot = `{ schema: "vexil/1", flags: { on: { variants: { on: true, off: false }, offVariant: "off",
  default: { split: { weights: [{ variant: "on", weight: 1 }] } } } } }`;
/** The same in its binary form, as an expression that every host understands. */
const ruleset = `Uint8Array.from(atob("${Buffer.from(
  rulesetOf({
    schema: "vexil/1",
    flags: { on: { variants: { on: true, off: false }, offVariant: "off", default: { split: { weights: [{ variant: "on", weight: 1 }] } } } },
  }),
).toString("base64")}"), (byte) => byte.charCodeAt(0))`;

const useOf = (input: string): string => `(async () => {
  const engine = await createEngine(${input});
  console.log(engine.boolean("on", { targetingKey: "u-1" }, false), engine.diagnostics.length);
})()`;

/** What can be imported: under which name, of which files, and how it is used. */
const ENTRIES = [
  { name: "vexil", entry: "", wasm: "vexil.wasm", input: snapshot, use: useOf(snapshot) },
  { name: "vexil/slim", entry: "-slim", wasm: "vexil-slim.wasm", input: ruleset, use: useOf(ruleset) },
];

describe("the tarball", () => {
  test("holds what is used, and nothing else", () => {
    const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))
      .map((name) => name.replace(/\.ts$/, ""));
    // Types module by module, and a script for each entry beside what they have in common.
    const entries = ["node", "browser", "workerd"].flatMap((host) => [host, `${host}-slim`, `${host}-common`]);
    const neutral = ["bootstrap", "exposures"];
    const dist = [...sources.map((name) => `dist/${name}.d.ts`), ...[...entries, ...neutral].map((name) => `dist/${name}.js`)];
    const wasm = ["wasm/vexil.wasm", "wasm/vexil-slim.wasm"];
    const others = ["LICENSE-APACHE", "LICENSE-MIT", "README.md", "package.json", "snapshot.schema.json"];
    expect(packed).toEqual([...dist, ...wasm, ...others].sort());
  });

  test("names no path of the machine that built it", () => {
    for (const path of packed) {
      const bytes = readFileSync(join(installed, path), "latin1");
      expect(bytes.includes(root) || bytes.includes("/node_modules/"), path).toBe(false);
    }
  });

  test("has no dependencies", () => {
    const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as Record<string, object>;
    expect([dependencies, peerDependencies]).toEqual([undefined, undefined]);
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

  test("has types that resolve however they are looked for", () => {
    // It fails where there is a problem.
    const { bin } = JSON.parse(readFileSync(join(root, "node_modules/@arethetypeswrong/cli/package.json"), "utf8")) as { bin: { attw: string } };
    const attw = join(root, "node_modules/@arethetypeswrong/cli", bin.attw);
    expect(run(process.execPath, [attw, tarball, "--profile", "esm-only", "--no-emoji", "--no-color"])).toContain("OK (ESM)");
  });
});

describe.each(ENTRIES)("$name in Node", ({ name, input, use }) => {
  test("it is imported", () => {
    expect(node("esm.mjs", `import { createEngine } from "${name}"; ${use}`)).toBe("true 0\n");
  });

  test("it is required", () => {
    const printed = node("cjs.cjs", `const { createEngine } = require("${name}"); ${use}`, "--no-warnings");
    expect(printed).toBe("true 0\n");
  });

  test("it is imported by a CommonJS module", () => {
    expect(node("dynamic.cjs", `import("${name}").then(({ createEngine }) => ${use})`)).toBe("true 0\n");
  });

  test("it runs in workers, each with an instance of its own", () => {
    const source = `
      import { isMainThread, Worker } from "node:worker_threads";
      import { createEngine } from "${name}";
      if (isMainThread) for (let count = 0; count < 3; count++) new Worker(new URL(import.meta.url));
      ${use};`;
    expect(node("workers.mjs", source)).toBe("true 0\n".repeat(4));
  });

  test("importing it does nothing, not even load the WebAssembly", () => {
    const source = `
      const before = WebAssembly.Instance;
      WebAssembly.Instance = class { constructor() { throw new Error("loaded") } };
      const { createEngine, ...others } = await import("${name}");
      console.log(Object.keys(others).sort().join());
      await createEngine(${input}).catch((error) => console.log(error.message));
      WebAssembly.Instance = before;
      await ${use};`;
    expect(node("lazy.mjs", source)).toBe("Context,Engine,SnapshotError\nloaded\ntrue 0\n");
  });
});

describe("in Node", () => {
  test("both artifacts are used in one program, and know the same errors", () => {
    const source = `
      import * as full from "vexil";
      import * as slim from "vexil/slim";
      const [one, other] = [await full.createEngine(${snapshot}), await slim.createEngine(${ruleset})];
      const nested = (engine, key) => ({ get targetingKey() { return engine.boolean("on", { targetingKey: key }, false) ? key : ""; } });
      console.log(one.boolean("on", nested(other, "u-1"), false), other.boolean("on", nested(one, "u-1"), false));
      await slim.createEngine("{}").catch((error) => console.log(error instanceof full.SnapshotError));`;
    expect(node("both.mjs", source)).toBe("true true\ntrue\n");
  });

  test("nothing but what is exported can be imported", () => {
    const source = `
      import schema from "vexil/snapshot.schema.json" with { type: "json" };
      import manifest from "vexil/package.json" with { type: "json" };
      console.log(schema.title ?? schema.$id, manifest.name);
      for (const path of ["vexil/dist/node.js", "vexil/wasm/vexil.wasm", "vexil/slim/engine.js"]) await import(path).catch(({ code }) => console.log(code));`;
    expect(node("exports.mjs", source, "--no-warnings")).toMatch(/^.+ vexil\n(ERR_PACKAGE_PATH_NOT_EXPORTED\n){3}$/);
  });
});

describe("in TypeScript", () => {
  const source = `
    import { createEngine, SnapshotError, type Details, type Flag, type Snapshot } from "vexil";
    const flag: Flag = { variants: { on: true, off: false }, offVariant: "off", default: { variant: "on" } };
    const snapshot = { schema: "vexil/1", flags: { flag } } satisfies Snapshot;
    export async function use(): Promise<Details<boolean>> {
      const engine = await createEngine(snapshot);
      const value: boolean = engine.boolean("flag", { targetingKey: "u-1" }, false);
      // @ts-expect-error: the fallback is of another type
      engine.boolean("flag", {}, "no");
      return value ? engine.details("flag", undefined, false) : engine.context({}).details("flag", true);
    }
    // @ts-expect-error: another schema
    const wrong: Snapshot = { schema: "vexil/2" };
    export const classes = [SnapshotError, wrong];`;
  const slimSource = `
    import { createEngine, SnapshotError, type Details, type KillMessage } from "vexil/slim";
    export async function use(ruleset: Uint8Array | ArrayBuffer, message: KillMessage): Promise<Details<boolean>> {
      const engine = await createEngine(ruleset, { environment: "production" });
      const value: boolean = engine.boolean("flag", { targetingKey: "u-1" }, false);
      const changed: readonly string[] = [...engine.update(ruleset), ...engine.kill(message)];
      // @ts-expect-error: the slim engine explains nothing
      engine.explain("flag");
      return value && changed ? engine.details("flag", undefined, false) : engine.context({}).details("flag", true);
    }
    // @ts-expect-error: a snapshot is no ruleset
    export const wrong = createEngine({ schema: "vexil/1" });
    export const classes = [SnapshotError];`;

  const { ESNext, Node16, NodeNext } = ts.ModuleKind;
  test.each<[string, ts.CompilerOptions]>([
    ["node16", { module: Node16, moduleResolution: ts.ModuleResolutionKind.Node16 }],
    ["nodenext", { module: NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext }],
    ["bundler", { module: ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler }],
    ["bundler, for a browser", { module: ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, customConditions: ["browser"] }],
  ])("it has its types under %s", (_, options) => {
    const files = [["use.mts", source], ["use-slim.mts", slimSource]].map(([name, text]) => {
      writeFileSync(join(project, name as string), text as string);
      return join(project, name as string);
    });
    const lib = options.customConditions ? ["lib.es2022.d.ts", "lib.dom.d.ts"] : ["lib.es2022.d.ts"];
    const program = ts.createProgram(files, {
      target: ts.ScriptTarget.ES2022,
      lib,
      strict: true,
      exactOptionalPropertyTypes: true,
      types: [],
      noEmit: true,
      ...options,
    });
    const names = program.getSourceFiles().map(({ fileName }) => fileName);
    for (const { entry } of ENTRIES) expect(names).toContain(join(installed, "dist", `node${entry}.d.ts`));
    const format = { getCanonicalFileName: (name: string) => name, getCurrentDirectory: () => project, getNewLine: () => "\n" };
    expect(ts.formatDiagnostics(ts.getPreEmitDiagnostics(program), format)).toBe("");
  });
});

describe.each(ENTRIES)("$name bundled for a browser", ({ name, entry, wasm: file, use }) => {
  /** Stands in for a browser's fetch, which Node's is but for files; fails the first time. */
  const host = `
    import { readFileSync } from "node:fs";
    let calls = 0;
    globalThis.fetch = async (url) => {
      console.log(++calls, String(url).split("/").slice(-3).join("/"));
      if (calls === 1) throw new TypeError("fetch failed");
      return new Response(readFileSync(url), { headers: { "content-type": "application/wasm" } });
    };
    const { run } = await import("./assets/bundle.js");
    await run().catch((error) => console.log(error.message));
    await Promise.all([run(), run()]);`;

  test("by esbuild: one file, and the WebAssembly where it looks for it", async () => {
    const site = join(project, `site${entry}`);
    writeFileSync(join(project, "entry.mjs"), `import { createEngine } from "${name}"; export const run = () => ${use};`);
    const { metafile } = await esbuild({
      absWorkingDir: project,
      entryPoints: ["entry.mjs"],
      outfile: join(site, "assets", "bundle.js"),
      bundle: true,
      minify: true,
      format: "esm",
      platform: "browser",
      target: "es2022",
      metafile: true,
      logLevel: "error",
    });
    const inputs = Object.keys(metafile.inputs);
    expect(inputs.filter((path) => /(browser|node)(-slim)?\.js$/.test(path))).toEqual([`node_modules/vexil/dist/browser${entry}.js`]);
    cpSync(join(installed, "wasm", file), join(site, "wasm", file));
    writeFileSync(join(site, "host.mjs"), host);
    const lines = run(process.execPath, [join(site, "host.mjs")]).trim().split("\n");
    // A failure is not kept, and engines that are made at once share one download.
    expect(lines).toEqual([`1 site${entry}/wasm/${file}`, "fetch failed", `2 site${entry}/wasm/${file}`, "true 0", "true 0"]);
  });

  test("by Vite, which brings the WebAssembly along", async () => {
    const { build } = await import("vite");
    const site = join(project, `vite${entry}`);
    mkdirSync(site, { recursive: true });
    writeFileSync(join(site, "index.html"), `<script type="module" src="./main.js"></script>`);
    writeFileSync(join(site, "main.js"), `import { createEngine } from "${name}"; ${use};`);
    await build({ root: site, configFile: false, logLevel: "error" });
    const assets = readdirSync(join(site, "dist", "assets"));
    expect(assets).toHaveLength(2);
    const [wasm, script] = [assets.find((name) => name.endsWith(".wasm")), assets.find((name) => name.endsWith(".js"))];
    expect(readFileSync(join(site, "dist", "assets", wasm as string))).toEqual(readFileSync(join(installed, "wasm", file)));
    const text = readFileSync(join(site, "dist", "assets", script as string), "utf8");
    expect(text).toContain(wasm);
    expect(text).not.toContain("node:");
  });
});

describe("its README", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");

  test("has an example that prints what it says", () => {
    const [, example, printed] = /```js\n(.*?)```.*?```text\n(.*?)```/s.exec(readme) ?? [];
    expect(example?.trim().split("\n").length).toBeLessThan(30);
    expect(node("example.mjs", example ?? "")).toBe(printed);
  });

  test("has an example of exposures, which prints what it says after the first one", () => {
    const [, first] = /```js\n(.*?)```/s.exec(readme) ?? [];
    const [, section] = /\n## Exposures.*?\n(.*?)\n## /s.exec(readme) ?? [];
    const [, example, printed] = /```js\n(.*?)```.*?```text\n(.*?)```/s.exec(section ?? "") ?? [];
    const [engine] = /import .*?\n\n(const engine = .*?\}\);)/s.exec(first ?? "")?.slice(1) ?? [];
    expect(node("exposures.mjs", `import { createEngine } from "vexil";\n${engine}\n${example}`)).toBe(printed);
  });

  test("links to nothing that the tarball lacks", () => {
    const targets = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target as string);
    const relative = targets.filter((target) => !target.startsWith("https://"));
    expect(relative.length).toBeGreaterThan(0);
    for (const target of relative) expect(existsSync(join(installed, target)), target).toBe(true);
  });

  test("names every call there is", () => {
    const calls = [Engine, BaseEngine].flatMap(({ prototype }) => Object.getOwnPropertyNames(prototype));
    const internal = ["constructor", "artifact", "ruleset", "missing", "explanation", "replace", "apply", "isObserved"];
    internal.push("observed", "traced", "tracedRow");
    const named = calls.filter((name) => !internal.includes(name));
    expect(named.length).toBeGreaterThan(12);
    for (const call of [...named, "createEngine", "SnapshotError"]) expect(readme).toMatch(new RegExp(`\\b${call}\\b`));
  });

  test("has an example of a compiled snapshot, which prints what it says", () => {
    const [, section] = /\n## Compiled snapshots\n(.*?)\n## /s.exec(readme) ?? [];
    const [, command, example, printed] = /```sh\nvexil (.*?)\n```.*?```js\n(.*?)```.*?```text\n(.*?)```/s.exec(section ?? "") ?? [];
    // The snapshot is that of the first example.
    const [, object] = /createEngine\((\{.*?\n\})\);/s.exec(readme) ?? [];
    writeFileSync(join(project, "flags.json"), node("flags.mjs", `console.log(JSON.stringify(${object}))`));
    run(resolve(process.env["VEXIL"] ?? ""), command?.split(" ") ?? []);
    expect(node("slim-example.mjs", example ?? "")).toBe(printed);
  });
});
