import { createEngine } from "vexil";
import { expect, test } from "vitest";
import { deviationOf } from "../src/crowd/chance.js";
import { Count, type Lot, type Question, sharesOf } from "../src/crowd/count.js";
import { movesBetween } from "../src/crowd/moves.js";
import { exampleText, snapshotOf } from "./support.js";

const QUESTION: Question = {
  subject: { kind: "flag", key: "flag" },
  context: { targetingKey: "me" },
  now: 0,
  units: ["targetingKey"],
  crowd: 1,
  split: {},
};

test("what is counted is what the engine answers", async () => {
  const engine = await createEngine(
    snapshotOf({ default: { split: { exposure: 30, weights: [{ variant: "on", weight: 1 }] } } }),
  );
  const ids = Array.from({ length: 500 }, (_, index) => `user-${10_000 + index}`);
  const on = ids.filter((targetingKey) => engine.boolean("flag", { targetingKey }, false));
  const count = new Count(engine, QUESTION);
  count.more(500, true);
  const inside = count.lots.flatMap((lot, index) => (lot.variant === "on" ? [ids[index]] : []));
  expect(inside).toEqual(on);
  expect(sharesOf(engine, QUESTION, 500).shares).toEqual({ on: on.length, off: 500 - on.length });
  expect(count.draws).toEqual([
    {
      kind: "split",
      name: "default",
      by: "targetingKey",
      units: 500,
      parts: [
        { name: "on", planned: 300_000, count: on.length },
        { name: "outside", planned: 700_000, count: 500 - on.length },
      ],
    },
  ]);
});

test("holdouts, layers and splits are counted each among those whom it was asked for", async () => {
  const engine = await createEngine(exampleText("experiment"));
  const count = new Count(engine, {
    ...QUESTION,
    subject: { kind: "flag", key: "home.hero" },
    split: { rule: "experiment" },
  });
  count.more(2_000, true);
  const [holdout, layer, split] = count.draws;
  expect([holdout?.units, holdout?.parts.map(({ planned }) => planned)]).toEqual([2_000, [100_000, 900_000]]);
  expect(layer?.units).toBe(holdout?.parts[1]?.count);
  expect(split?.units).toBe(layer?.parts[0]?.count);
  expect(split?.parts.map(({ name }) => name)).toEqual(["control", "story", "offers", "outside"]);
  for (const draw of count.draws)
    for (const part of draw.parts) expect(Math.abs(deviationOf(part, draw.units))).toBeLessThan(4);
  expect(count.lots.filter(({ bucket }) => bucket !== undefined)).toHaveLength(split?.units ?? -1);
});

test("a deviation is that of a binomial share", () => {
  // 100 draws at one half have a standard deviation of 5.
  expect(deviationOf({ name: "", planned: 500_000, count: 60 }, 100)).toBeCloseTo(2);
  expect(deviationOf({ name: "", planned: 1_000_000, count: 100 }, 100)).toBe(0);
  expect(deviationOf({ name: "", planned: 0, count: 1 }, 100)).toBe(Infinity);
});

test("who comes in, who leaves and who gets another variant are told apart", () => {
  const lots = (...variants: (string | undefined)[]): Lot[] => variants.map((variant) => ({ variant, bucket: 0 }));
  const before = lots(undefined, undefined, "a", "a", "a", undefined);
  const after = lots("a", "b", undefined, "b", "a", undefined);
  expect(movesBetween(before, after)).toEqual({ entered: 2, left: 1, moved: 1 });
});
