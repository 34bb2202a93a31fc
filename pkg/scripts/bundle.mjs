// Two files for an import: where modules are loaded as they are, each of them costs half a millisecond. What both entries
// of a host have in common is in a file of its own, so that an error of one is an error of the other.
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

/** What runs on every host: one file each, of nothing but itself and the packages that it is for. */
const NEUTRAL = ["bootstrap", "exposures", "openfeature-server", "openfeature-web"];

const COMMON = {
  absWorkingDir: fileURLToPath(new URL("..", import.meta.url)),
  outdir: "dist",
  bundle: true,
  format: "esm",
  platform: "neutral",
  target: "es2022",
  logLevel: "warning",
};

for (const host of ["node", "browser", "workerd"]) {
  await build({
    ...COMMON,
    entryPoints: [`src/${host}.ts`, `src/${host}-slim.ts`],
    chunkNames: `${host}-common`,
    splitting: true,
    external: ["node:*", "*.wasm"],
  });
}

await build({ ...COMMON, entryPoints: NEUTRAL.map((name) => `src/${name}.ts`), external: ["node:*", "@openfeature/*"] });
