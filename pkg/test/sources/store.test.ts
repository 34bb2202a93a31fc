/** What outlives a restart. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { afterAll, afterEach, describe, expect, test } from "vitest";

import { createEngine as createSlimEngine } from "../../src/node-slim.js";
import { fileStore } from "../../src/sources-file.js";
import { connect, http, kvStore, memory, type Saved, type Source, type Store, webStore } from "../../src/sources.js";
import { rulesetOf } from "../support.js";
import { closeAll, closing, connected, failing, FakeHost, giving, killing, revision, serve, served, serving, START, tick, until } from "./support.js";

const folder = mkdtempSync(join(tmpdir(), "vexil-store-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const freshFolder = (): string => mkdtempSync(join(folder, "of-a-test-"));

afterEach(closeAll);

/** A store in memory, which survives the connections that use it. */
function kept(): Store & { saved: Saved | undefined; saves: number; failures: number } {
  const store = {
    saved: undefined as Saved | undefined,
    saves: 0,
    failures: 0,
    load: async () => store.saved,
    async save(saved: Saved) {
      if (store.failures > 0) throw new Error(`disk full ${store.failures--}`);
      store.saved = saved;
      store.saves++;
    },
  };
  return store;
}

const nowhere: Source = { name: "nowhere", open: (sink) => (sink.failed(new Error("no network")), { refresh: async () => {}, close() {} }) };
const text = (saved: Saved | undefined): unknown => saved?.document && JSON.parse(new TextDecoder().decode(saved.document.body));

describe("a restart without a network", () => {
  test("begins with the last good document and the last kills", async () => {
    const store = kept();
    const source = memory(revision(3));
    const before = connected(source, { store });
    await before.live.ready();
    source.kill(killing(2, "flag"));
    source.push("{");
    source.push(revision(2));
    await before.live.close();
    expect(text(store.saved)).toEqual(revision(3));

    const { live, told } = connected(nowhere, { store });
    await live.ready();
    expect(served(live)).toBe("off");
    expect(live.status()).toMatchObject({ state: "stale", origin: "store", revision: 3, confirmedAt: START, ageMs: 0 });
    expect(told.map(({ type }) => type)).toEqual(["error", "stale"]);
  });

  test.each<[string, (source: ReturnType<typeof memory>) => void]>([
    ["a message", (source) => source.kill(killing(9, "flag"))],
    ["a snapshot, followed by one with older kills", (source) => {
      source.push(revision(2, { kills: killing(9, "flag") }));
      source.push(revision(3, { kills: killing(8) }));
    }],
    ["a snapshot that was refused", (source) => source.push(revision(0, { kills: { ...killing(9, "flag"), "x-by": "me" } }))],
  ])("knows the kills of %s", async (_, kill) => {
    const store = kept();
    const source = memory(revision(1));
    const before = connected(source, { store });
    await before.live.ready();
    kill(source);
    expect(served(before.live)).toBe("off");
    await before.live.close();
    const { live } = connected(nowhere, { store });
    await live.ready();
    expect(served(live)).toBe("off");
  });

  test("knows a kill that came when there was no document yet", async () => {
    const store = kept();
    const source = memory();
    const before = connected(source, { store });
    await tick();
    source.kill(killing(9, "flag"));
    await before.live.close();
    expect(store.saved).toEqual({ kills: [killing(9, "flag")] });
    const { live } = connected(nowhere, { store, fallback: revision(1) });
    await live.ready();
    expect(served(live)).toBe("off");
  });

  test("does not take a fallback for a document of the source, nor lose what is stored to it", async () => {
    const store = kept();
    const before = connected(memory(revision(3)), { store });
    await before.live.ready();
    await before.live.close();
    const newer = connected(nowhere, { store, fallback: revision(4) });
    await newer.live.ready();
    expect([served(newer.live), newer.live.status().origin]).toEqual(["r4", "fallback"]);
    await newer.live.close();
    expect(text(store.saved)).toEqual(revision(3));
    for (const fallback of [revision(2), revision(9, { lineage: "another" })]) {
      const { live } = connected(nowhere, { store, fallback });
      await live.ready();
      expect([served(live), live.status().origin]).toEqual(["r3", "store"]);
    }
  });
});

