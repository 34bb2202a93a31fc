/** What is counted, and how it comes to the sink. */

import { describe, expect, test } from "vitest";

import { type Batch, countOf, type Histogram, mergeHistograms, mergeRows, type MiddlewareOptions, quantile, RELATIVE_ERROR } from "../../src/edge.js";
import { bucketOf, Durations } from "../../src/edge/histogram.js";
import { randomOf } from "../support.js";
import { countsOf, deferred, engineOf, middlewareOf, requestOf, rowsOf, visitorId } from "./support.js";

function histogramOf(durations: readonly number[]): Histogram {
  const histogram = new Durations();
  for (const ms of durations) histogram.record(ms);
  return histogram.read();
}

describe("the histogram", () => {
  const gamma = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);

  test("has the buckets that its documentation states", () => {
    expect(RELATIVE_ERROR).toBe(0.01);
    expect(histogramOf([1, 1.0001, gamma * 0.9999, 0.9999]).buckets).toEqual({ "0": 2, "1": 2 });
    // 100 ms: ln 100 / ln (1.01 / 0.99) = 230.25...
    expect([bucketOf(100), bucketOf(1000), bucketOf(0.01)]).toEqual([231, 346, -230]);
    for (const ms of [0.003, 0.5, 7, 123.4, 86_400_000]) {
      const bucket = bucketOf(ms);
      expect(ms).toBeGreaterThan(gamma ** (bucket - 1));
      expect(ms).toBeLessThanOrEqual(gamma ** bucket);
    }
  });

  test("gives every quantile to within one percent, over eight orders of magnitude", () => {
    const random = randomOf(1);
    const durations = Array.from({ length: 10_000 }, () => 10 ** (random() * 8 - 2));
    const histogram = histogramOf(durations);
    durations.sort((a, b) => a - b);
    for (const q of [0, 0.001, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999, 1]) {
      const exact = durations[Math.floor(q * 9999)] as number;
      expect(Math.abs((quantile(histogram, q) as number) - exact) / exact, `q ${q}`).toBeLessThanOrEqual(RELATIVE_ERROR + 1e-9);
    }
    // Sparse: no more buckets than the range of the data has.
    expect(Object.keys(histogram.buckets).length).toBeLessThanOrEqual(Math.ceil(Math.log(1e8) / Math.log(gamma)) + 1);
  });

  test("is the same, whoever counted what", () => {
    const random = randomOf(2);
    const durations = Array.from({ length: 3000 }, () => (random() < 0.1 ? 0 : random() * 1000));
    const whole = histogramOf(durations);
    const parts = [0, 1, 2].map((part) => histogramOf(durations.filter((_, index) => index % 3 === part)));
    for (const order of [parts, [...parts].reverse(), [mergeHistograms(parts.slice(0, 2)), parts[2] as Histogram]]) {
      const merged = mergeHistograms(JSON.parse(JSON.stringify(order)) as Histogram[]);
      expect(merged).toEqual(whole);
      expect(countOf(merged)).toBe(3000);
    }
  });

  test("knows no duration as none, and zeros as zeros", () => {
    expect(quantile(histogramOf([]), 0.5)).toBe(undefined);
    expect(histogramOf([])).toEqual({ alpha: 0.01, zero: 0, buckets: {} });
    const zeros = histogramOf([0, 0, -1, NaN, 100]);
    expect(zeros).toEqual({ alpha: 0.01, zero: 4, buckets: { "231": 1 } });
    expect([quantile(zeros, 0.5), quantile(histogramOf([0]), 1)]).toEqual([0, 0]);
    expect(quantile(zeros, 1)).toBeCloseTo(100, -1);
  });

  test("is not added to one that was counted differently", () => {
    expect(() => mergeHistograms([{ ...histogramOf([1]), alpha: 0.02 }])).toThrow(TypeError);
  });
});

/** A middleware whose clock is set by hand. */
async function counting(options: Partial<MiddlewareOptions> = {}, canary = 50) {
  const clock = { now: 1_000_000 };
  return { clock, ...middlewareOf({ engine: await engineOf(canary), host: { now: () => clock.now }, ...options }) };
}

