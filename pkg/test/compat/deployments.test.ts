/** Deployments by the guide's functions. */

import { describe, expect, test, vi } from "vitest";

import { begin, type Guide, pass, START, useClock, users } from "./guide.js";

useClock();

/** Minutes of traffic: so many requests of different users, as `shouldRouteToCanary` routes them. */
function serve(guide: Guide, minutes: number, perMinute: number, fails: (isCanary: boolean, request: number) => boolean = () => false): void {
  for (let minute = 0; minute < minutes; minute++) {
    for (const [request, user] of users(perMinute).entries()) {
      const isCanary = guide.shouldRouteToCanary(user);
      guide.recordCanaryRequest(isCanary, isCanary ? 40 : 20, fails(isCanary, request));
    }
    pass(60);
  }
}

test("S4-17, S4-21: the default stages are those of the default plan", async () => {
  const { DEFAULT_CANARY_STAGES } = await begin();
  expect(DEFAULT_CANARY_STAGES).toEqual([
    { percentage: 10, duration: 1_800, minRequests: 500, maxErrorRate: 0.05 },
    { percentage: 50, duration: 3_600, minRequests: 1_000, maxErrorRate: 0.03 },
    { percentage: 100, duration: 7_200, minRequests: 2_000, maxErrorRate: 0.02 },
  ]);
  expect([DEFAULT_CANARY_STAGES, ...DEFAULT_CANARY_STAGES].every(Object.isFrozen)).toBe(true);
});

test("S4-32: may be loaded where the clock stands at its epoch until the first request, as on Cloudflare", async () => {
  vi.setSystemTime(0);
  const guide = await begin();
  vi.setSystemTime(START);
  const { startedAt } = guide.startCanaryDeployment("v2");
  expect(startedAt).toBe("2026-01-01T09:00:00.000Z");
  serve(guide, 30, 400, (_, request) => request % 100 === 0);
  expect(guide.getCurrentDeployment()).toMatchObject({ status: "running", currentPercentage: 50 });
});

