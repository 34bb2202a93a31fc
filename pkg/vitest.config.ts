import { configDefaults, defineConfig } from "vitest/config";

/** OpenFeature's own suite is not in this repository: where it is missing, no test of it counts. */
const missing = process.env["VEXIL_OPENFEATURE"] ? [] : ["test/openfeature/specification.test.ts"];

/** Tests that are run with an artifact: `test/support.ts` makes its engines. */
function withArtifact(artifact: "full" | "slim", include: string[]) {
  const exclude = [...configDefaults.exclude, ...missing];
  return { name: artifact, include, exclude, provide: { artifact } };
}

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { ...withArtifact("full", ["test/**/*.test.ts"]), globalSetup: "test/missing.ts" } },
      { extends: true, test: withArtifact("slim", ["test/{boundary,answers}/*.test.ts", "test/openfeature/*.test.ts"]) },
    ],
    maxWorkers: "100%",
    // Generous, for a busy machine; a test that hangs is still noticed.
    testTimeout: 60_000,
    hookTimeout: 180_000,
  },
});
