/** Every case of `tests/control` and `tests/analysis`, and every answer to them, is of the types that the package has. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import ts from "typescript";
import { expect, test } from "vitest";

import { createControl } from "../../src/node-control.js";
import { controlFiles, experiments, Host, observed, verdicts } from "./cases.js";

const control = await createControl();

/** Values, each as its type should have it. */
function* values(): Generator<readonly [type: string, value: unknown]> {
  for (const { input, refused } of experiments.filter(({ refused }) => refused === undefined)) {
    yield ["ExperimentInput", input];
    if (refused === undefined) yield ["ExperimentAnalysis", control.analyze(input)];
  }
  const { start } = verdicts;
  for (const verdict of verdicts.cases) {
    const { guardrail, alpha } = verdict;
    const observations = observed(control, verdict);
    const now = start + verdict.now;
    const seen = control.seen({ guardrail, observations, period: { since: start, stageSince: start }, now });
    const scope = { subject: "s", windowMs: 600_000, arms: [{ arm: "canary", active: true, share: 1 }], baseline: "control" } as const;
    yield ["Guardrail", guardrail];
    yield ["GuardrailSeen", seen];
    yield ["GuardrailVerdict", control.judgeGuardrail({ guardrail, seen, alpha })];
    yield ["Report", control.report({ scope, observations, now })];
  }
  yield ["GuardrailPlan", control.canaryPlan()];
  const [scenario, traffic] = ["plan", "traffic"].map((name) => JSON.parse(readFileSync(new URL(`../../../examples/canary/${name}.json`, import.meta.url), "utf8")) as never);
  yield ["SimulateQuestion", { scenario, traffic }];
  yield ["Simulation", control.simulate({ scenario: scenario as never, traffic: traffic as never })];
  yield ["PowerAnswer", control.power({ baseline: { mean: { mean: 1, deviation: 1 } }, daily: 5 })];
  for (const { given = [], cases } of controlFiles) {
    for (const each of cases) {
      const host = new Host(control.begin());
      for (const wish of [...given, ...(each.given ?? [])]) yield ["LogRecord | null", host.carryOut(wish).record];
      const command = host.command(each.when);
      yield ["Command", command];
      if (each.rejected === undefined) yield ["Carried", host.handle(command)];
      for (const environment of ["production", "staging"]) yield ["Dashboard | undefined", host.journal.dashboard(environment, start)];
      host.journal.dispose();
    }
  }
}

test("values are of their types", () => {
  const lines = [...new Set([...values()].map(([type, value]) => `(${JSON.stringify(value)}) satisfies ${type.replace(/\b[A-Z]/g, "types.$&")};`))];
  expect(lines.length).toBeGreaterThan(200);
  const name = fileURLToPath(new URL("values.ts", import.meta.url));
  const source = ["import type * as types from \"../../src/node-control.js\";", ...lines].join("\n");
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.esnext.disposable.d.ts"],
    types: ["node"],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    noEmit: true,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (file) => file === name || fileExists(file);
  host.getSourceFile = (file, ...rest) => (file === name ? ts.createSourceFile(name, source, ts.ScriptTarget.ES2022) : getSourceFile(file, ...rest));
  const program = ts.createProgram([name], options, host);
  const found = ts.getPreEmitDiagnostics(program, program.getSourceFile(name));
  const told = found.map(({ start = 0, messageText }) => {
    const line = source.slice(0, start).split("\n").length - 1;
    return `${ts.flattenDiagnosticMessageText(messageText, "\n")}\n${source.split("\n")[line]?.slice(-400)}`;
  });
  expect(told.slice(0, 5)).toEqual([]);
});
