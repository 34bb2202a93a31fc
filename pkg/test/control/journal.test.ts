/** The cases of `tests/control`, through the public API, and logs. */

import { describe, expect, test } from "vitest";

import { createControl, DamageError, InputError, RejectionError } from "../../src/node-control.js";
import type { Action, Command } from "../../src/node-control.js";
import { at, controlFiles, Host } from "./cases.js";

const control = await createControl();

for (const { name, given = [], cases } of controlFiles) {
  describe(name, () => {
    test.each(cases)("$why", (each) => {
      const host = new Host(control.begin());
      for (const wish of [...given, ...(each.given ?? [])]) host.carryOut(wish);
      const before = host.journal.head;
      if (each.rejected !== undefined) {
        const refused = caught(() => host.carryOut(each.when)) as RejectionError;
        expect(refused).toBeInstanceOf(RejectionError);
        expect(refused.code).toBe(each.rejected[0]);
        const told = [refused.message, ...refused.diagnostics.map(({ path, message, code }) => `${path}: ${message} [${code}]`)].join("\n");
        expect(told).toContain(each.rejected[1]);
        expect(host.journal.head).toBe(before);
      } else {
        const { record, line, effects } = host.carryOut(each.when);
        if (each.then !== undefined) expect(record?.events ?? null).toEqual(each.then);
        const found = (name: string): unknown => record?.events.map((event) => at(event, `/event/${name}`)).find((member) => member !== null) ?? null;
        if (each.reached !== undefined) expect(found("reached")).toEqual(each.reached);
        if (each.outcome !== undefined) expect(found("verdict/outcome")).toBe(each.outcome);
        if (each.hasControl !== undefined) expect(found("verdict/hasControl")).toBe(each.hasControl);
        if (each.moved !== undefined) expect(record?.events.some(({ type }) => type === "moved") ?? false).toBe(each.moved);
        if (each.effects !== undefined) expect(effects).toEqual(each.effects);
        expect(line === null).toBe(host.journal.head === before);
      }
      for (const [place, wanted] of Object.entries(each.published ?? {})) expect(host.published(place), place).toEqual(wanted);
      const { journal, length } = control.replay(host.log);
      expect([journal.head, journal.revision, journal.wakeAt, length]).toEqual([host.journal.head, host.journal.revision, host.journal.wakeAt, Buffer.byteLength(host.log)]);
      expect(control.verify(host.log)).toEqual({ head: host.journal.head, length });
      [journal, host.journal].forEach((each) => each.dispose());
    });
  });
}

test("the cases are there", () => {
  expect(controlFiles.flatMap(({ cases }) => cases).length).toBeGreaterThan(100);
});

function caught(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("it was not refused");
}

const create: Action = { type: "createWorkspace", lineage: "7f3a", environments: ["production"] };
const flag: Action = { type: "createFlag", key: "größe", preset: { kind: "boolean", on: true } };

test("a log that was changed is refused, with its line", () => {
  const host = new Host(control.begin());
  [create, flag].forEach((wish) => host.carryOut(wish));
  for (const read of [(log: string) => control.replay(log), (log: string) => control.verify(log)]) {
    const damage = caught(() => read(host.log.replace("größe", "klein"))) as DamageError;
    expect(damage).toBeInstanceOf(DamageError);
    expect([damage.line, damage.message]).toEqual([2, "line 2 of the log: its hash is that of another text"]);
  }
  const bytes = Buffer.from(host.log);
  bytes[bytes.indexOf("ß") + 1] = 0x20;
  expect((caught(() => control.replay(bytes)) as DamageError).line).toBe(2);
});

test("a log that was cut at any byte comes back to the last whole transaction", () => {
  const host = new Host(control.begin());
  const ends = [create, flag].map((wish) => (host.carryOut(wish), Buffer.byteLength(host.log)));
  const bytes = new TextEncoder().encode(host.log);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const { journal, length } = control.replay(bytes.subarray(0, cut));
    expect([length, journal.revision]).toEqual([ends.findLast((end) => end <= cut) ?? 0, ends.filter((end) => end <= cut).length]);
    journal.dispose();
  }
});

