import { defineConfig } from "vitest/config";

/** Tests that are run with an artifact: `test/support.ts` makes its engines. */
function withArtifact(artifact: "full" | "slim", include: string) {
  return { extends: true as const, test: { name: artifact, include: [include], provide: { artifact } } };
}

export default defineConfig({
  test: {
    projects: [withArtifact("full", "test/**/*.test.ts"), withArtifact("slim", "test/{boundary,answers}/*.test.ts")],
    maxWorkers: "100%",
    // Generous, for a busy machine; a test that hangs is still noticed.
    testTimeout: 60_000,
    hookTimeout: 180_000,
  },
});