describe("a restart with a network", () => {
  test("downloads nothing if nothing has changed", async () => {
    const store = kept();
    const server = await serve(giving(revision(1), '"1"'));
    const before = connected(http(server.url), { store });
    await before.live.ready();
    await before.live.close();
    const { live, types } = connected(http(server.url), { store });
    await live.ready();
    expect(server.seen.map(({ headers }) => headers["if-none-match"])).toEqual([undefined, '"1"']);
    expect(live.status()).toMatchObject({ state: "ready", origin: "store", etag: '"1"' });
    expect(types()).toEqual(["ready"]);
    // Nothing is written that is there already.
    await live.close();
    expect(store.saves).toBe(1);
  });

  test("never goes back to an older document", async () => {
    const store = kept();
    const before = connected(memory(revision(5)), { store });
    await before.live.ready();
    await before.live.close();
    const server = await serve(giving(revision(4), '"4"'));
    const { live, host, told } = connected(http(server.url), { store });
    await until(() => live.status().consecutiveFailures === 1);
    await live.ready();
    expect(served(live)).toBe("r5");
    expect(told[0]).toMatchObject({ type: "error", error: { diagnostics: [{ code: "older-revision" }] } });
    server.answer = giving(revision(6), '"6"');
    await host.step(30_000);
    await until(() => served(live) === "r6");
    await live.close();
    expect(text(store.saved)).toEqual(revision(6));
  });

  test("waits for the source for a while before it begins with what is stored", async () => {
    const store = kept();
    store.saved = { document: { body: new TextEncoder().encode(JSON.stringify(revision(1))), confirmedAt: START - 1_000 }, kills: [] };
    const { live, host } = connected(memory(), { store, startTimeoutMs: 2_000 });
    const waiting = live.ready();
    await tick();
    await host.advance(1_999);
    expect(live.engine).toBeUndefined();
    await host.advance(1);
    expect((await waiting).string("flag", {}, "")).toBe("r1");
    expect(live.status()).toMatchObject({ confirmedAt: START - 1_000, ageMs: 3_000 });
  });

  test("asks again for what is stored but cannot be used", async () => {
    const store = kept();
    const server = await serve(giving(revision(1), '"1"'));
    store.saved = { document: { body: new TextEncoder().encode("{"), etag: '"1"', source: server.url, confirmedAt: START }, kills: [] };
    const { live, told } = connected(http(server.url), { store });
    await live.ready();
    expect([served(live), live.status().origin]).toEqual(["r1", "source"]);
    expect(server.seen.map(({ headers }) => headers["if-none-match"])).toEqual(['"1"', undefined]);
    expect(told).toMatchObject([{ type: "error", during: "store" }, { type: "ready" }]);
  });
});

describe("a store that fails", () => {
  test("to load is told of, and done without", async () => {
    const store: Store = { load: () => Promise.reject(new Error("no disk")), save: async () => {} };
    const { live, told } = connected(memory(revision(1)), { store });
    await live.ready();
    expect(served(live)).toBe("r1");
    expect(told).toMatchObject([{ type: "error", during: "store", error: new Error("no disk") }, { type: "ready" }]);
  });

  test("to load in time is not waited for, but for its kills", async () => {
    let load = (_: Saved): void => {};
    let loads = 0;
    const store: Store = { load: () => (loads++ === 0 ? new Promise((resolve) => (load = resolve)) : Promise.resolve(undefined)), save: async () => {} };
    const { live, host, told } = connected(memory(revision(1)), { store });
    const waiting = live.ready();
    await host.advance(2_000);
    await waiting;
    expect(served(live)).toBe("r1");
    load({ kills: [killing(1, "flag")] });
    await tick();
    expect(served(live)).toBe("off");
    expect(told.map(({ type }) => type)).toEqual(["error", "ready", "change"]);
  });

  test("to save is told of, and tried again with what there is to save by then", async () => {
    const store = kept();
    store.failures = 2;
    const source = memory(revision(1));
    const { live, host, told } = connected(source, { store });
    await live.ready();
    await tick();
    expect(store.failures).toBe(1);
    await host.advance(1_000);
    source.push(revision(2));
    await tick();
    expect(store.saves).toBe(1);
    expect(text(store.saved)).toEqual(revision(2));
    expect(told.filter(({ type }) => type === "error")).toMatchObject([{ during: "store" }, { during: "store" }]);
    await host.advance(60_000);
    expect(store.saves).toBe(1);
  });
});

