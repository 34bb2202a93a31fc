/** Flags by the guide's functions. */

import { describe, expect, test } from "vitest";

import type { FlagContext } from "../../src/compat.js";
import { begin, pass, START, useClock, users } from "./guide.js";

useClock();

const flag = { name: "search", description: "The new search", enabled: true, rolloutPercentage: 25 } as const;

test("S4-34: exactly the guide's 18 names are exported", async () => {
  const names = "DEFAULT_CANARY_STAGES,advanceCanaryStage,deleteFlag,evaluateFlag,getAllFlags,getCurrentDeployment,getDeploymentHistory,getFlag,instantDeploy,"
    + "isFeatureEnabled,pauseDeployment,recordCanaryRequest,resumeDeployment,rollbackDeployment,setFlag,shouldRouteToCanary,startCanaryDeployment,updateRolloutPercentage";
  const guide = await begin();
  expect(Object.keys(guide).sort().join()).toBe(names);
  expect(names.split(",")).toHaveLength(18);
});

describe("evaluation", () => {
  test("S4-01, S4-02: says whether a flag is on and why, in a closed list of reasons", async () => {
    const { evaluateFlag, isFeatureEnabled, setFlag } = await begin();
    setFlag({ ...flag, rules: [{ type: "user", value: "alice" }] });
    setFlag({ ...flag, name: "off", enabled: false, rolloutPercentage: 100 });
    setFlag({ ...flag, name: "all", rolloutPercentage: 100 });
    setFlag({ ...flag, name: "nobody", rolloutPercentage: 0 });
    expect(evaluateFlag("search", { userId: "alice" })).toEqual({ enabled: true, reason: "rule", rule: "user-1" });
    expect(evaluateFlag("all", { userId: "bob" })).toEqual({ enabled: true, reason: "percentage" });
    expect(evaluateFlag("nobody")).toEqual({ enabled: false, reason: "percentage" });
    expect(evaluateFlag("off", { userId: "alice" })).toEqual({ enabled: false, reason: "disabled" });
    expect(evaluateFlag("search")).toEqual({ enabled: false, reason: "no_user" });
    expect(evaluateFlag("serach")).toEqual({ enabled: false, reason: "not_found" });
    const unreadable = { get userId(): string { throw new Error("no session"); } };
    expect(evaluateFlag("all", unreadable)).toEqual({ enabled: false, reason: "error", message: "no session" });
    expect(isFeatureEnabled("all", unreadable)).toBe(false);
    expect([isFeatureEnabled("search"), isFeatureEnabled("serach"), isFeatureEnabled("all")]).toEqual([false, false, true]);
  });

  test("S4-06, S4-11: a percentage is a share of users, and more of it lets users in and takes out nobody", async () => {
    const { isFeatureEnabled, setFlag, updateRolloutPercentage } = await begin();
    setFlag({ ...flag, rolloutPercentage: 10 });
    const on = (): Set<string> => new Set(users(2_000).filter((userId) => isFeatureEnabled("search", { userId })));
    const steps = [on()];
    for (const percentage of [25, 50, 100]) {
      expect(updateRolloutPercentage("search", percentage)?.rolloutPercentage).toBe(percentage);
      steps.push(on());
    }
    [200, 500, 1_000, 2_000].forEach((count, index) => expect(Math.abs((steps[index]?.size ?? 0) - count)).toBeLessThan(80));
    steps.slice(1).forEach((later, index) => expect([...(steps[index] ?? [])].every((user) => later.has(user))).toBe(true));
    // And back: who came in last goes first.
    updateRolloutPercentage("search", 25);
    expect(on()).toEqual(steps[1]);
    expect(updateRolloutPercentage("serach", 25)).toBeNull();
    expect(() => updateRolloutPercentage("search", 101)).toThrow("percentage");
    expect(on()).toEqual(steps[1]);
  });

  test("S4-03, S4-05, S4-07, S4-08, S4-09: rules add users, in their order, by user, group, environment and share", async () => {
    const { evaluateFlag, setFlag } = await begin();
    setFlag({
      ...flag,
      rolloutPercentage: 0,
      rules: [
        { type: "user", value: ["alice", "bob"] },
        { type: "group", value: "beta-testers" },
        { type: "environment", value: ["development", "staging"] },
        { type: "percentage", value: 5 },
      ],
    });
    const rule = (context: FlagContext): string | undefined => evaluateFlag("search", context).rule;
    expect(rule({ userId: "alice", groupId: "beta-testers" })).toBe("user-1");
    expect(rule({ userId: "alic" })).toBeUndefined();
    expect(rule({ userId: "carol", groupId: "beta-testers" })).toBe("group-2");
    expect(rule({ userId: "carol", groupId: ["staff", "beta-testers"] })).toBe("group-2");
    expect(rule({ environment: "staging" })).toBe("environment-3");
    const shares = users(2_000).filter((userId) => rule({ userId }) === "percentage-4").length;
    expect(Math.abs(shares - 100)).toBeLessThan(50);
    expect(evaluateFlag("search", { userId: "carol", environment: "production" })).toEqual({ enabled: false, reason: "percentage" });
  });
});

describe("authoring", () => {
  test("S4-04, S4-10: a flag is set as a whole, given back as it was set, and has its times", async () => {
    const { evaluateFlag, getAllFlags, getFlag, setFlag } = await begin();
    expect([getFlag("search"), getAllFlags()]).toEqual([null, []]);
    const rules = [{ type: "user", value: "alice" }] as const;
    const times = { createdAt: "2026-01-01T09:00:00.000Z", updatedAt: "2026-01-01T09:00:00.000Z" };
    expect(setFlag({ ...flag, rules })).toEqual({ ...flag, rules, ...times });
    pass(60);
    const { description: _, ...rest } = flag;
    setFlag({ ...rest, enabled: false });
    // What is not said any more is gone.
    expect(getFlag("search")).toEqual({ ...rest, enabled: false, rules: [], ...times, updatedAt: "2026-01-01T09:01:00.000Z" });
    setFlag({ ...getFlag("search")!, enabled: true });
    expect(evaluateFlag("search", { userId: "alice" }).rule).toBeUndefined();
    setFlag({ ...flag, name: "basket" });
    expect(getAllFlags().map(({ name }) => name)).toEqual(["basket", "search"]);
  });

  test("S4-12: a flag that was deleted is gone; set again it draws the same users", async () => {
    const { deleteFlag, getAllFlags, getFlag, isFeatureEnabled, setFlag } = await begin();
    setFlag(flag);
    const on = (): readonly string[] => users(500).filter((userId) => isFeatureEnabled("search", { userId }));
    const before = on();
    expect([deleteFlag("search"), deleteFlag("search"), deleteFlag("serach")]).toEqual([true, false, false]);
    expect([getFlag("search"), getAllFlags(), on()]).toEqual([null, [], []]);
    pass(60);
    expect(setFlag(flag).createdAt).toBe(new Date(START + 60_000).toISOString());
    expect(on()).toEqual(before);
    expect(deleteFlag("search")).toBe(true);
  });

  test("what is no flag is refused, with its place, and changes nothing", async () => {
    const { getAllFlags, setFlag } = await begin();
    expect(() => setFlag({ ...flag, enabled: "yes" as never })).toThrow("`/enabled`");
    expect(() => setFlag({ ...flag, rolloutPercentage: undefined as never })).toThrow("rolloutPercentage");
    expect(() => setFlag({ ...flag, rules: [{ type: "users", value: "alice" } as never] })).toThrow("users");
    expect(() => setFlag({ ...flag, name: "" })).toThrow("key");
    expect(getAllFlags()).toEqual([]);
  });
});
