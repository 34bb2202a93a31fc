/** What a page or an edge worker downloads of an engine: minified by esbuild, `gzip -9`, WebAssembly included. */

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));

/** Bytes, or undefined for an engine that is not downloaded. */
export async function shippedSize({ ship, isOurs }) {
  if (ship === undefined) return undefined;
  const script = await bundle(ship);
  const modules = isOurs ? modulesIn(script) : ship.wasm ? [`node_modules/${ship.wasm}`] : [];
  return gzipped(script) + modules.reduce((sum, file) => sum + gzipped(readFileSync(here + file)), 0);
}

async function bundle({ code, isServer }) {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: here, loader: "js" },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
    platform: isServer ? "node" : "browser",
    define: { "process.env.NODE_ENV": '"production"' },
    external: ["node:*", "crypto"],
    legalComments: "none",
    logLevel: "silent",
  });
  return Buffer.from(outputFiles[0].contents);
}

/** The modules that our own package loads beside its script. */
function modulesIn(script) {
  const names = new Set([...script.toString().matchAll(/[\w./-]+\.wasm/g)].map(([path]) => basename(path)));
  if (names.size === 0) throw new Error("the script loads no WebAssembly");
  return [...names].map((name) => `node_modules/vexil/wasm/${name}`);
}

function gzipped(bytes) {
  return gzipSync(bytes, { level: 9 }).length;
}