describe("a row", () => {
  test("counts errors by kind: 5xx are, 4xx and redirects are not (S4-19)", async () => {
    const statuses = [200, 200, 304, 404, 429, 500, 503, 503];
    const { handle, batches } = await counting({ origins: { stable: () => new Response(null, { status: statuses.shift() ?? 200 }) } }, 0);
    for (let count = statuses.length; count > 0; count--) await handle(requestOf());
    await handle.flush();
    const [row] = rowsOf(batches);
    expect(row).toMatchObject({ track: "stable", version: "v2.0.9", chosenBy: "split", requests: 8, aborted: 0, fallbacks: 0 });
    expect(row?.errors).toEqual({ status: 3, network: 0, timeout: 0 });
    expect(row?.statuses).toEqual({ 200: 2, 304: 1, 404: 1, 429: 1, 500: 1, 503: 2 });
  });

  test("counts as errors what the application calls so", async () => {
    const isError = (response: Response, request: Request) => response.status === 404 && request.method === "GET";
    const origins = { stable: () => new Response(null, { status: 404 }) };
    const { handle, batches } = await counting({ isError, origins }, 0);
    await handle(requestOf());
    await handle(requestOf({ method: "POST" }));
    await handle.flush();
    expect(rowsOf(batches)[0]).toMatchObject({ requests: 2, errors: { status: 1 } });
  });

  test("has the time from asking until the response begins, and no other", async () => {
    const { handle, batches, clock } = await counting(
      {
        attributes: async () => {
          clock.now += 5000;
          return {};
        },
        origins: {
          stable: () => {
            clock.now += 100;
            return new Response("stable");
          },
        },
      },
      0,
    );
    await handle(requestOf());
    await handle.flush();
    expect(rowsOf(batches)[0]?.latency).toEqual({ alpha: 0.01, zero: 0, buckets: { "231": 1 } });
  });

  test("is of one way to come to a track, so that forced traffic is no sample", async () => {
    const engine = await engineOf(50, {
      rules: [
        { id: "forced", when: { attribute: "headers.x-track", op: "eq", value: "canary" }, serve: { track: "canary" } },
        { id: "half", when: { attribute: "headers.x-half", op: "exists" }, serve: { split: { weights: [{ track: "canary", weight: 1 }, { track: "stable", weight: 1 }] } } },
      ],
    });
    const { handle, batches } = await counting({ engine });
    const expected: { [key: string]: number } = { "canary by rule forced": 10 };
    for (let number = 0; number < 10; number++) await handle(requestOf({ headers: { "x-track": "canary" } }));
    for (const headers of [{}, { "x-half": "1" }]) {
      for (let number = 0; number < 200; number++) {
        const { track, rule } = engine.route("api", { visitor: visitorId(number), headers });
        const key = `${track} by ${rule === undefined ? "split" : `rule ${rule}`}`;
        expected[key] = (expected[key] ?? 0) + 1;
        await handle(requestOf({ visitor: visitorId(number), headers }));
      }
    }
    await handle.flush();
    const rows = rowsOf(batches);
    const found = rows.map(({ track, chosenBy, rule, requests }) => [`${track} by ${chosenBy}${rule === undefined ? "" : ` ${rule}`}`, requests]);
    expect(Object.fromEntries(found)).toEqual(expected);
    // A split of a rule is drawn among those whom the rule is about: no sample of all.
    expect(Object.keys(expected).sort()).toEqual(["canary by rule forced", "canary by rule half", "canary by split", "stable by rule half", "stable by split"]);
  });

  test("is another one for another version", async () => {
    const engine = await engineOf(100);
    const { handle, batches } = await counting({ engine });
    await handle(requestOf());
    engine.update({ schema: "vexil/1", services: { api: { tracks: { stable: { version: "1" }, canary: { version: "v3" } }, defaultTrack: "stable", split: { weights: [{ track: "canary", weight: 1 }] } } } });
    await handle(requestOf());
    await handle.flush();
    expect(rowsOf(batches).map(({ version, requests }) => [version, requests])).toEqual([["v2.1.0", 1], ["v3", 1]]);
  });

  test("can be added to those of other instances", async () => {
    const one = await counting({}, 50);
    const two = await counting({}, 50);
    for (let number = 0; number < 300; number++) await (number % 3 === 0 ? one : two).handle(requestOf({ visitor: visitorId(number) }));
    await Promise.all([one.handle.flush(), two.handle.flush()]);
    const all = await counting({}, 50);
    for (let number = 0; number < 300; number++) await all.handle(requestOf({ visitor: visitorId(number) }));
    await all.handle.flush();
    const byTrack = (rows: ReturnType<typeof mergeRows>) => [...rows].sort((a, b) => (a.track < b.track ? -1 : 1));
    const sent = JSON.parse(JSON.stringify([...one.batches, ...two.batches])) as Batch[];
    expect(byTrack(mergeRows(rowsOf(sent)))).toEqual(byTrack(rowsOf(all.batches)));
    expect(rowsOf(all.batches)).toHaveLength(2);
  });
});

