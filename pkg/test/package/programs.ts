/** Pages of the documentation whose programs say what they print. */

import { readFileSync } from "node:fs";
import { join } from "node:path";

import ts from "typescript";
import { expect, test } from "vitest";

import { type Step, stepsOf } from "../docs/page.js";
import { folder, root, run, write } from "./project.js";

export interface Program {
  readonly name: string;
  readonly text: string;
  /** What follows it in the page. */
  readonly output: Step | undefined;
}

export interface Page {
  readonly text: string;
  readonly programs: readonly Program[];
}

/** Tests that each program of a page prints what the page says. What stands before its first heading is said of all of them. */
export function provesPage(file: string): Page {
  const text = readFileSync(join(root, "..", "docs", file), "utf8");
  const steps = stepsOf(text.slice(text.indexOf("## ")));
  const programs = steps.flatMap((step, index) => (step.kind === "file" ? [{ ...step, output: steps[index + 1] }] : []));
  test.each(programs)("$name prints what it says", async ({ name, text, output }) => {
    expect(output).toEqual({ kind: "output", text: await printed(name, text) });
  });
  return { text, programs };
}

function printed(name: string, text: string): Promise<string> {
  const directory = folder();
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  const isScript = !name.endsWith(".ts");
  const script = isScript ? name : name.replace(/\.ts$/, ".mjs");
  write(directory, { [script]: isScript ? text : ts.transpileModule(text, { compilerOptions }).outputText });
  return run(process.execPath, [script], { cwd: directory });
}
