// Two files for an import: where modules are loaded as they are, each of them costs half a millisecond. What both entries
// of a host have in common is in a file of its own, so that an error of one is an error of the other.
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

/** The hosts of `src/module.ts`, and how each imports WebAssembly to have it as a module. */
const IMPORTS = {
  workerd: (wasm) => `import module from "${wasm}";`,
  "edge-light": (wasm) => `import module from "${wasm}?module";`,
  deno: (wasm) => `import source module from "${wasm}";`,
};

for (const host of ["node", "browser", "inline"]) await bundle(host, host);
for (const [host, written] of Object.entries(IMPORTS)) await bundle(host, "module", [importing(written)]);

/** Writes both entries of a host, which are those of `source`. */
async function bundle(host, source, plugins = []) {
  await build({
    absWorkingDir: fileURLToPath(new URL("..", import.meta.url)),
    entryPoints: { [host]: `src/${source}.ts`, [`${host}-slim`]: `src/${source}-slim.ts` },
    outdir: "dist",
    chunkNames: `${host}-common`,
    bundle: true,
    splitting: true,
    external: ["node:*"],
    loader: { ".wasm": "base64" },
    plugins,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    supported: { "import-source": true },
    logLevel: "warning",
  });
}

/** An import of WebAssembly stays one, and is written as the host has it. */
function importing(written) {
  return {
    name: "importing",
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /\.wasm$/, namespace: "file" }, ({ path }) => ({ path, namespace: "wasm" }));
      onResolve({ filter: /\.wasm/, namespace: "wasm" }, ({ path }) => ({ path, external: true }));
      onLoad({ filter: /\.wasm$/, namespace: "wasm" }, ({ path }) => ({ contents: `${written(path)} export default module;` }));
    },
  };
}
