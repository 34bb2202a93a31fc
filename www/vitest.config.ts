import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: "test/browser/served.ts",
    // Its `main` is not a module of ECMAScript; what a bundler takes is.
    server: { deps: { inline: ["jsonc-parser"] } },
    // One browser at a time.
    fileParallelism: false,
    // Generous, for a busy machine; a test that hangs is still noticed.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