test("what is no command is refused with its place, and nothing is carried out", () => {
  const journal = control.begin();
  const command = { id: "c-1", actor: "ada", action: { ...create, environments: "production" } } as unknown as Command;
  const wrong = caught(() => journal.handle(command)) as InputError;
  expect(wrong).toBeInstanceOf(InputError);
  expect([wrong.path, wrong.message]).toEqual(["/action", expect.stringContaining("`/action`: invalid type")]);
  expect((caught(() => journal.handle({ id: "c-1", action: create } as Command)) as InputError).message).toContain("actor");
  expect(() => journal.handle(undefined as unknown as Command)).toThrow(InputError);
  expect(journal.revision).toBe(0);
});

test("the host's clock is what counts unless another instant is said", () => {
  const journal = control.begin();
  const before = Date.now();
  const { record } = journal.handle({ id: "c-1", actor: "ada", action: create });
  expect(record?.at).toBeGreaterThanOrEqual(before);
  expect(journal.handle({ id: "c-2", actor: "ada", action: flag }, 5).record?.at).toBe(record?.at);
});

test("a dashboard shows an environment as it is decided, and none that there is not", () => {
  const host = new Host(control.begin());
  const service = { tracks: { stable: { version: "v1" } }, defaultTrack: "stable" };
  const target = { environment: "production", service: "shop", version: "v2" } as const;
  const errors = (arm: "canary" | "control", at: number, successes: number) =>
    ({ metric: "errors", arm, at, seen: { proportion: { successes, trials: 400 } } }) as const;
  for (const wish of [
    create,
    flag,
    { type: "create", part: "service", key: "shop", value: service },
    { type: "deployment", deployment: "d-1", command: { type: "start", ...target } },
    { type: "kill", environment: "production", targets: [{ flag: "größe" }] },
  ] satisfies Action[]) host.carryOut(wish);
  const now = 1_767_225_600_000;
  expect(host.journal.dashboard("production", now + 60_000)).toMatchObject({
    environment: "production",
    kills: [{ target: { flag: "größe" }, actor: "ada", at: now }],
    flags: [{ key: "größe", state: "killed", revision: 2, value: { default: { variant: "on" } } }],
    counts: { flags: 1, killed: 1 },
    deployments: [
      { id: "d-1", number: 1, from: "v1", to: "v2", status: "running", stage: 0, stages: 3, exposure: 10, target: 100, activeMs: 60_000, figures: [] },
    ],
    rollouts: [],
    programs: [],
    releases: [],
  });
  const observations = [errors("canary", now, 80), errors("control", now, 4)];
  host.carryOut({ type: "deployment", deployment: "d-1", command: { type: "record", observations } });
  const [deployment] = host.journal.dashboard("production", now)?.deployments ?? [];
  expect(deployment).toMatchObject({ status: "rolledBack", exposure: 0, endsAt: null, verdict: { outcome: "fail" } });
  expect(deployment?.figures).toEqual([
    { metric: "errors", arm: "control", count: 400, value: 0.01 },
    { metric: "errors", arm: "canary", count: 400, value: 0.2 },
  ]);
  expect(host.journal.dashboard("staging")).toBeUndefined();
  host.journal.dispose();
  expect(() => host.journal.dashboard("production")).toThrow("disposed of");
});

test("a journal that was disposed of says so, and others go on", () => {
  const [one, other] = [control.begin(), control.begin()];
  one.dispose();
  one.dispose();
  for (const use of [() => one.head, () => one.revision, () => one.wakeAt, () => one.publish("e"), () => one.handle({ id: "c", actor: "a", action: create })]) {
    expect(use).toThrow("disposed of");
  }
  expect(other.handle({ id: "c", actor: "a", action: create }).record?.seq).toBe(1);
  expect([other.publish("nowhere"), other.publishKills("nowhere")]).toEqual([undefined, undefined]);
});
