/** Exposures: which there are, and how they come to their sink. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { bootstrap, hydrate } from "../../src/bootstrap.js";
import { type Exposure, type ExposureOptions, Exposures } from "../../src/exposures.js";
import type { Engine, Flag, Snapshot } from "../../src/node.js";
import { disposeAll, engineOf, onOff, snapshotOf } from "../support.js";

beforeEach(() => void vi.useFakeTimers({ now: 1000 }));
afterEach(() => {
  vi.useRealTimers();
  disposeAll();
});

/** A snapshot with a split; its revision changes with every tick of a rollout, what it assigns does not. */
const snapshot = (revision: number, exposure: number, seed = "search", weight = 1): Snapshot => {
  const weights = [{ variant: "on", weight }, { variant: "off", weight: 1 }];
  const search: Flag = { ...onOff, audience: "client", rules: [{ id: "half", serve: { split: { seed, exposure, weights } } }], default: { variant: "off" } };
  const child: Flag = { ...onOff, prerequisites: [{ flag: "search", variants: ["on", "off"] }], default: { variant: "on" } };
  return snapshotOf({ search, child }, { lineage: "l", revision, environment: "production" });
};

/** An engine that is observed, and what came to the sink, batch by batch. */
async function recording(options: Partial<ExposureOptions> = {}): Promise<{ engine: Engine; exposures: Exposures; batches: Exposure[][] }> {
  const batches: Exposure[][] = [];
  const exposures = new Exposures({ sink: (batch) => void batches.push([...batch]), ...options });
  const engine = await engineOf(snapshot(1, 100));
  exposures.observe(engine);
  return { engine, exposures, batches };
}

const read = (engine: Engine, ...units: string[]): void => units.forEach((targetingKey) => engine.boolean("search", { targetingKey }, false));
const units = (batches: readonly (readonly Exposure[])[]): string[][] => batches.map((batch) => batch.map(({ unit }) => unit));

describe("an exposure", () => {
  test("has what an analyst needs, and nothing private (S2-44)", async () => {
    const { engine, exposures, batches } = await recording();
    engine.boolean("search", { targetingKey: "u-1", email: "ada@shop.example" }, false);
    await exposures.flush();
    expect(batches).toEqual([[{
      flag: "search", variant: engine.details("search", { targetingKey: "u-1" }).variant, rule: "half", seed: "search", by: "targetingKey",
      assignment: expect.stringMatching(/^\d+$/), unit: "u-1", at: 1000, lineage: "l", revision: 1, environment: "production",
    }]]);
  });

  test("takes along what is asked for", async () => {
    const { engine, exposures, batches } = await recording({ attributes: ({ plan }) => ({ plan: plan === "pro" }) });
    engine.boolean("search", { targetingKey: "u-1", plan: "pro", email: "ada@shop.example" }, false);
    await exposures.flush();
    expect(batches[0]?.[0]?.attributes).toEqual({ plan: true });
  });

  test("is recorded once for a unit and an assignment, whatever the revision and however it is reached", async () => {
    const { engine, exposures, batches } = await recording();
    engine.boolean("child", { targetingKey: "u-1" }, false);
    read(engine, "u-1", "u-1", "u-2");
    engine.update(snapshot(2, 99.9));
    read(engine, "u-1", "u-2");
    await exposures.flush();
    expect(batches.flat().map(({ flag, unit, via }) => [flag, unit, via])).toEqual([["search", "u-1", "child"], ["search", "u-2", undefined]]);
  });

  test.each<[string, Snapshot]>([
    ["another seed", snapshot(2, 100, "again")],
    ["other weights", snapshot(2, 100, "search", 2)],
  ])("is recorded again under %s", async (_, next) => {
    const { engine, exposures, batches } = await recording();
    read(engine, "u-1");
    engine.update(next);
    read(engine, "u-1");
    await exposures.flush();
    expect(units(batches)).toEqual([["u-1", "u-1"]]);
  });

  test("is none for units outside, for `all`, for routes and for a bootstrap; reading that is one", async () => {
    const { engine, exposures, batches } = await recording();
    engine.all({ targetingKey: "u-1" });
    const payload = bootstrap(engine, { targetingKey: "u-1" });
    engine.route("api", { visitor: "u-1" });
    engine.update(snapshot(2, 0));
    read(engine, "u-1");
    await exposures.flush();
    expect(batches).toEqual([]);
    const page = hydrate(payload);
    exposures.observe(page);
    page.boolean("search", false);
    await exposures.flush();
    expect(batches[0]).toMatchObject([{ flag: "search", unit: "u-1", revision: 1 }]);
  });

  test("is remembered in bounded memory: the oldest may be told again, the latest never", async () => {
    const { engine, exposures, batches } = await recording({ remember: 20, pending: 1000 });
    const visitors = Array.from({ length: 100 }, (_, index) => `u-${index}`);
    for (const visitor of visitors) read(engine, visitor, visitor, "u-always");
    read(engine, ...visitors.slice(-10));
    read(engine, "u-0");
    await exposures.flush();
    expect(batches.flat().map(({ unit }) => unit)).toEqual(["u-0", "u-always", ...visitors.slice(1), "u-0"]);
  });
});

