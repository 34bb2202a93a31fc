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

/** What runs on every host: one file each, of nothing but itself and the packages that it is for; `vexil` by its name may be one. */
const NEUTRAL = ["bootstrap", "compat", "edge", "exposures", "openfeature-server", "openfeature-web", "sources", "sources-file", "sources-redis", "wrap"];

const COMMON = {
  absWorkingDir: fileURLToPath(new URL("..", import.meta.url)),
  outdir: "dist",
  bundle: true,
  format: "esm",
  platform: "neutral",
  target: "es2022",
  logLevel: "warning",
};

for (const host of ["node", "browser", "inline"]) await bundle(host, host);
for (const [host, written] of Object.entries(IMPORTS)) await bundle(host, "module", [importing(written)]);

await build({ ...COMMON, entryPoints: NEUTRAL.map((name) => `src/${name}.ts`), external: ["node:*", "@openfeature/*", "vexil", "vexil/control"] });

/** Writes the entries of a host, which are those of `source`. Control is one file: who evaluates loads nothing of it. */
async function bundle(host, source, plugins = []) {
  const common = { ...COMMON, external: ["node:*"], loader: { ".wasm": "base64" }, plugins, supported: { "import-source": true } };
  const engines = { [host]: `src/${source}.ts`, [`${host}-slim`]: `src/${source}-slim.ts` };
  await build({ ...common, entryPoints: engines, chunkNames: `${host}-common`, splitting: true });
  await build({ ...common, entryPoints: { [`${host}-control`]: `src/${source}-control.ts` } });
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
