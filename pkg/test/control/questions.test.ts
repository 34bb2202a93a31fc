/** What is asked beside the cases: forms, errors, what merges. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, test } from "vitest";

import { createControl, InputError } from "../../src/node-control.js";
import type { AlertRule, BreakerRule, Control, ExperimentInput, Metric, Question } from "../../src/node-control.js";

const control = await createControl();
const NOW = 1_767_225_600_000;
const errors: Metric = { name: "errors", kind: "proportion", direction: "lowerIsBetter" };
const latency: Metric = { name: "latency", kind: { quantile: 950_000 }, direction: "lowerIsBetter", unit: "ms" };
const needs = { observations: 10, staleAfterMs: 300_000 };

/** Observations of a metric in both arms: of ten requests in the canary every second failed, of ten in the control none. */
function store() {
  const observations = control.observations({ metrics: [errors, latency], slotMs: 60_000 });
  const every = (share: number): boolean[] => Array.from({ length: 10 }, (_, index) => index < 10 * share);
  return control.record({
    observations,
    samples: [
      { metric: "errors", arm: "canary", at: NOW - 1, samples: every(0.5) },
      { metric: "errors", arm: "control", at: NOW - 1, samples: every(0) },
      { metric: "latency", arm: "canary", at: NOW - 1, samples: [80, 90, 100] },
    ],
  });
}

describe("observations", () => {
  test("merge in any order to the same", () => {
    const [one, two] = [store(), control.forget({ observations: store(), spanMs: 1, now: NOW + 600_000 })];
    expect(control.merge([one, two])).toEqual(control.merge([two, one]));
    const measures = [[true, false], [true]].map((samples) => control.measure({ kind: "proportion", samples }));
    expect(control.mergeMeasures(measures)).toEqual({ proportion: { successes: 2, trials: 3 } });
  });

  test("have a summary, a trend, a comparison, and questions for the host", () => {
    const observations = store();
    const asked = { observations, metric: "errors", arm: "canary", spanMs: 60_000, now: NOW } as const;
    expect(control.summary(asked)).toMatchObject({ count: 10, value: { value: 0.5 }, ageMs: 0 });
    expect(control.summary({ ...asked, arm: "variant:none" })).toMatchObject({ count: 0, value: null, ageMs: null });
    expect(control.trend(asked)).toMatchObject({ course: "undecided", slots: 1 });
    expect(control.compare({ ...asked, baseline: "control" })).toMatchObject({ outcome: "worse", relative: { case: "fromZero" } });
    expect(control.compare({ ...asked, baseline: "variant:none" })).toBeNull();
    const queries = control.queries({ observations, arms: ["canary"], spanMs: 60_000, now: NOW + 60_000 });
    expect(queries).toEqual([
      { metric: "errors", kind: "proportion", arm: "canary", slotMs: 60_000, from: NOW, to: NOW + 60_000 },
      { metric: "latency", kind: { quantile: 950_000 }, arm: "canary", slotMs: 60_000, from: NOW, to: NOW + 60_000 },
    ]);
  });

  test("are watched: a threshold is told once, and its state goes on", () => {
    const rule: AlertRule = { key: "k", metric: "errors", arm: "canary", windowMs: 60_000, warn: 0.1, coolDownMs: 1, needs };
    const first = control.watch({ rules: [rule], observations: store(), now: NOW });
    expect(first.notices).toMatchObject([{ key: "k/warn", change: "raised", value: 0.5, bound: 0.1 }]);
    const second = control.watch({ rules: [rule], states: first.states, observations: store(), now: NOW });
    expect([second.notices, second.states]).toEqual([[], first.states]);
    expect(first.wakeAt).toBeGreaterThan(NOW);
  });

  test("have a health, and a report in three forms", () => {
    const observations = store();
    const model = { windowMs: 60_000, parts: [{ metric: "errors", arm: "canary", weight: 1, good: 0.1, bad: 0.9, needs }] } as const;
    const health = control.health({ model, observations, now: NOW });
    expect(health).toMatchObject({ score: 50, status: "critical", advice: [{ action: "rollBack" }, { action: "investigate" }] });
    const rules: AlertRule[] = [{ key: "k", metric: "errors", arm: "canary", windowMs: 60_000, warn: 0.1, coolDownMs: 1, needs }];
    const { states } = control.watch({ rules, observations, now: NOW });
    const units = control.countUnits({ units: ["u-1", "u-2", 3] });
    const report = {
      scope: { subject: "checkout", windowMs: 60_000, arms: [{ arm: "canary", active: true, share: 100_000 }] },
      observations,
      health: model,
      alerts: { rules, states },
      adoption: { adopters: control.countUnits({ units: ["u-1"] }), eligible: units },
      flags: [{ flag: "search", isOn: true, exposure: 250_000 }],
      now: NOW,
    } as const;
    expect(control.report(report)).toMatchObject({ at: NOW, health: { score: 50 }, alerts: [{ rule: "k", on: ["warn"] }], flags: [{ share: 250_000 }] });
    expect(control.reportCsv(report).split("\r\n")).toHaveLength(4);
    expect(control.reportPrometheus(report)).toContain("vexil_arm_active{");
    expect(control.reportPrometheus(report, "shop")).toContain("shop_arm_active{");
  });
});

