import { readFileSync } from "node:fs";
import { join } from "node:path";

import { EdgeVM } from "@edge-runtime/vm";
import { build, type Plugin } from "esbuild";

import { folder, installed } from "../package/project.js";
import type { Report } from "./report.js";
import { asking, filesOf, proves } from "./runtime.js";

/** As Next.js does it: what is imported as a module is a global, which was compiled outside, in another realm. */
const MODULES: Plugin = {
  name: "modules",
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /\.wasm\?module$/ }, ({ path }) => ({ path, namespace: "module" }));
    onLoad({ filter: /^/, namespace: "module" }, ({ path }) => ({ contents: `export default modules["${path}"]` }));
  },
};

proves("Vercel's edge runtime", "edge-light", async () => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: `${asking()} globalThis.ask = ask;`, resolveDir: folder() },
    bundle: true,
    conditions: ["edge-light"],
    plugins: [MODULES],
    metafile: true,
    write: false,
  });
  const compiled = ["vexil.wasm", "vexil-slim.wasm", "vexil-control.wasm"].map((file) => {
    return [`../wasm/${file}?module`, new WebAssembly.Module(readFileSync(join(installed, "wasm", file)))] as const;
  });
  const edge = new EdgeVM({ extend: (context) => Object.assign(context, { modules: Object.fromEntries(compiled) }) });
  edge.evaluate(outputFiles[0]?.text ?? "");
  const report = JSON.parse(await edge.evaluate<Promise<string>>("ask()")) as Report;
  return { report, loaded: filesOf(Object.keys(metafile.inputs).join("\n")) };
});
