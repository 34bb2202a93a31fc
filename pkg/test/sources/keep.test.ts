/** `onError: "keepPrevious"`: broken parts stay as they were, and nothing else does. */

import { afterEach, describe, expect, test } from "vitest";

import { createEngine } from "../../src/node.js";
import type { Flag, Snapshot } from "../../src/node.js";
import { createEngine as createSlimEngine } from "../../src/node-slim.js";
import { connect, memory } from "../../src/sources.js";
import { rulesetOf } from "../support.js";
import { closeAll, closing, connected, FakeHost, killing, revision, served, serving, tick } from "./support.js";

afterEach(closeAll);

/** A flag that says that it is broken: it serves a variant that there is not. */
const broken: Flag = { ...serving("new"), default: { variant: "none" } };
const keeping = { onError: "keepPrevious" } as const;

async function pushed(first: Snapshot | string, ...next: (Snapshot | string)[]): Promise<ReturnType<typeof connected>> {
  const source = memory(first);
  const tested = connected(source, keeping);
  await tested.live.ready();
  for (const document of next) source.push(document);
  for (let count = 0; count < 10; count++) await tick();
  return tested;
}

const value = ({ live }: ReturnType<typeof connected>, key: string, country = "DE"): string => live.engine?.string(key, { country }, "ERROR") ?? "";

describe("a broken flag", () => {
  test("stays as it was while all else is new, and it is told", async () => {
    const tested = await pushed(
      revision(1, { flags: { flag: serving("good"), "a/b~c": serving("good"), other: serving("r1") } }),
      revision(2, { flags: { flag: broken, "a/b~c": broken, other: serving("r2"), more: serving("more") } }),
    );
    expect(["flag", "a/b~c", "other", "more"].map((key) => value(tested, key))).toEqual(["good", "good", "r2", "more"]);
    expect(tested.live.status()).toMatchObject({ state: "ready", revision: 2, consecutiveFailures: 0 });
    expect(tested.told.slice(1)).toEqual([
      { type: "change", cause: "snapshot", flags: ["more", "other"] },
      { type: "kept", paths: ["/flags/a~1b~0c", "/flags/flag"] },
    ]);
    expect(tested.live.engine?.diagnostics).toEqual([]);
  });

  test("answers with an error otherwise, and if there never was a good form", async () => {
    const source = memory(revision(1));
    const { live, told } = connected(source);
    await live.ready();
    source.push(revision(2, { flags: { flag: broken } }));
    expect(served(live)).toBe("none");
    const tested = await pushed(revision(1, { flags: { flag: broken } }), revision(2, { flags: { flag: broken, fresh: broken } }));
    expect(["flag", "fresh"].map((key) => value(tested, key))).toEqual(["ERROR", "ERROR"]);
    for (const events of [told, tested.told]) expect(events.filter(({ type }) => type === "kept")).toEqual([]);
  });

  test("stays so for as long as it is broken, and not when it is mended or gone", async () => {
    const [bad, other] = [revision(2, { flags: { flag: broken } }), revision(3, { flags: { flag: broken, other: serving("r3") } })];
    expect(value(await pushed(revision(1), bad, other), "flag")).toBe("r1");
    expect(value(await pushed(revision(1), bad, revision(3)), "flag")).toBe("r3");
    expect(value(await pushed(revision(1), bad, revision(3, { flags: {} })), "flag")).toBe("ERROR");
  });

  test("is killed like any other", async () => {
    const tested = await pushed(revision(1), revision(2, { flags: { flag: broken }, kills: killing(1, "flag") }));
    expect(value(tested, "flag")).toBe("off");
  });

  test("keeps its text to the letter, and so does all else", async () => {
    const flag = `{ "variants": { "on": "\\u00e9 }{ \\"x\\\\", "off": "off" },\n "offVariant": "off", "default": { "variant": "on" } }`;
    const numbers = `{"variants":{"a":1.50,"b":1e2},"offVariant":"a","default":{"variant":"b"}}`;
    const document = (number: number, text: string): string =>
      `{"schema":"vexil/1", "lineage":"l","revision":${number},\r\n "segments" : {}, "flags" :{"flag": ${text} ,"numbers":${numbers}},"layers":{"x":{}}}`;
    const tested = await pushed(document(1, flag), document(2, JSON.stringify(broken)));
    expect(value(tested, "flag")).toBe('é }{ "x\\');
    expect(tested.live.engine?.number("numbers", {}, 0)).toBe(100);
    // A layer of a wrong form is no reason to leave it out: it is reported as before.
    expect(tested.told.at(-1)).toEqual({ type: "kept", paths: ["/flags/flag"] });
  });
});