test("units are counted once each, wherever they were seen", () => {
  const [monday, tuesday] = [control.countUnits({ units: ["u-1", "17"] }), control.countUnits({ units: ["u-1", 17] })];
  expect(monday).toEqual(tuesday);
  const both = control.mergeUnits([monday, control.countUnits({ into: tuesday, units: ["u-2"] })]);
  expect(control.adoption({ adopters: monday, eligible: both }).share).toBeCloseTo(2 / 3, 2);
  const day = 86_400_000;
  const window = control.countUnitsAt({ slotMs: day, at: NOW, units: ["u-1", "u-2"] });
  const later = control.countUnitsAt({ into: window, slotMs: day, at: NOW + 30 * day, units: ["u-3"] });
  const adoption = control.adoptionInWindow({ adopters: later, eligible: control.mergeUnitWindows([window, later]), spanMs: day, now: NOW + 30 * day });
  expect(adoption).toMatchObject({ share: 1, level: "high" });
});

test("a circuit breaker opens, and leaves a share of the exposure when it tries again", () => {
  const rule: BreakerRule = {
    windowMs: 60_000,
    slotMs: 5_000,
    rate: { above: 50_000, calls: 10 },
    coolDown: { firstMs: 30_000, longestMs: 600_000 },
    probe: { share: 50_000, calls: 5, failures: 0 },
  };
  const opened = control.breaker({ rule, input: { calls: { successes: 5, trials: 20 } }, now: NOW });
  expect(opened).toMatchObject({ moved: { from: "closed", to: "open", why: "rate" }, wakeAt: NOW + 30_000 });
  const half = control.breaker({ rule, state: opened.state, input: "tick", now: NOW + 30_000 });
  const left = [opened, half].map(({ state }) => control.breakerExposure({ rule, state, exposure: 200_000 }));
  expect(left).toEqual([0, 10_000]);
});

test("a plan says what it does before it starts, and judges its stages", () => {
  const plan = control.canaryPlan();
  expect(control.planTests(plan).reduce((sum, { alpha }) => sum + alpha, 0)).toBeLessThanOrEqual(plan.alpha);
  const expected = { requestsPerHour: 6_000, metrics: { errors: { healthy: { rate: 0.01 }, changed: { rate: 0.2 } } } };
  const { stages } = control.characteristics({ plan, expected });
  expect(stages.at(-1)?.caughtAtLeast).toBeGreaterThan(0.99);
  const seen = [{ metric: "errors", arm: "canary", at: NOW - 1, seen: { proportion: { successes: 50, trials: 100 } } }] as const;
  const observations = control.observe({ observations: store(), seen });
  const verdict = control.judge({ plan, starts: [NOW - 60_000], observations, now: NOW });
  expect(verdict).toMatchObject({ stage: 0, outcome: "fail", hasControl: true });
});

test("power is what the command line answers", () => {
  const { plan, sizes } = control.power({ baseline: { rate: 0.05 }, daily: 2_000, find: { lift: 0.1 } });
  expect(plan).toMatchObject({ arms: 2, controlShare: 0.5, confidence: 0.95, power: 0.8, daily: 2_000 });
  expect(sizes).toMatchObject([{ lift: 0.1, control: 31_234, treatment: 31_234, days: 32 }]);
  expect(control.power({ baseline: { rate: 0.05 } }).sizes).toHaveLength(6);
});

