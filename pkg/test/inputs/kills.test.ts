/** Kill messages. The slim artifact reads them in JavaScript, and must understand and refuse what the core does. */

import { afterEach, describe, expect, test } from "vitest";

import { createEngine, type KillMessage } from "../../src/node.js";
import { createEngine as createSlimEngine } from "../../src/node-slim.js";
import { alwaysOn, refusalOf, rulesetOf, snapshotOf } from "../support.js";

const service = {
  tracks: { stable: { version: "1" }, canary: { version: "2" } },
  defaultTrack: "stable",
  rules: [{ id: "all", serve: { track: "canary" } }],
};
const snapshot = snapshotOf(
  { a: alwaysOn, "a.b": alwaysOn, "größe": alwaysOn, "😀": alwaysOn },
  { lineage: "l", environment: "live", services: { api: service } },
);

const alive: { dispose(): void }[] = [];
afterEach(() => alive.splice(0).forEach((engine) => engine.dispose()));

/** An engine of each artifact. */
async function engines() {
  const both = [await createEngine(snapshot), await createSlimEngine(rulesetOf(snapshot))] as const;
  alive.push(...both);
  return both;
}

describe("a message that is understood", () => {
  test.each<[string, unknown]>([
    ["of a flag", { revision: 1, flags: ["a"] }],
    ["of a namespace", { revision: 1, namespaces: ["a"] }],
    ["of a service", { revision: 1, services: ["api"] }],
    ["of all of them", { revision: 1, flags: ["größe", "😀"], namespaces: ["a"], services: ["api", "other"] }],
    ["of everything", { revision: 1, all: true }],
    ["of what there is not", { revision: 1, flags: ["none"] }],
    ["of nothing", { revision: 1, all: false, flags: [], namespaces: [], services: [] }],
    ["with the greatest revision", { revision: Number.MAX_SAFE_INTEGER, all: true }],
    ["with no higher revision", { revision: 0, all: true }],
    ["with a revision beyond 32 bits", { revision: 2 ** 32, all: true }],
    ["with its origin", { revision: 1, all: true, lineage: "l", environment: "live" }],
    ["with fields of the sender's", { revision: 1, all: true, "x-by": "me", "x-": { deep: [null] } }],
    ["with undefined members", { revision: 1, all: undefined, flags: undefined, lineage: undefined, services: ["api"] }],
    ["that says how it is written", { toJSON: () => ({ revision: 1, all: true }) }],
    ["as text", '\n{"revision":1.0e0,"flags":["gr\\u00f6\\u00dfe","\\ud83d\\ude00"]} '],
    ["with the longest key", { revision: 1, flags: ["k".repeat(256), "a"] }],
  ])("%s", async (_, message) => {
    const [full, slim] = await engines();
    expect(slim.kill(message as KillMessage)).toEqual(full.kill(message as KillMessage));
    expect(slim.all()).toEqual(full.all());
    expect(slim.route("api")).toEqual(full.route("api"));
    // Both are at the same revision now.
    for (const revision of [1, 2]) expect(slim.kill({ revision })).toEqual(full.kill({ revision }));
    expect(slim.all()).toEqual(full.all());
  });
});