describe("a store that others share (S1-02)", () => {
  test("keeps the newer document and all kills, whoever writes last", async () => {
    const store = kept();
    const [one, other] = [memory(revision(1)), memory(revision(1))];
    const first = connected(one, { store });
    const second = connected(other, { store });
    await Promise.all([first.live.ready(), second.live.ready()]);
    one.push(revision(3));
    one.kill(killing(4, "flag"));
    one.kill({ ...killing(1), environment: "staging" });
    await first.live.close();
    other.push(revision(2));
    other.kill(killing(3));
    await second.live.close();
    expect(text(store.saved)).toEqual(revision(3));
    expect(store.saved?.kills).toEqual([killing(4, "flag"), { ...killing(1), environment: "staging" }]);
  });
});

describe("ready-made stores", () => {

  function inMemory(): Map<string, string> & { getItem(key: string): string | null; setItem(key: string, value: string): void; put(key: string, value: string): Promise<void> } {
    const map = new Map<string, string>();
    return Object.assign(map, {
      getItem: (key: string) => map.get(key) ?? null,
      setItem: (key: string, value: string) => void map.set(key, value),
      put: async (key: string, value: string) => void map.set(key, value),
    });
  }

  const values = inMemory();
  const inKv = { get: async (key: string) => values.getItem(key), put: values.put };
  const made: [string, () => Store][] = [
    ["localStorage", () => webStore(values, "flags")],
    ["a key-value store", () => kvStore(inKv)],
    ["a file", () => fileStore(join(freshFolder(), "flags.saved"))],
    ["a file by its URL", () => fileStore(pathToFileURL(join(freshFolder(), "flags.saved")))],
  ];

  test.each(made)("in %s keep snapshots and kills", async (_, make) => {
    values.clear();
    const store = make();
    expect(await store.load()).toBeUndefined();
    const source = memory(JSON.stringify(revision(1, { flags: { flag: serving("žluť \u{1F600} \\ \"") } }), undefined, 2));
    const before = connected(source, { store });
    await before.live.ready();
    source.kill(killing(1, "other"));
    await before.live.close();
    const { live } = connected(nowhere, { store });
    await live.ready();
    expect(served(live)).toBe("žluť \u{1F600} \\ \"");
    expect((await store.load())?.kills).toEqual([killing(1, "other")]);
  });

  test.each(made)("in %s keep rulesets, byte for byte", async (_, make) => {
    values.clear();
    const store = make();
    const ruleset = rulesetOf(revision(6, { kills: { revision: 3, all: true } }));
    const before = closing(connect(createSlimEngine, memory(ruleset), { store, host: new FakeHost() }));
    await before.ready();
    await before.close();
    expect(await store.load()).toEqual({
      document: { body: new Uint8Array(ruleset), source: "memory", confirmedAt: START },
      kills: [{ revision: 3, all: true, namespaces: [], flags: [], services: [] }],
    });
    const live = closing(connect(createSlimEngine, nowhere, { store, host: new FakeHost() }));
    expect((await live.ready()).string("flag", {}, "")).toBe("off");
    expect(live.status()).toMatchObject({ origin: "store", revision: 6 });
  });

  test("in a file replace it as a whole, and leave nothing beside it", async () => {
    const place = freshFolder();
    const store = fileStore(join(place, "flags.saved"));
    await Promise.all([1, 2, 3].map((number) => store.save({ kills: [killing(number)] })));
    expect(readdirSync(place)).toEqual(["flags.saved"]);
    await expect(fileStore(join(place, "none", "flags.saved")).save({ kills: [] })).rejects.toThrow("ENOENT");
  });

  test.each(["", "{", "null", "[]", '{"format":"another"}', '{"format":"vexil-saved/1"}'])("do not take %j for theirs", async (content) => {
    const place = freshFolder();
    writeFileSync(join(place, "saved"), content);
    await expect(fileStore(join(place, "saved")).load()).rejects.toThrow();
    const { live } = connected(memory(revision(1)), { store: fileStore(join(place, "saved")) });
    await live.ready();
    await live.close();
    // And put theirs in its place.
    expect(JSON.parse(readFileSync(join(place, "saved"), "utf8"))).toMatchObject({ format: "vexil-saved/1", kills: [] });
  });
});