describe("what is wrong has its place", () => {
  const input: ExperimentInput = { experiment: "e", arms: [], control: "a", metrics: [] };
  test.each<[string, (control: Control) => unknown, string, RegExp]>([
    ["of the core", (control) => control.analyze(input), "/arms", /from 2 to 32 arms/],
    ["of a member that is not known", (control) => control.analyze({ ...input, more: 1 } as ExperimentInput), "/more", /unknown field/],
    ["of a number that is none", (control) => control.record({ observations: store(), samples: [{ metric: "errors", arm: "canary", at: 0, samples: [1, NaN] }] }), "/samples/0/samples/1", /not finite/],
    ["of an infinity for what may be left out", (control) => control.power({ baseline: { rate: 0.1 }, daily: Infinity }), "/daily", /not finite/],
    ["of an instant", (control) => control.summary({ observations: store(), metric: "errors", arm: "canary", spanMs: 1, now: 1.5 }), "/now", /1.5/],
    ["of what JSON cannot hold", (control) => control.analyze(undefined as unknown as ExperimentInput), "", /undefined/],
    ["of what JSON cannot hold within", (control) => control.analyze({ ...input, crossed: 1n } as unknown as ExperimentInput), "", /BigInt/],
  ])("%s", (_, ask, path, message) => {
    let thrown: unknown;
    try {
      ask(control);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(InputError);
    expect((thrown as InputError).path).toBe(path);
    expect((thrown as InputError).message).toMatch(message);
  });
});

describe("a plan of delivery", () => {
  const example = (name: string): string => fileURLToPath(new URL(`../../../examples/canary/${name}.json`, import.meta.url));
  const read = <N extends "scenario" | "traffic">(name: string): Question<"simulate">[N] => JSON.parse(readFileSync(example(name), "utf8")) as Question<"simulate">[N];
  const asked: Question<"simulate"> = { scenario: read<"scenario">("plan"), traffic: read<"traffic">("traffic") };

  test("is simulated to the log that the command line writes, byte by byte", () => {
    const folder = mkdtempSync(join(tmpdir(), "vexil-simulate-"));
    try {
      const log = join(folder, "delivery.log");
      const args = ["simulate", "--plan", example("plan"), "--traffic", example("traffic"), "--log", log, "--json"];
      const printed = JSON.parse(execFileSync(resolve(process.env["VEXIL"] ?? ""), args, { encoding: "utf8" })) as { readonly timeline: unknown; readonly head: string };
      const simulated = control.simulate(asked);
      expect(Buffer.from(simulated.log).equals(readFileSync(log))).toBe(true);
      expect([simulated.timeline, simulated.head]).toEqual([printed.timeline, printed.head]);
      expect(control.verify(simulated.log).head).toBe(simulated.head);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("says what is refused in it, and what is wrong with it", () => {
    const { start, lasts, commands } = asked.scenario;
    const { timeline } = control.simulate({ scenario: { start, lasts, commands: commands.slice(1) }, traffic: {} });
    expect(timeline[0]).toMatchObject({ actor: "ada", events: [], rejected: { code: expect.any(String) as string } });
    expect(() => control.simulate({ ...asked, scenario: { ...asked.scenario, start: "monday" } })).toThrow("`monday` is no instant");
    expect(() => control.simulate({ ...asked, traffic: { requestsPerHour: -1 } })).toThrow("`requestsPerHour`");
    expect(() => control.simulate({ ...asked, scenario: { ...asked.scenario, lasts: "a week" } })).toThrow("`/scenario/lasts`");
  });
});

test("S4-05: a flag of the guide is the one that the command line imports", () => {
  const file = fileURLToPath(new URL("../../../crates/vexil-cli/tests/data/guide.json", import.meta.url));
  const guide = JSON.parse(readFileSync(file, "utf8")) as { readonly flags: ReadonlyArray<Question<"guideFlag"> & { readonly createdAt?: string }> };
  const printed = execFileSync(resolve(process.env["VEXIL"] ?? ""), ["import", file], { encoding: "utf8", stdio: "pipe" });
  const imported = JSON.parse(printed) as { readonly flags: { readonly [key: string]: object } };
  const known = ["description", "state", "variants", "offVariant", "rules", "default"];
  for (const { name, description, enabled, rolloutPercentage, rules = [] } of guide.flags) {
    const wanted = Object.entries(imported.flags[name] ?? {}).filter(([member]) => known.includes(member));
    // The command line rounds, and says so; here nothing is rounded.
    const percentage = Math.round(rolloutPercentage * 1e4) / 1e4;
    expect(control.guideFlag({ name, description: description ?? null, enabled, rolloutPercentage: percentage, rules })).toEqual(Object.fromEntries(wanted));
  }
  const flag = { name: "f", enabled: true, rolloutPercentage: 10 } as const;
  expect(() => control.guideFlag({ ...flag, rolloutPercentage: 101 })).toThrow("`/rolloutPercentage`");
  expect(() => control.guideFlag({ ...flag, rules: [{ type: "users" as "user", value: "alice" }] })).toThrow("users");
});
