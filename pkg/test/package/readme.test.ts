/** The README of the package: its examples print what it says, and it is complete. */

import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { expect, test } from "vitest";

import { BaseEngine } from "../../src/engine/base.js";
import { Engine } from "../../src/node.js";
import { folder, installed, node, root, run, write } from "./project.js";

const readme = readFileSync(join(root, "README.md"), "utf8");

test("has an example that prints what it says", async () => {
  const [, example, printed] = /```js\n(.*?)```.*?```text\n(.*?)```/s.exec(readme) ?? [];
  expect(example?.trim().split("\n").length).toBeLessThan(30);
  expect(await node("example.mjs", example ?? "")).toBe(printed);
});

test("has an example of exposures, which prints what it says after the first one", async () => {
  const [, first] = /```js\n(.*?)```/s.exec(readme) ?? [];
  const [, section] = /\n## Exposures.*?\n(.*?)\n## /s.exec(readme) ?? [];
  const [, example, printed] = /```js\n(.*?)```.*?```text\n(.*?)```/s.exec(section ?? "") ?? [];
  const [engine] = /\n(const engine = .*?\}\);)/s.exec(first ?? "")?.slice(1) ?? [];
  expect(await node("exposures.mjs", `import { createEngine } from "vexil";\n${engine}\n${example}`)).toBe(printed);
});

test("links to nothing that the tarball lacks", () => {
  const targets = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target as string);
  const relative = targets.filter((target) => !target.startsWith("https://"));
  expect(relative.length).toBeGreaterThan(0);
  for (const target of relative) expect(existsSync(join(installed, target)), target).toBe(true);
});

test("names every call there is", () => {
  const calls = [Engine, BaseEngine].flatMap(({ prototype }) => Object.getOwnPropertyNames(prototype));
  const internal = ["constructor", "artifact", "ruleset", "missing", "explanation", "replace", "apply", "isObserved"];
  internal.push("observed", "traced", "tracedRow");
  const named = calls.filter((name) => !internal.includes(name));
  expect(named.length).toBeGreaterThan(12);
  for (const call of [...named, "createEngine", "SnapshotError"]) expect(readme).toMatch(new RegExp(`\\b${call}\\b`));
});

test("has an example of a compiled snapshot, which prints what it says", async () => {
  const [, section] = /\n## Compiled snapshots\n(.*?)\n## /s.exec(readme) ?? [];
  const parts = /```sh\nvexil (.*?)\n```.*?```js\n(.*?)```.*?```text\n(.*?)```/s;
  const [, command, example, printed] = parts.exec(section ?? "") ?? [];
  // The snapshot is that of the first example.
  const [, object] = /createEngine\((\{.*?\n\})\);/s.exec(readme) ?? [];
  const cwd = folder();
  const snapshot = await node("flags.mjs", `console.log(JSON.stringify(${object}))`);
  write(cwd, { "flags.json": snapshot, "example.mjs": example ?? "" });
  await run(resolve(process.env["VEXIL"] ?? ""), command?.split(" ") ?? [], { cwd });
  expect(await run(process.execPath, ["example.mjs"], { cwd })).toBe(printed);
});
