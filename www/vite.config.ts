import { createHash } from "node:crypto";
import { defineConfig, type Plugin, type Rolldown } from "vite";

/** Where a service worker must be to have the whole page in its scope. */
const SERVICE_WORKER = "sw.js";

/** Other alphabets than Latin are drawn in the reader's own fonts. */
const KEPT = /\.(js|css|wasm|woff2|svg|webmanifest)$/;

/** Tells the service worker what to keep: every file of the build, by its hashed name. */
function offline(): Plugin {
  return {
    name: "offline",
    apply: "build",
    enforce: "post",
    generateBundle(_, bundle) {
      const worker = bundle[SERVICE_WORKER];
      if (worker?.type !== "chunk") throw new Error("the service worker is not in the bundle");
      const names = Object.keys(bundle).filter((name) => name !== SERVICE_WORKER && KEPT.test(name));
      const files = ["./", "icon.svg", ...names.sort()];
      const hash = createHash("sha256").update(JSON.stringify(files)).update(pageOf(bundle)).digest("hex");
      const version = JSON.stringify(hash.slice(0, 12));
      worker.code = worker.code.replace("__FILES__", JSON.stringify(files)).replace("__VERSION__", version);
    },
  };
}

/** The page itself, whose name has no hash. */
function pageOf(bundle: Rolldown.OutputBundle): string {
  const page = bundle["index.html"];
  return page?.type === "asset" ? String(page.source) : "";
}

export default defineConfig({
  // Wherever it is put, below any path.
  base: "./",
  plugins: [offline()],
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    // In kB. Most of it is the editor, which is there from the first moment on.
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      input: { index: "index.html", sw: "src/offline/service-worker.ts" },
      output: {
        entryFileNames: ({ name }) => (name === "sw" ? SERVICE_WORKER : "assets/[name]-[hash].js"),
      },
    },
  },
  worker: { format: "es" },
  // The package and the shop's snapshot are beside this folder.
  server: { fs: { allow: [".."] } },
});