describe("what a flag refers to", () => {
  const inSegment: Flag = { ...serving("on"), default: { variant: "off" }, rules: [{ id: "s", when: { segment: "s" }, serve: { variant: "on" } }] };
  const german = { when: { attribute: "country", op: "eq", value: "DE" } } as const;
  const french = { when: { attribute: "country", op: "eq", value: "FR" } } as const;

  test("is that of the new snapshot", async () => {
    const tested = await pushed(
      revision(1, { flags: { flag: inSegment }, segments: { s: german } }),
      revision(2, { flags: { flag: { ...inSegment, offVariant: "none" } }, segments: { s: french } }),
    );
    expect([value(tested, "flag", "DE"), value(tested, "flag", "FR")]).toEqual(["off", "on"]);
  });

  test("stays as it was if it is broken itself", async () => {
    const tested = await pushed(
      revision(1, { flags: { flag: inSegment }, segments: { s: german } }),
      revision(2, { flags: { flag: { ...inSegment, variants: { on: "new", off: "off" } }, other: serving("r2") }, segments: { s: { when: { attribute: "country", op: "like", value: "DE" } as never } } }),
    );
    expect([value(tested, "flag", "DE"), value(tested, "flag", "FR"), value(tested, "other")]).toEqual(["new", "off", "r2"]);
    expect(tested.told.at(-1)).toEqual({ type: "kept", paths: ["/segments/s"] });
  });

  test("may be gone: then the flag is broken either way", async () => {
    const tested = await pushed(
      revision(1, { flags: { flag: inSegment }, segments: { s: german } }),
      revision(2, { flags: { flag: { ...inSegment, offVariant: "none" }, other: serving("r2") } }),
    );
    expect([value(tested, "flag"), value(tested, "other")]).toEqual(["ERROR", "r2"]);
    expect(tested.told.filter(({ type }) => type === "kept")).toEqual([]);
  });

  test("may have come since: a form that was never good is none to keep", async () => {
    const tested = await pushed(
      revision(1, { flags: { flag: inSegment, other: serving("r1") } }),
      revision(2, { flags: { flag: { ...inSegment, offVariant: "none" }, other: broken }, segments: { s: german } }),
    );
    expect([value(tested, "flag"), value(tested, "other")]).toEqual(["ERROR", "r1"]);
    expect(tested.told.at(-1)).toEqual({ type: "kept", paths: ["/flags/other"] });
  });

  test("must not make a circle with what is kept: then nothing is kept", async () => {
    const requiring = (key: string, flag: Flag): Flag => ({ ...flag, prerequisites: [{ flag: key, variants: ["on"] }] });
    const tested = await pushed(
      revision(1, { flags: { a: requiring("b", serving("a1")), b: serving("b1"), c: serving("c1") } }),
      revision(2, { flags: { a: broken, b: requiring("a", serving("b2")), c: broken } }),
    );
    // Keeping `a` would break `b`, which is only off now.
    expect(["a", "b", "c"].map((key) => value(tested, key))).toEqual(["ERROR", "off", "ERROR"]);
    expect(tested.told.filter(({ type }) => type === "kept")).toEqual([]);
  });
});

describe("a snapshot as a whole", () => {
  test("is refused as ever, with its kills in force", async () => {
    const tested = await pushed(revision(2), revision(1, { flags: { flag: broken }, kills: killing(1, "flag") }), "{");
    expect([value(tested, "flag"), tested.live.status().revision]).toEqual(["off", 2]);
    expect(tested.types()).toEqual(["ready", "change", "error", "error"]);
  });

  test("is stored as it is served, so that a restart serves the same", async () => {
    let saved: unknown;
    const store = { load: async () => saved as undefined, save: async (next: unknown) => void (saved = next) };
    const source = memory(revision(1));
    const before = connected(source, { ...keeping, store });
    await before.live.ready();
    source.push(revision(2, { flags: { flag: broken } }));
    for (let count = 0; count < 10; count++) await tick();
    await before.live.close();
    const { live, host } = connected(memory(), { ...keeping, store });
    const waiting = live.ready();
    await tick();
    await host.advance(5_000);
    await waiting;
    expect([served(live), live.status().revision]).toEqual(["r1", 2]);
  });

  test("can be broken as the first one after a restart, and mended with what is stored", async () => {
    const body = new TextEncoder().encode(JSON.stringify(revision(1)));
    const store = { load: async () => ({ document: { body, confirmedAt: 0 }, kills: [] }), save: async () => {} };
    const { live } = connected(memory(revision(2, { flags: { flag: broken } })), { ...keeping, store });
    await live.ready();
    for (let count = 0; count < 10; count++) await tick();
    expect([served(live), live.status().revision]).toEqual(["r1", 2]);
  });

  test("as a ruleset cannot be mended, which is said once", async () => {
    const source = memory(rulesetOf(revision(1)));
    const live = closing(connect(createSlimEngine, source, { ...keeping, host: new FakeHost() }));
    const errors: unknown[] = [];
    live.on("error", ({ error }) => void errors.push(error));
    await live.ready();
    await tick();
    source.push(rulesetOf(revision(2, { flags: { flag: broken } })));
    for (let count = 0; count < 10; count++) await tick();
    expect(live.engine?.details("flag").errorCode).toBe("PARSE_ERROR");
    expect(errors).toEqual([new Error("`keepPrevious` needs snapshots as JSON: broken flags of a ruleset answer `ERROR`")]);
  });

  test("is tried out by engines that are disposed of", async () => {
    const made: { dispose(): void; disposed?: true }[] = [];
    const source = memory(revision(1));
    const live = closing(
      connect(
        async (...args: Parameters<typeof createEngine>) => {
          const engine = await createEngine(...args);
          const dispose = engine.dispose.bind(engine);
          const entry = { dispose } as (typeof made)[number];
          engine.dispose = () => (dispose(), (entry.disposed = true), undefined);
          made.push(entry);
          return engine;
        },
        source,
        { ...keeping, host: new FakeHost() },
      ),
    );
    await live.ready();
    source.push(revision(2, { flags: { flag: broken } }));
    for (let count = 0; count < 10; count++) await tick();
    expect(made.map(({ disposed }) => disposed ?? false)).toEqual([false, true, true]);
  });
});
