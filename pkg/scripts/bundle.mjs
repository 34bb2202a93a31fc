// Two files for an import: where modules are loaded as they are, each of them costs half a millisecond. What both entries
// of a host have in common is in a file of its own, so that an error of one is an error of the other.
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const options = {
  absWorkingDir: fileURLToPath(new URL("..", import.meta.url)),
  outbase: "src",
  outdir: "dist",
  bundle: true,
  external: ["node:*", "*.wasm"],
  format: "esm",
  platform: "neutral",
  target: "es2022",
  logLevel: "warning",
};

for (const host of ["node", "browser", "workerd"]) {
  const entryPoints = [`src/${host}.ts`, `src/${host}-slim.ts`];
  await build({ ...options, entryPoints, chunkNames: `${host}-common`, splitting: true });
}

// What works with the engine of any host, each in one file.
await build({ ...options, entryPoints: ["src/sources.ts", "src/sources-file.ts", "src/sources-redis.ts"] });