describe("a batch", () => {
  test("comes with the thousandth request", async () => {
    const { handle, batches } = await counting();
    for (let count = 0; count < 2500; count++) await handle(requestOf());
    expect(batches.map(({ rows }) => rows.reduce((sum, { requests }) => sum + requests, 0))).toEqual([1000, 1000]);
    await handle.flush();
    expect(Object.values(countsOf(batches)).reduce((a, b) => a + b)).toBe(2500);
    expect(new Set(batches.map(({ id }) => id)).size).toBe(3);
    expect(batches[0]).toMatchObject({ service: "api", from: 1_000_000, to: 1_000_000, lost: 0 });
  });

  test("comes with the first request ten seconds after the first record", async () => {
    const { handle, batches, clock } = await counting();
    await handle(requestOf());
    clock.now += 9_999;
    await handle(requestOf());
    expect(batches).toEqual([]);
    clock.now += 1;
    await handle(requestOf());
    expect(batches).toHaveLength(1);
    expect(batches[0]).toMatchObject({ from: 1_000_000, to: 1_010_000 });
    await handle(requestOf());
    expect(batches).toHaveLength(1);
  });

  test("comes as the options say", async () => {
    const { handle, batches, clock } = await counting({ batch: { requests: 3, age: 50 } });
    for (let count = 0; count < 3; count++) await handle(requestOf());
    expect(batches).toHaveLength(1);
    await handle(requestOf());
    clock.now += 50;
    await handle(requestOf());
    expect(batches).toHaveLength(2);
  });

  test("is handed over after the response, and goes on through `waitUntil`", async () => {
    const { promise, resolve } = deferred<void>();
    const { handle } = await counting({ batch: { requests: 1 }, sink: () => promise });
    const waiting: Promise<unknown>[] = [];
    const context = {
      // Platforms want it called on their object.
      waitUntil(this: unknown, promise: Promise<unknown>) {
        expect(this).toBe(context);
        waiting.push(promise);
      },
    };
    const response = await handle(requestOf(), context);
    expect([response.status, waiting.length]).toEqual([200, 1]);
    resolve();
    await waiting[0];
  });

  test("is handed over as well where the platform refuses to wait", async () => {
    const { handle, batches } = await counting({ batch: { requests: 1 } });
    const waitUntil = () => {
      throw new TypeError("Illegal invocation");
    };
    expect([(await handle(requestOf(), { waitUntil })).status, batches.length]).toEqual([200, 1]);
  });

  test("has nothing where nothing happened, and is not counted where nobody wants it", async () => {
    const { handle, batches } = await counting();
    await handle.flush();
    expect(batches).toEqual([]);
    const { handle: without } = middlewareOf({ engine: await engineOf(0) });
    expect((await without(requestOf())).status).toBe(200);
    await without.flush();
  });
});

describe("a sink that fails", () => {
  const failures: { [how: string]: () => unknown } = {
    "throws": () => {
      throw new Error("disk full");
    },
    "rejects": () => Promise.reject(new Error("disk full")),
  };

  test.each(Object.entries(failures))("is no visitor's problem, and gets the batch again: it %s", async (_, fail) => {
    const got: Batch[] = [];
    let isBroken = true;
    const sink = (batch: Batch) => (isBroken ? fail() : void got.push(batch));
    const { handle, problems } = await counting({ sink, batch: { requests: 1 } });
    expect((await handle(requestOf({ visitor: visitorId(1) }))).status).toBe(200);
    await Promise.resolve();
    isBroken = false;
    expect((await handle(requestOf({ visitor: visitorId(2) }))).status).toBe(200);
    await handle.flush();
    expect(problems).toEqual(["sink: disk full"]);
    expect(Object.values(countsOf(got)).reduce((a, b) => a + b)).toBe(2);
    expect(got.map(({ problems, lost }) => [problems.sink, lost])).toEqual([[0, 0], [1, 0]]);
  });

  test("gets it again with the id that it had", async () => {
    const ids: string[] = [];
    const sink = (batch: Batch) => {
      ids.push(batch.id);
      if (ids.length < 3) throw new Error("not yet");
    };
    const { handle } = await counting({ sink });
    await handle(requestOf());
    for (let count = 0; count < 5; count++) await handle.flush();
    expect(ids).toEqual([ids[0], ids[0], ids[0]]);
  });

  test("costs at most what is kept, and the loss is counted", async () => {
    const got: Batch[] = [];
    let isBroken = true;
    const sink = (batch: Batch) => {
      if (isBroken) throw new Error("down");
      got.push(batch);
    };
    const { handle } = await counting({ sink, batch: { requests: 10, kept: 3 } });
    for (let count = 0; count < 1000; count++) await handle(requestOf());
    isBroken = false;
    await handle(requestOf());
    await handle.flush();
    const counted = Object.values(countsOf(got)).reduce((a, b) => a + b);
    const lost = got.reduce((sum, batch) => sum + batch.lost, 0);
    expect([got.length, counted + lost]).toEqual([3, 1001]);
    expect(counted).toBe(21);
    // Each refusal is counted once: the first two batches are 1 and 2, each of the other 98 is 3.
    expect(got.reduce((sum, batch) => sum + batch.problems.sink, 0)).toBe(3 + 98 * 3);
  });

  test("by never answering is given up after half a minute", async () => {
    const asked: string[] = [];
    const { handle, clock } = await counting({ sink: (batch) => (asked.push(batch.id), asked.length === 1 ? new Promise(() => {}) : undefined) });
    await handle(requestOf());
    void handle.flush();
    await handle.flush();
    clock.now += 30_000;
    await handle.flush();
    expect(asked).toHaveLength(1);
    clock.now += 1;
    await handle.flush();
    await handle.flush();
    expect(asked).toEqual([asked[0], asked[0]]);
  });
});
