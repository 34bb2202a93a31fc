import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Generous, for a busy machine; a test that hangs is still noticed.
    testTimeout: 60_000,
    hookTimeout: 180_000,
  },
});
