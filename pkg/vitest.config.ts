import { fileURLToPath } from "node:url";

import { transform } from "esbuild";
import { configDefaults, defineConfig } from "vitest/config";

/** OpenFeature's own suite is not in this repository: where it is missing, no test of it counts. */
const missing = process.env["VEXIL_OPENFEATURE"] ? [] : ["test/openfeature/specification.test.ts"];

/** Tests that are run with an artifact: `test/support.ts` makes its engines. */
function withArtifact(artifact: "full" | "slim", include: string) {
  const exclude = [...configDefaults.exclude, ...OF_THE_PACKAGE, ...missing];
  return { extends: true as const, test: { name: artifact, include: [include], exclude, provide: { artifact } } };
}

/** Tests of the package as it is published. */
const OF_THE_PACKAGE = ["test/package.test.ts", "test/{package,runtimes,docs}/**/*.test.ts"];

const ofThePackage = {
  extends: true as const,
  test: {
    name: "package",
    include: OF_THE_PACKAGE,
    globalSetup: ["test/missing.ts", "test/package/setup.ts"],
    provide: { artifact: "full" as const },
  },
};

/** The package by its own name, as an entry that needs an engine imports it. */
const own = (find: RegExp, entry: string) => ({ find, replacement: fileURLToPath(new URL(`src/${entry}.ts`, import.meta.url)) });

/** Decorators as they are compiled for what has none yet, as Node: vitest itself leaves them as they are. */
const decorators = {
  name: "decorators",
  enforce: "pre" as const,
  transform(code: string, file: string) {
    if (!file.includes("/test/wrap/")) return undefined;
    return transform(code, { loader: "ts", target: "es2022", sourcefile: file, sourcemap: true });
  },
};

export default defineConfig({
  plugins: [decorators],
  resolve: { alias: [own(/^vexil$/, "node"), own(/^vexil\/control$/, "node-control")] },
  test: {
    projects: [
      withArtifact("full", "test/**/*.test.ts"),
      withArtifact("slim", "test/{boundary,answers,openfeature}/*.test.ts"),
      ofThePackage,
    ],
    maxWorkers: "100%",
    // Generous, for a busy machine; a test that hangs is still noticed.
    testTimeout: 60_000,
    hookTimeout: 180_000,
  },
});
