/**
 * What each entry of the built package weighs, and how long a worker takes until its first answer.
 *
 *     VEXIL=../target/release/vexil node scripts/measure.mjs [rounds]
 *
 * The command line compiles the ruleset of the slim worker. Both workers evaluate a flag of `examples/shop`. Times
 * compare only with others of one run.
 */

import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";
import workerd from "workerd";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SHOP = new URL("../../examples/shop/snapshot.json", import.meta.url);
const MANIFEST = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const ROUNDS = Number(process.argv[2] ?? 25);

/** The conditions of each host, with those that its bundlers have by themselves. */
const HOSTS = {
  node: ["node"],
  bun: ["bun", "node"],
  deno: ["deno", "node"],
  browser: ["browser"],
  workerd: ["workerd", "worker", "browser"],
  "edge-light": ["edge-light", "worker", "browser"],
};

function print(name, first, second, note = "") {
  console.log(`${name.padEnd(34)}${String(first).padStart(12)}${String(second).padStart(12)}  ${note}`.trimEnd());
}

const weight = (bytes) => gzipSync(bytes, { level: 9 }).length;

/** What an import brings: minified, in one file. WebAssembly that is imported stays beside it. */
async function bundle(contents, conditions, external = []) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: ROOT },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    supported: { "import-source": true },
    conditions,
    external: ["node:*", "*.wasm", "*.wasm?module", ...external],
    // The paths of the sources' own settings would lead past what is exported.
    tsconfigRaw: {},
    metafile: true,
    write: false,
  });
  const files = Object.keys(metafile.inputs).map((path) => basename(path));
  const file = files.find((name) => name.endsWith(".js") && !name.endsWith("-common.js"));
  return { script: outputFiles[0].contents, file };
}

async function weigh() {
  print("bytes after gzip -9, by host", "JavaScript", "with wasm", "file");
  for (const [name, wasm] of [["vexil", "vexil.wasm"], ["vexil/slim", "vexil-slim.wasm"], ["vexil/control", "vexil-control.wasm"]]) {
    const apart = weight(readFileSync(new URL(`../wasm/${wasm}`, import.meta.url)));
    for (const [host, conditions] of Object.entries(HOSTS)) await row(name, host, conditions, apart);
    await row(`${name}/inline`, "browser", HOSTS.browser, 0);
  }
  // One file for all hosts: an engine comes with another import, and the kits of others are not ours to weigh.
  const others = ["vexil", "vexil/control", "@openfeature/*"];
  for (const [path, { default: file, workerd: own }] of Object.entries(MANIFEST.exports)) {
    const name = path.replace(".", "vexil");
    if (file === undefined || own !== undefined) continue;
    const { script } = await bundle(`export * from "${file}";`, HOSTS.node, others);
    print(`${name}, any host`, weight(script), "", basename(file));
  }
}

async function row(name, host, conditions, wasm) {
  const { script, file } = await bundle(`export * from "${name}";`, conditions);
  const size = weight(script);
  print(`${name}, ${host}`, size, size + wasm, file);
}

/** Workers by what they do before their first answer. */
function workers() {
  const snapshot = readFileSync(SHOP, "utf8");
  const vexil = process.env.VEXIL;
  if (vexil === undefined) throw new Error("VEXIL must be the path of the command line");
  const compile = ["compile", fileURLToPath(SHOP), "--output", "-"];
  const ruleset = execFileSync(vexil, compile, { stdio: ["ignore", "pipe", "ignore"] });
  const answering = (name, input) => `
    import { createEngine } from "${name}";
    const engine = createEngine(${input});
    const answer = async () => (await engine).details("product.gallery", { visitor: "v-1" }).reason;
    export default { fetch: async () => new Response(await answer()) };`;
  return {
    "answers by itself": { source: `export default { fetch: () => new Response("SPLIT") };` },
    vexil: { source: answering("vexil", JSON.stringify(snapshot)), wasm: "vexil.wasm" },
    "vexil/slim": {
      source: answering("vexil/slim", `Uint8Array.from(atob("${ruleset.toString("base64")}"), (byte) => byte.charCodeAt(0))`),
      wasm: "vexil-slim.wasm",
    },
  };
}

/** Writes a worker as workerd wants it. */
async function write(directory, { source, wasm }) {
  const { script } = await bundle(source, HOSTS.workerd);
  writeFileSync(join(directory, "worker.js"), script);
  const modules = [`(name = "dist/worker.js", esModule = embed "worker.js")`];
  if (wasm !== undefined) {
    copyFileSync(new URL(`../wasm/${wasm}`, import.meta.url), join(directory, wasm));
    modules.push(`(name = "wasm/${wasm}", wasm = embed "${wasm}")`);
  }
  writeFileSync(
    join(directory, "worker.capnp"),
    `using Workerd = import "/workerd/workerd.capnp";
    const config :Workerd.Config = (services = [(name = "main", worker = .worker)],
      sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]);
    const worker :Workerd.Worker = (modules = [${modules.join(", ")}], compatibilityDate = "2026-04-01");`,
  );
}

/** Milliseconds from the start of a process to its first answer. */
async function start(directory) {
  const started = performance.now();
  const child = spawn(workerd.default, ["serve", "worker.capnp", "--control-fd=3"], {
    cwd: directory,
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  });
  try {
    for await (const line of createInterface({ input: child.stdio[3] })) {
      const { event, port } = JSON.parse(line);
      if (event !== "listen") continue;
      const response = await fetch(`http://127.0.0.1:${port}/`);
      const answer = await response.text();
      if (answer !== "SPLIT") throw new Error(`the worker answers: ${answer}`);
      return performance.now() - started;
    }
    throw new Error("workerd ended before it listened");
  } finally {
    child.kill();
  }
}

/** The least and the middle of some times: what else the machine does only adds to them. */
function summary(times) {
  const sorted = times.toSorted((a, b) => a - b);
  return [sorted[0], sorted[sorted.length >> 1]].map((time) => time.toFixed(1));
}

async function time(parent) {
  const times = {};
  for (const [name, worker] of Object.entries(workers())) {
    const directory = mkdtempSync(join(parent, "worker-"));
    await write(directory, worker);
    times[name] = { directory, taken: [] };
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const { directory, taken } of Object.values(times)) taken.push(await start(directory));
  }
  console.log();
  print("workerd, ms to the first answer", `least of ${ROUNDS}`, "median");
  for (const [name, { taken }] of Object.entries(times)) print(name, ...summary(taken));
}

const scratch = mkdtempSync(join(tmpdir(), "vexil-measure-"));
try {
  await weigh();
  await time(scratch);
} finally {
  rmSync(scratch, { recursive: true });
}
