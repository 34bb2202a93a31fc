// Two files for an import: where modules are loaded as they are, each of them costs half a millisecond. What both entries
// of a host have in common is in a file of its own, so that an error of one is an error of the other.
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

/** Entries that need no artifact: each is one file. */
const NEUTRAL = ["bootstrap", "exposures"];

await build({
  absWorkingDir: fileURLToPath(new URL("..", import.meta.url)),
  entryPoints: NEUTRAL.map((name) => `src/${name}.ts`),
  outdir: "dist",
  bundle: true,
  format: "esm",
  platform: "neutral",
  target: "es2022",
  logLevel: "warning",
});

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
