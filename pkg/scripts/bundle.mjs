// One file for each entry: where modules are loaded as they are, each of them costs half a millisecond.
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

await build({
  absWorkingDir: fileURLToPath(new URL("..", import.meta.url)),
  entryPoints: ["src/node.ts", "src/browser.ts", "src/slim/node.ts", "src/slim/browser.ts"],
  outbase: "src",
  outdir: "dist",
  bundle: true,
  external: ["node:*"],
  format: "esm",
  platform: "neutral",
  target: "es2022",
  logLevel: "warning",
});
