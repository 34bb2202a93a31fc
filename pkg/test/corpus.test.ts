/** Every fixture of the repository through the public API, by every way to evaluate. */

import { describe, expect, test } from "vitest";

import * as full from "../src/node.js";
import * as slim from "../src/node-slim.js";
import { lacking, rulesetOf } from "./compiler.js";
import { checksOf } from "./corpus/cases.js";
import { fixtureFile } from "./corpus/fixtures.js";
import { readFixtures } from "./corpus/read.js";
import { waysOf } from "./corpus/ways.js";

const files = readFixtures();

test("the corpus is there", () => {
  expect(files.length).toBeGreaterThan(150);
});

for (const [name, text] of files) {
  const file = fixtureFile(name, text);
  for (const way of waysOf(full, slim, { rulesetOf, lacking })) {
    const checks = checksOf(file, way, full);
    if (checks.length > 0) {
      describe(`${name}, ${way.name}`, () => {
        for (const { why, check } of checks) test(why, check);
      });
    }
  }
}
