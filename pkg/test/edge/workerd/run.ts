/** Runs worker scripts in workerd, as a bundler would leave them. */

import { basename } from "node:path";
import { fileURLToPath } from "node:url";

import { build, type Plugin } from "esbuild";
import { Miniflare, type MiniflareOptions } from "miniflare";

/** A runtime for the worker of a file or of a source; to be disposed of. */
export async function workerdOf(
  entry: string | { readonly source: string; readonly plugins: Plugin[] },
  options: Partial<MiniflareOptions> = {},
): Promise<Miniflare> {
  const from = fileURLToPath(new URL(".", import.meta.url));
  const { outputFiles } = await build({
    ...(typeof entry === "string"
      ? { entryPoints: [fileURLToPath(new URL(entry, import.meta.url))] }
      : { stdin: { contents: entry.source, resolveDir: from, loader: "js" as const }, plugins: entry.plugins }),
    bundle: true,
    write: false,
    outdir: "out",
    loader: { ".wasm": "copy" },
    format: "esm",
    platform: "neutral",
    target: "es2022",
    external: ["cloudflare:*"],
    logLevel: "warning",
  });
  const modules = outputFiles.map(({ path, contents, text }) =>
    path.endsWith(".wasm")
      ? ({ type: "CompiledWasm", path: basename(path), contents } as const)
      : ({ type: "ESModule", path: basename(path), contents: text } as const),
  );
  // The first is where it begins.
  modules.sort((a, b) => (a.type === b.type ? 0 : a.type === "ESModule" ? -1 : 1));
  // Straight to the worker: what miniflare has before it would be measured and tested too.
  return new Miniflare({ modules, compatibilityDate: "2026-04-01", unsafeDirectSockets: [{}], ...options } as MiniflareOptions);
}