describe("a message that is refused", () => {
  const cyclic: Record<string, unknown> = { revision: 1 };
  cyclic["x-self"] = cyclic;

  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a number", 1],
    ["a list", []],
    ["a function", () => ({ revision: 1 })],
    ["half a text", '{"revision":1'],
    ["the empty text", ""],
    ["a cycle", cyclic],
    ["a getter that throws", { revision: 1, get all() { throw new Error("no"); } }],
    ["no revision", { all: true }],
    ["an undefined revision", { revision: undefined, all: true }],
    ["a null revision", { revision: null, all: true }],
    ["a revision that is no number", { revision: NaN, all: true }],
    ["a revision as text", { revision: "1", all: true }],
    ["a fraction", { revision: 1.5, all: true }],
    ["a negative revision", { revision: -1, all: true }],
    ["a revision that is too large", { revision: 2 ** 53, all: true }],
    ["a field that is misspelt", { revision: 1, flag: ["a"] }],
    ["a field of a snapshot", { revision: 1, schema: "vexil/1" }],
    ["a field that every object inherits", '{"revision":1,"constructor":1}'],
    ["a field that is the prototype", '{"revision":1,"__proto__":{"all":true}}'],
    ["a null switch", { revision: 1, all: null }],
    ["a switch as text", { revision: 1, all: "true" }],
    ["flags that are no list", { revision: 1, flags: "a" }],
    ["flags as an object", { revision: 1, flags: { 0: "a", length: 1 } }],
    ["null flags", { revision: 1, flags: null }],
    ["null namespaces", { revision: 1, namespaces: null }],
    ["services that are no texts", { revision: 1, services: ["api", 1] }],
    ["a key that is null", { revision: 1, flags: [null] }],
    ["a hole in a list", { revision: 1, flags: [, "a"] }],
    ["an empty key", { revision: 1, flags: ["a", ""] }],
    ["a key that is too long", { revision: 1, namespaces: ["k".repeat(257)] }],
    ["a key that is too long in UTF-8", { revision: 1, flags: ["ö".repeat(129)] }],
    ["a key with a control character", { revision: 1, flags: ["a\0"] }],
    ["a key with a control character beyond ASCII", { revision: 1, services: ["a\u0085"] }],
    ["a null lineage", { revision: 1, all: true, lineage: null }],
    ["a null environment", { revision: 1, all: true, environment: null }],
    ["an environment that is no text", { revision: 1, all: true, environment: 1 }],
    ["another environment", { revision: 1, all: true, environment: "staging" }],
    ["another environment in another case", { revision: 1, all: true, environment: "LIVE" }],
    ["the empty environment", { revision: 1, all: true, environment: "" }],
    ["another lineage", { revision: 1, all: true, lineage: "m" }],
  ])("%s", async (_, message) => {
    const [full, slim] = await engines();
    const [expected, refused] = [full, slim].map((engine) => refusalOf(() => engine.kill(message as KillMessage)));
    // The core names all problems, JavaScript the first.
    const shown = ({ code, severity, path }: { code: string; severity: string; path: string }): string => `${path}: ${severity}: ${code}`;
    expect(refused?.diagnostics).toHaveLength(1);
    expect(expected?.diagnostics.map(shown)).toContain(refused?.diagnostics.map(shown)[0]);
    expect(refused?.diagnostics[0]?.message).not.toBe("");
    expect(slim.details("a")).toMatchObject({ value: true, reason: "STATIC" });
    expect(slim.route("api")).toMatchObject({ track: "canary" });
    expect(slim.kill({ revision: 1, flags: ["a"] })).toEqual(["a"]);
  });

  test("half of a surrogate pair", async () => {
    for (const message of [{ revision: 1, flags: ["a\ud800"] }, { revision: 1, environment: "\udc00" }, '{"revision":1,"lineage":"\\ud800"}']) {
      for (const engine of await engines()) expect(refusalOf(() => engine.kill(message)).diagnostics).toHaveLength(1);
    }
  });

  test("members of a polluted Object.prototype are not looked at", async () => {
    const polluted = Object.prototype as { all?: unknown; revision?: unknown; lineage?: unknown };
    Object.assign(polluted, { all: true, revision: 9, lineage: "m" });
    try {
      for (const engine of await engines()) {
        expect(engine.kill('{"revision":1,"flags":["a"]}')).toEqual(["a"]);
        expect(refusalOf(() => engine.kill('{"flags":["a.b"]}')).diagnostics[0]?.code).toBe("missing-field");
      }
    } finally {
      delete polluted.all;
      delete polluted.revision;
      delete polluted.lineage;
    }
  });
});