describe("a canary", () => {
  test("S4-16, S4-18, S4-28: goes to 100 % while all is well, and nobody leaves it on the way", async () => {
    const guide = await begin();
    const { getCurrentDeployment, getDeploymentHistory, shouldRouteToCanary, startCanaryDeployment } = guide;
    expect([getCurrentDeployment(), shouldRouteToCanary("u-1")]).toEqual([null, false]);
    expect(startCanaryDeployment("v2", { strategy: "canary" })).toMatchObject({
      id: "v2#1", version: "v2", previousVersion: "initial", strategy: "canary", status: "running",
      currentStage: 0, currentPercentage: 10, startedAt: "2026-01-01T09:00:00.000Z", endsAt: "2026-01-01T12:30:00.000Z",
    });
    const canary = (): Set<string> => new Set(users(1_000).filter((user) => shouldRouteToCanary(user)));
    const seen = [canary()];
    for (const [minutes, percentage] of [[30, 50], [60, 100]] as const) {
      // One request in a hundred fails, in both arms.
      serve(guide, minutes, 400, (_, request) => request % 100 === 0);
      expect(getCurrentDeployment()).toMatchObject({ status: "running", currentPercentage: percentage });
      seen.push(canary());
    }
    expect(seen.map(({ size }) => Math.round(size / 100))).toEqual([1, 5, 10]);
    expect([...(seen[0] ?? [])].every((user) => seen[1]?.has(user))).toBe(true);
    expect([shouldRouteToCanary(), shouldRouteToCanary("")]).toEqual([false, false]);
    serve(guide, 120, 100, (_, request) => request === 0);
    expect(getCurrentDeployment()).toBeNull();
    const [done] = getDeploymentHistory();
    expect(done).toMatchObject({ version: "v2", status: "completed", currentPercentage: 100, reason: null });
    const { canary: ours, stable } = done?.metrics ?? {};
    expect((ours?.requests ?? 0) + (stable?.requests ?? 0)).toBe(90 * 400 + 120 * 100);
    expect(ours?.errorRate).toBeCloseTo(0.01, 2);
    expect([ours?.latencyP95, stable?.latencyP95].map((latency) => Math.round(latency ?? 0))).toEqual([40, 20]);
  });

  test("S4-19, S4-20: is rolled back by itself where its users have more errors than those beside it", async () => {
    const guide = await begin();
    guide.startCanaryDeployment("v2");
    serve(guide, 2, 2_000, (isCanary, request) => request % (isCanary ? 5 : 100) === 0);
    expect(guide.getCurrentDeployment()).toBeNull();
    const [failed] = guide.getDeploymentHistory();
    expect(failed).toMatchObject({ status: "rolledBack", currentPercentage: 0 });
    expect(failed?.reason).toContain("evidence that it is beyond the bound");
    expect(users(100).some((user) => guide.shouldRouteToCanary(user))).toBe(false);
    // What comes in of requests that were on their way is nobody's.
    guide.recordCanaryRequest(true, 5, true);
    expect(guide.getDeploymentHistory()[0]?.metrics).toEqual(failed?.metrics);
  });

  test("S4-20: is rolled back without anybody asking, once a slot is over", async () => {
    const guide = await begin();
    guide.startCanaryDeployment("v2");
    for (let request = 0; request < 200; request++) guide.recordCanaryRequest(true, 5, true);
    const user = users(100).find((user) => guide.shouldRouteToCanary(user)) ?? "";
    expect(guide.shouldRouteToCanary(user)).toBe(true);
    pass(60);
    expect(guide.shouldRouteToCanary(user)).toBe(false);
  });

  test("S4-21: a maximum of 0 errors counts, and so does a stage in seconds", async () => {
    const stages = [{ percentage: 20, duration: 20, minRequests: 0, maxErrorRate: 0 }, { percentage: 100, duration: 0, minRequests: 0, maxErrorRate: 0 }];
    const failing = await begin();
    failing.startCanaryDeployment("v2", { stages });
    failing.recordCanaryRequest(true, 5, true);
    expect(failing.getCurrentDeployment()).toBeNull();
    const healthy = await begin();
    healthy.startCanaryDeployment("v2", { stages });
    for (let second = 0; second < 20; second++, pass(1)) for (const isCanary of [true, false]) healthy.recordCanaryRequest(isCanary, 5, false);
    expect(healthy.getCurrentDeployment()).toBeNull();
    expect(healthy.getDeploymentHistory()).toMatchObject([{ status: "completed", metrics: { canary: { requests: 20 } } }]);
  });

  test("S4-22: holds at the end of a stage without requests enough, and goes on once they are there", async () => {
    const guide = await begin();
    guide.startCanaryDeployment("v2");
    serve(guide, 30, 10);
    expect(guide.getCurrentDeployment()).toMatchObject({ status: "holding", currentPercentage: 10, endsAt: null });
    expect(guide.getCurrentDeployment()?.verdict.join()).toContain("500");
    pass(60 * 60);
    serve(guide, 1, 8_000);
    expect(guide.getCurrentDeployment()).toMatchObject({ status: "running", currentPercentage: 50 });
  });

  test("S4-16: is refused while another one is on its way, and for stages that are no plan", async () => {
    const { getCurrentDeployment, startCanaryDeployment } = await begin();
    const stage = { percentage: 50, duration: 60, minRequests: 10, maxErrorRate: 0.05 };
    const refused = { name: "RejectionError", code: "malformed" };
    expect(() => startCanaryDeployment("v2", { stages: [stage, { ...stage, percentage: 10 }] })).toThrow(expect.objectContaining(refused));
    expect(() => startCanaryDeployment("v2", { stages: [] })).toThrow(expect.objectContaining(refused));
    expect(() => startCanaryDeployment("v2", { stages: [{ ...stage, maxErrorRate: 5 }] })).toThrow(expect.objectContaining(refused));
    expect(() => startCanaryDeployment("v2", { stages: [{ ...stage, percentage: 101 }] })).toThrow("percentage");
    expect(() => startCanaryDeployment("v2", { stages: [{ ...stage, minRequests: undefined as never }] })).toThrow("minimum");
    startCanaryDeployment("v2", { stages: [stage] });
    expect(() => startCanaryDeployment("v3")).toThrow("the deployment `v2#1` of this service is on its way");
    expect(getCurrentDeployment()).toMatchObject({ version: "v2", stages: [stage] });
  });

  test("S4-16: another deployment has other users, also of the same version", async () => {
    const { rollbackDeployment, shouldRouteToCanary, startCanaryDeployment } = await begin();
    const drawn = (): string => users(300).filter((user) => shouldRouteToCanary(user)).join();
    startCanaryDeployment("v2");
    const first = drawn();
    rollbackDeployment();
    startCanaryDeployment("v2");
    expect(drawn()).not.toBe(first);
  });
});

