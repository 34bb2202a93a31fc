/** The pages of `docs/start`: who does what they say sees what they show. */

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { root } from "../package/project.js";
import { stepsOf } from "./page.js";
import { Reader } from "./reader.js";
import { type Registry, startRegistry } from "./registry.js";

const PAGES = ["node", "browser", "workers", "deno", "bun"];
/** A page is for a first look, and no longer. */
const MOST_LINES = 60;

let registry: Registry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.close());

test.each(PAGES)("%s.md", async (name) => {
  const page = readFileSync(join(root, "..", "docs", "start", `${name}.md`), "utf8");
  expect(page.split("\n").length - 1).toBeLessThanOrEqual(MOST_LINES);
  expect(stepsOf(page).filter(({ kind }) => kind === "output").length).toBeGreaterThan(0);
  const reader = new Reader(registry);
  try {
    await reader.read(page);
  } finally {
    await reader.close();
  }
});
