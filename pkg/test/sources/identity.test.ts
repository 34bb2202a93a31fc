/** What documents say of themselves, read the same from snapshots and from rulesets. */

import { describe, expect, test } from "vitest";

import type { Snapshot } from "../../src/node.js";
import { toBytes } from "../../src/sources/body.js";
import { identityOf, isRuleset } from "../../src/sources/identity.js";
import { randomOf, rulesetOf } from "../support.js";
import { revision, serving } from "./support.js";

const snapshots: [string, Snapshot][] = [
  ["nothing", { schema: "vexil/1" }],
  ["a revision of 0", { schema: "vexil/1", revision: 0 }],
  ["a lineage in other letters", { schema: "vexil/1", lineage: "линия \u{1F600}", revision: 2 ** 53 - 1 }],
  ["kills of everything", revision(3, { kills: { revision: 5, all: true } })],
  ["kills by name", revision(3, { environment: "production", kills: { revision: 2 ** 40, namespaces: ["a", "ž"], flags: ["flag", "x.y"], services: ["s"] } })],
];

/** As the other form says it: what a ruleset does not have is not there, or empty. */
function spelled({ lineage, revision: number, kills }: ReturnType<typeof identityOf>): unknown {
  const { revision: killRevision = 0, all = false, namespaces = [], flags = [], services = [], environment } = kills ?? {};
  return { lineage, number, kills: { killRevision, all, namespaces, flags, services, environment } };
}

test.each(snapshots)("%s", (_, snapshot) => {
  const [json, ruleset] = [toBytes(snapshot), new Uint8Array(rulesetOf(snapshot))];
  expect([isRuleset(json), isRuleset(ruleset)]).toEqual([false, true]);
  expect(spelled(identityOf(ruleset))).toEqual(spelled(identityOf(json)));
  expect(identityOf(json).revision).toBe(snapshot.revision);
});

describe("of what is no document", () => {
  test.each(["", "{", "null", "[]", "1", '"VEXILRS\0"', '{"revision":"1","lineage":1,"kills":[]}', '{"kills":{"revision":"x"}}'])("%j, nothing", (text) => {
    expect(identityOf(toBytes(text))).toEqual({});
  });

  test("nothing is thrown, however it is damaged", () => {
    const whole = new Uint8Array(rulesetOf(revision(3, { kills: { revision: 5, flags: ["flag"] }, flags: { flag: serving("a") } })));
    const random = randomOf(1);
    for (let length = 0; length < whole.length; length++) expect(typeof identityOf(whole.subarray(0, length))).toBe("object");
    for (let count = 0; count < 2_000; count++) {
      const damaged = whole.slice();
      for (let hits = 0; hits < 4; hits++) damaged[8 + Math.floor(random() * 140)] = Math.floor(random() * 256);
      expect(typeof identityOf(damaged)).toBe("object");
    }
  });
});
