/** `vexil/wrap` as it is published: its page, which is run, and its types. */

import { join } from "node:path";

import ts from "typescript";
import { describe, expect, test } from "vitest";

import { RULESET, SNAPSHOT } from "./entries.js";
import { provesPage } from "./programs.js";
import { folder, node, write } from "./project.js";

describe("the page", () => {
  const { text, programs } = provesPage("wrap.md");

  test("has two programs, whose types are right, and names what is exported", async () => {
    expect(programs.map(({ name }) => name)).toEqual(["search.mjs", "shop.ts"]);
    const directory = folder();
    write(directory, { "shop.mts": programs[1]?.text ?? "" });
    const options = { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022, strict: true, noEmit: true };
    // Neither types of the web nor of Node are needed, but for the console.
    write(directory, { "console.d.ts": "declare const console: { log(...values: unknown[]): void };" });
    const files = ["shop.mts", "console.d.ts"].map((name) => join(directory, name));
    const program = ts.createProgram(files, { ...options, lib: ["lib.es2022.d.ts"], types: [] });
    expect(ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText)).toEqual([]);
    const names = await node("names.mjs", `import * as all from "vexil/wrap"; console.log(Object.keys(all).join());`);
    for (const name of names.trim().split(",")) expect(text).toMatch(new RegExp(`\\b${name}\\b`));
  });
});

test("S2-20: is imported and required, and asks an engine of any artifact", async () => {
  const use = `
    (async () => {
      for (const engine of [await full.createEngine(${SNAPSHOT}), await slim.createEngine(${RULESET})]) {
        const options = { on: () => "new", off: () => "old", context: (targetingKey) => ({ targetingKey }) };
        const answers = ["on", "unknown"].map((flag) => wrap(engine, flag, options)("u-1"));
        console.log(...answers, wrap(() => undefined, "on", options)("u-1"));
      }
    })();`;
  const printed = "new old old\n".repeat(2);
  const imported = `import * as full from "vexil"; import * as slim from "vexil/slim"; import { wrap } from "vexil/wrap";`;
  expect(await node("esm.mjs", `${imported} ${use}`)).toBe(printed);
  const required = `const full = require("vexil"); const slim = require("vexil/slim"); const { wrap } = require("vexil/wrap");`;
  expect(await node("cjs.cjs", `${required} ${use}`, "--no-warnings")).toBe(printed);
});
