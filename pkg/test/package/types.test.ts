/** The types of the package, for every way that TypeScript looks for them. */

import { join } from "node:path";

import ts from "typescript";
import { expect, test } from "vitest";

import { folder, installed, write } from "./project.js";

const source = (name: string): string => `
  import { createEngine, SnapshotError, type Details, type Flag, type Snapshot } from "${name}";
  const flag: Flag = { variants: { on: true, off: false }, offVariant: "off", default: { variant: "on" } };
  const snapshot = { schema: "vexil/1", flags: { flag } } satisfies Snapshot;
  export async function use(): Promise<Details<boolean>> {
    const engine = await createEngine(snapshot);
    const value: boolean = engine.boolean("flag", { targetingKey: "u-1" }, false);
    // @ts-expect-error: the fallback is of another type
    engine.boolean("flag", {}, "no");
    return value ? engine.details("flag", undefined, false) : engine.context({}).details("flag", true);
  }
  // @ts-expect-error: another schema
  const wrong: Snapshot = { schema: "vexil/2" };
  export const classes = [SnapshotError, wrong];`;
const slimSource = (name: string): string => `
  import { createEngine, SnapshotError, type Details, type KillMessage } from "${name}";
  export async function use(ruleset: Uint8Array | ArrayBuffer, message: KillMessage): Promise<Details<boolean>> {
    const engine = await createEngine(ruleset, { environment: "production" });
    const value: boolean = engine.boolean("flag", { targetingKey: "u-1" }, false);
    const changed: readonly string[] = [...engine.update(ruleset), ...engine.kill(message)];
    // @ts-expect-error: the slim engine explains nothing
    engine.explain("flag");
    return value && changed ? engine.details("flag", undefined, false) : engine.context({}).details("flag", true);
  }
  // @ts-expect-error: a snapshot is no ruleset
  export const wrong = createEngine({ schema: "vexil/1" });
  export const classes = [SnapshotError];`;

const controlSource = (name: string): string => `
  import { createControl, RejectionError, type Command, type Effect, type ExperimentInput, type Flag } from "${name}";
  const flag: Flag = { variants: { on: true, off: false }, offVariant: "off", default: { variant: "on" } };
  export async function use(input: ExperimentInput): Promise<readonly Effect[]> {
    const control = await createControl();
    const verdict: string | undefined = control.analyze(input).metrics[0]?.comparisons[0]?.verdict;
    const command: Command = { id: "c", actor: "a", action: { type: "create", part: "flag", key: "k", value: flag } };
    // @ts-expect-error: an action that there is not
    const wrong: Command = { ...command, action: { type: "explode" } };
    // @ts-expect-error: a plan has stages
    control.planTests({ alpha: 0.05 });
    // @ts-expect-error: what is answered has no such member
    control.power({ baseline: { rate: 0.1 } }).plan.sizes;
    return verdict === undefined ? [] : control.begin().handle(wrong, 0).effects;
  }
  export const classes = [RejectionError];`;

const compatSource = (name: string): string => `
  import type { CanaryStage, Deployment, FlagReason } from "${name}";
  type Guide = typeof import("${name}", { with: { "resolution-mode": "import" } });
  export async function use(): Promise<FlagReason | Deployment | null> {
    const guide: Guide = await import("${name}");
    const stages: readonly CanaryStage[] = guide.DEFAULT_CANARY_STAGES;
    const on: boolean = guide.isFeatureEnabled("flag", { userId: "alice", plan: "free" });
    // @ts-expect-error: a rule of a type that there is not
    guide.setFlag({ name: "flag", enabled: on, rolloutPercentage: 1, rules: [{ type: "users", value: "alice" }] });
    return on ? guide.evaluateFlag("flag").reason : guide.startCanaryDeployment("v2", { strategy: "canary", stages });
  }`;

const { ESNext, Node16, NodeNext } = ts.ModuleKind;
const { Bundler } = ts.ModuleResolutionKind;
const DOM = ["lib.es2022.d.ts", "lib.dom.d.ts"];

test.each<[string, extension: "mts" | "cts", ts.CompilerOptions]>([
  ["node16", "mts", { module: Node16 }],
  ["nodenext", "mts", { module: NodeNext }],
  ["nodenext, in a CommonJS module", "cts", { module: NodeNext }],
  ["bundler", "mts", { module: ESNext, moduleResolution: Bundler }],
  ["bundler, for a browser", "mts", { module: ESNext, moduleResolution: Bundler, customConditions: ["browser"], lib: DOM }],
  ["bundler, for a worker", "mts", { module: ESNext, moduleResolution: Bundler, customConditions: ["workerd", "worker"] }],
])("it has its types under %s", (_, extension, options) => {
  const directory = folder();
  const sources = {
    [`full.${extension}`]: source("vexil"),
    [`slim.${extension}`]: slimSource("vexil/slim"),
    [`inline.${extension}`]: source("vexil/inline"),
    [`slim-inline.${extension}`]: slimSource("vexil/slim/inline"),
    [`control.${extension}`]: controlSource("vexil/control"),
    [`control-inline.${extension}`]: controlSource("vexil/control/inline"),
    [`compat.${extension}`]: compatSource("vexil/compat"),
  };
  write(directory, sources);
  const files = Object.keys(sources).map((name) => join(directory, name));
  const program = ts.createProgram(files, {
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2022.d.ts"],
    strict: true,
    exactOptionalPropertyTypes: true,
    types: [],
    noEmit: true,
    ...options,
  });
  const names = program.getSourceFiles().map(({ fileName }) => fileName);
  for (const entry of ["node", "node-slim", "inline", "inline-slim", "node-control", "inline-control", "compat"]) {
    expect(names).toContain(join(installed, "dist", `${entry}.d.ts`));
  }
  const format = { getCanonicalFileName: (name: string) => name, getCurrentDirectory: () => directory, getNewLine: () => "\n" };
  expect(ts.formatDiagnostics(ts.getPreEmitDiagnostics(program), format)).toBe("");
});