describe("delivery", () => {
  test("waits for a batch, or for the time it may take", async () => {
    const { engine, exposures, batches } = await recording({ batch: 3, wait: 50 });
    read(engine, "u-1", "u-2", "u-3", "u-4");
    await vi.advanceTimersByTimeAsync(0);
    expect(units(batches)).toEqual([["u-1", "u-2", "u-3"]]);
    await vi.advanceTimersByTimeAsync(49);
    expect(batches).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(units(batches)[1]).toEqual(["u-4"]);
    expect(exposures.delivery).toEqual({ pending: 0, delivered: 4, dropped: 0 });
  });

  test("gives a slow sink one batch at a time, and drops what is too much", async () => {
    let release = (): void => {};
    const batches: Exposure[][] = [];
    const sink = (batch: readonly Exposure[]): Promise<void> => {
      batches.push([...batch]);
      return new Promise((resolve) => (release = resolve));
    };
    const { engine, exposures } = await recording({ sink, batch: 2, pending: 5, wait: 10 });
    read(engine, "u-1", "u-2", "u-3", "u-4", "u-5", "u-6", "u-7");
    await vi.advanceTimersByTimeAsync(1000);
    expect(units(batches)).toEqual([["u-1", "u-2"]]);
    expect(exposures.delivery).toEqual({ pending: 5, delivered: 0, dropped: 2 });
    for (let count = 0; count < 3; count++) {
      release();
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(units(batches)).toEqual([["u-1", "u-2"], ["u-3", "u-4"], ["u-5"]]);
    expect(exposures.delivery).toEqual({ pending: 0, delivered: 5, dropped: 2 });
  });

  test("tries a failing sink again, later each time, and gives up in the end", async () => {
    const tries: number[] = [];
    const sink = (): Promise<void> => {
      tries.push(Date.now());
      return Promise.reject(new Error(`try ${tries.length}`));
    };
    const { engine, exposures } = await recording({ sink, batch: 1, attempts: 4, pause: 100 });
    read(engine, "u-1");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(tries).toEqual([1000, 1100, 1300, 1700]);
    expect(exposures.delivery).toEqual({ pending: 0, delivered: 0, dropped: 1, error: new Error("try 4") });
  });

  test("goes on after a failure, in order; `flush` does not wait for a pause", async () => {
    let fails = 1;
    const batches: Exposure[][] = [];
    const sink = (batch: readonly Exposure[]): void => {
      if (fails-- > 0) throw new Error("not now");
      batches.push([...batch]);
    };
    const { engine, exposures } = await recording({ sink, batch: 1, pause: 60_000 });
    read(engine, "u-1", "u-2");
    await vi.advanceTimersByTimeAsync(10);
    expect(batches).toEqual([]);
    await exposures.flush();
    expect(units(batches)).toEqual([["u-1"], ["u-2"]]);
  });

  test("ends with what is pending; what comes later is dropped", async () => {
    const { engine, exposures, batches } = await recording();
    read(engine, "u-1");
    await exposures.close();
    read(engine, "u-2");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(units(batches)).toEqual([["u-1"]]);
    expect(exposures.delivery).toEqual({ pending: 0, delivered: 1, dropped: 1 });
  });
});
