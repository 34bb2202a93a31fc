/**
 * OpenFeature's own suite, for both providers. It is not in this repository: `VEXIL_OPENFEATURE` names the folder with
 * `specification/assets/gherkin` of the specification. Without it this file is left out, which `vitest.config.ts` says.
 */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { afterEach, describe, expect, test } from "vitest";

import { disposeAll, engineOf } from "../support.js";
import { SIDES } from "./sides.js";
import { snapshotOf } from "./specification/flags.js";
import { Runner, type Scenario, scenariosOf, type StepFailure } from "./specification/gherkin.js";
import { STEPS } from "./specification/steps.js";
import { World } from "./specification/world.js";

const folder = process.env["VEXIL_OPENFEATURE"] ?? "";
const { snapshot, left } = snapshotOf(readFileSync(join(folder, "test-flags.json"), "utf8"));
const features = readdirSync(folder).filter((name) => name.endsWith(".feature"));
const scenarios = features.flatMap((name) => scenariosOf(join(folder, name)));
const runner = new Runner(STEPS);

/** Scenarios that end otherwise, and what they come to. */
interface Difference {
  readonly why: string;
  readonly concerns: (scenario: Scenario, side: string) => boolean;
  /** The step at which such a scenario ends, and what is the case there instead. */
  readonly step: RegExp;
  readonly instead: RegExp;
  /** How many scenarios there are of this kind, so that none is added unseen. */
  readonly count: number;
}

const mentions = ({ steps }: Scenario, text: string): boolean => steps.some((step) => step.text.includes(text));

const DIFFERENCES: readonly Difference[] = [
  {
    why: "nothing is cached: an answer costs less than looking one up",
    concerns: ({ tags }) => tags.includes("@reason-codes-cached"),
    step: /^the reason should be "CACHED"$/,
    instead: /expected 'STATIC' to be 'CACHED'/,
    count: 4,
  },
  {
    why: "a flag that is off serves a variant of its own, and not the caller's default",
    concerns: (scenario) => mentions(scenario, '"object-disabled-flag"'),
    step: /^the resolved details value should be/,
    instead: /expected \{\} to deeply equal \{ a: 1 \}/,
    count: 2,
  },
  {
    why: "a page has one context, that of the API",
    concerns: ({ feature, steps }, side) =>
      side === "web" && feature === "contextMerging.feature" && steps.some(({ text }) => /"(Transaction|Client|Invocation|Before Hooks)" level/.test(text)),
    step: /level/,
    instead: /^a page has no context of the level (Transaction|Client|Invocation|Before Hooks)$/,
    count: 23,
  },
];

describe.each(SIDES)("OpenFeature's suite on the $name", (side) => {
  afterEach(async () => {
    await side.reset();
    disposeAll();
  });

  const play = async (scenario: Scenario): Promise<void> => runner.run(scenario, new World(side, await engineOf(snapshot)));
  const differenceOf = (scenario: Scenario): Difference | undefined =>
    DIFFERENCES.find(({ concerns }) => concerns(scenario, side.name));
  scenarios.forEach((scenario, index) => {
    const title = `${scenario.feature} ${index + 1}: ${scenario.name}`;
    const difference = differenceOf(scenario);
    if (difference === undefined) return test(title, () => play(scenario));
    test(`${title}: differs, since ${difference.why}`, async () => {
      const failure = (await play(scenario).catch((error: unknown) => error)) as StepFailure;
      expect(failure.step).toMatch(difference.step);
      expect(failure.reason).toMatch(difference.instead);
    });
  });
});

test("what differs is all that is known to", () => {
  const counts = DIFFERENCES.map(({ concerns }) =>
    SIDES.map((side) => scenarios.filter((scenario) => concerns(scenario, side.name)).length).reduce((sum, count) => sum + count),
  );
  expect(counts).toEqual(DIFFERENCES.map(({ count }) => count));
});

test("flags without a default cannot be in a snapshot, and no scenario asks for one", () => {
  expect(left).toEqual(["null-default-flag", "undefined-default-flag"]);
  for (const key of left) expect(scenarios.filter((scenario) => mentions(scenario, `"${key}"`))).toEqual([]);
});

test("the suite is all there", () => {
  expect(features).toEqual(["contextMerging.feature", "evaluation.feature", "evaluation_v2.feature", "hooks.feature", "metadata.feature"]);
  expect(scenarios.length).toBeGreaterThan(100);
});
