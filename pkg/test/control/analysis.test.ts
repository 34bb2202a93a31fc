/** The cases of `tests/analysis`, through the public API. */

import { expect, test } from "vitest";

import { createControl, InputError } from "../../src/node-control.js";
import { at, experiments, type Expected, observed, verdicts } from "./cases.js";

const control = await createControl();

function expected(found: unknown, places: Expected): void {
  for (const [place, wanted] of Object.entries(places)) {
    const { value, tolerance } = (wanted ?? {}) as { value?: number; tolerance?: number };
    if (value === undefined) expect(at(found, place), place).toEqual(wanted);
    else expect(Math.abs((at(found, place) as number) - value), place).toBeLessThanOrEqual((tolerance as number) * Math.abs(value));
  }
}

test.each(experiments)("$why", ({ input, expect: places = {}, says = [], silent = [], refused }) => {
  if (refused !== undefined) {
    expect(() => control.analyze(input)).toThrow(InputError);
    return expect(() => control.analyze(input)).toThrow(refused);
  }
  const analysis = control.analyze(input);
  expected(analysis, places);
  for (const [topic, part] of says) {
    const texts = analysis.notes.filter((note) => note.topic === topic).map(({ text }) => text);
    expect(texts.some((text) => text.includes(part)), `${topic}: ${part}: ${texts.join("; ")}`).toBe(true);
  }
  for (const topic of silent) expect(analysis.notes.filter((note) => note.topic === topic)).toEqual([]);
});

test.each(verdicts.cases)("$why", (verdict) => {
  const { guardrail, alpha, expect: wanted } = verdict;
  const period = { since: verdicts.start, stageSince: verdicts.start };
  const seen = control.seen({ guardrail, observations: observed(control, verdict), period, now: verdicts.start + verdict.now });
  const found = control.judgeGuardrail({ guardrail, seen, alpha });
  for (const key of ["outcome", "reason", "n", "withoutData"] as const) expect(found[key] ?? null, key).toEqual(wanted[key] ?? null);
  if (wanted.estimate !== undefined) expect(found.evidence?.estimate).toBeCloseTo(wanted.estimate, 12);
  if (wanted.isEnough !== undefined) {
    const { lnE, pValue } = found.evidence ?? {};
    expect([(lnE as number) >= -Math.log(alpha), (pValue as number) <= alpha]).toEqual([wanted.isEnough, wanted.isEnough]);
  }
});

test("the cases are there", () => {
  expect(experiments.length).toBeGreaterThan(20);
  expect(verdicts.cases.length).toBeGreaterThanOrEqual(15);
});
