// Two files for an import: where modules are loaded as they are, each of them costs half a millisecond. What both entries
// of a host have in common is in a file of its own, so that an error of one is an error of the other.
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

for (const host of ["node", "browser", "workerd"]) {
  await build({
    absWorkingDir: fileURLToPath(new URL("..", import.meta.url)),
    entryPoints: [`src/${host}.ts`, `src/${host}-slim.ts`],
    outbase: "src",
    outdir: "dist",
    chunkNames: `${host}-common`,
    bundle: true,
    splitting: true,
    external: ["node:*", "*.wasm"],
    format: "esm",
    platform: "neutral",
    target: "es2022",
    logLevel: "warning",
  });
}

// What is the same on every host is one file for each entry, and brings no engine along.
await build({
  absWorkingDir: fileURLToPath(new URL("..", import.meta.url)),
  entryPoints: ["src/edge.ts"],
  outdir: "dist",
  bundle: true,
  format: "esm",
  platform: "neutral",
  target: "es2022",
  logLevel: "warning",
});