describe("by hand", () => {
  test("S4-24: a stage ends before its time only with evidence, or with a reason", async () => {
    const guide = await begin();
    expect(guide.advanceCanaryStage()).toBeNull();
    guide.startCanaryDeployment("v2");
    expect(() => guide.advanceCanaryStage()).toThrow("say in `despite` why it shall");
    expect(guide.advanceCanaryStage("a rehearsal")).toMatchObject({ currentStage: 1, currentPercentage: 50 });
    serve(guide, 5, 1_000);
    expect(guide.advanceCanaryStage()).toMatchObject({ currentStage: 2, currentPercentage: 100 });
  });

  test("S4-25, S4-26: a pause stops time and nothing else; it goes on where it stood", async () => {
    const guide = await begin();
    expect([guide.pauseDeployment(), guide.resumeDeployment()]).toEqual([null, null]);
    guide.startCanaryDeployment("v2");
    serve(guide, 20, 400);
    expect(guide.pauseDeployment()).toMatchObject({ status: "paused", currentPercentage: 10, endsAt: null });
    expect(() => guide.pauseDeployment()).toThrow("paused already");
    expect(() => guide.advanceCanaryStage("why not")).toThrow("resume it first");
    serve(guide, 60, 100);
    expect(guide.getCurrentDeployment()).toMatchObject({ status: "paused", currentStage: 0 });
    expect(guide.resumeDeployment()).toMatchObject({ status: "running", currentStage: 0 });
    serve(guide, 9, 400);
    expect(guide.getCurrentDeployment()).toMatchObject({ currentStage: 0 });
    serve(guide, 1, 400);
    expect(guide.getCurrentDeployment()).toMatchObject({ currentStage: 1 });
    guide.pauseDeployment();
    // It is watched all the same.
    serve(guide, 1, 1_000, (isCanary) => isCanary);
    expect(guide.getCurrentDeployment()).toBeNull();
    expect(guide.getDeploymentHistory()[0]?.status).toBe("rolledBack");
  });

  test("S4-27: a rollback takes back what is on its way or was deployed last, once; else nothing happens", async () => {
    const { getCurrentDeployment, getDeploymentHistory, instantDeploy, rollbackDeployment, startCanaryDeployment } = await begin();
    expect(rollbackDeployment("nothing to do")).toBeNull();
    startCanaryDeployment("v2");
    expect(rollbackDeployment("slow")).toMatchObject({ status: "rolledBack", currentPercentage: 0, reason: "slow" });
    expect([rollbackDeployment("again"), getCurrentDeployment()]).toEqual([null, null]);
    expect(getDeploymentHistory()).toMatchObject([{ version: "v2", reason: "slow" }]);
    instantDeploy("v3");
    expect(rollbackDeployment()).toMatchObject({ version: "v3", previousVersion: "initial", reason: null });
    expect(rollbackDeployment("again")).toBeNull();
    // What runs is what ran before.
    expect(instantDeploy("v4").previousVersion).toBe("initial");
  });

  test("S4-31: an instant deployment supersedes a canary, and can be rolled back", async () => {
    const { getCurrentDeployment, getDeploymentHistory, instantDeploy, rollbackDeployment, shouldRouteToCanary, startCanaryDeployment } = await begin();
    startCanaryDeployment("v2");
    expect(instantDeploy("v3")).toMatchObject({ version: "v3", previousVersion: "initial", strategy: "instant", status: "completed", currentPercentage: 100, stages: [] });
    expect(getCurrentDeployment()).toBeNull();
    expect(users(100).some((user) => shouldRouteToCanary(user))).toBe(false);
    expect(getDeploymentHistory().map(({ version, status }) => [version, status])).toEqual([["v3", "completed"], ["v2", "superseded"]]);
    expect(() => instantDeploy("v3")).toThrow("`v3` is what the service `app` runs");
    expect(rollbackDeployment("no")?.status).toBe("rolledBack");
  });

  test("S4-29: the history is the last ten, the newest first, and has what is over", async () => {
    const { getDeploymentHistory, instantDeploy, startCanaryDeployment } = await begin();
    for (let version = 1; version <= 12; version++) instantDeploy(`v${version}`);
    startCanaryDeployment("v13");
    expect(getDeploymentHistory().map(({ version }) => version)).toEqual(["v12", "v11", "v10", "v9", "v8", "v7", "v6", "v5", "v4", "v3"]);
  });
});

test("a clock that is set back stops nothing and loses nothing", async () => {
  const guide = await begin();
  guide.startCanaryDeployment("v2");
  pass(90);
  guide.recordCanaryRequest(true, 5, false);
  pass(-600);
  expect(() => guide.shouldRouteToCanary("u-1")).not.toThrow();
  guide.recordCanaryRequest(false, 5, false);
  expect(guide.getCurrentDeployment()).toMatchObject({ status: "running", metrics: { canary: { requests: 1 }, stable: { requests: 1 } } });
});

test("S4-30: latencies are those of each arm, whatever clocks do", async () => {
  const guide = await begin();
  guide.startCanaryDeployment("v2");
  for (let request = 1; request <= 2_000; request++) guide.recordCanaryRequest(true, request, false);
  for (const latency of [Number.NaN, -5, Infinity]) guide.recordCanaryRequest(false, latency, true);
  const { canary, stable } = guide.getCurrentDeployment()?.metrics ?? {};
  expect(Math.abs((canary?.latencyP95 ?? 0) / 1_900 - 1)).toBeLessThan(0.02);
  expect(stable).toEqual({ requests: 3, errors: 3, errorRate: 1, latencyP95: null });
});
