/** What a connection is and tells, whatever the source: states, events, kills, waiting, closing. */

import { afterEach, describe, expect, test, vi } from "vitest";

import { createEngine } from "../../src/node.js";
import { Emitter } from "../../src/sources/emitter.js";
import { type ConnectionEvents, connect, kills, memory, type Sink, type Source } from "../../src/sources.js";
import { closeAll, closing, connected, FakeHost, killing, revision, served, serving, START, tick, until } from "./support.js";

afterEach(closeAll);

/** A source that says what it is told to. */
function byHand(name = "hand"): Source & { sink: Sink; etag: string | undefined } {
  const source = {
    name,
    sink: undefined as unknown as Sink,
    etag: undefined as string | undefined,
    open(sink: Sink, { etag }: { etag?: string | undefined }) {
      source.sink = sink;
      source.etag = etag;
      return { refresh: async () => {}, close() {} };
    },
  };
  return source;
}

const bodyOf = (document: object): { body: Uint8Array } => ({ body: new TextEncoder().encode(JSON.stringify(document)) });

describe("what the application pushes", () => {
  test("is in force when the call returns", async () => {
    const source = memory(revision(1));
    const { live } = connected(source);
    await live.ready();
    source.push(JSON.stringify(revision(2)));
    expect(served(live)).toBe("r2");
    source.push(new TextEncoder().encode(JSON.stringify(revision(3))));
    source.push(revision(4));
    expect(served(live)).toBe("r4");
    source.kill(killing(1, "flag"));
    expect(served(live)).toBe("off");
  });

  test("comes in its order, also while the engine is being made", async () => {
    const source = memory(revision(1));
    const { live, told } = connected(source);
    source.kill(killing(1, "flag"));
    source.push(revision(3));
    source.push(revision(2));
    source.kill(JSON.stringify(killing(2)));
    await live.ready();
    await tick();
    expect(served(live)).toBe("r3");
    expect(told).toMatchObject([{ type: "ready" }, { type: "change", flags: ["flag"] }, { type: "error", error: { diagnostics: [{ code: "older-revision" }] } }]);
  });

  test("is there for connections that are made later, kills too", async () => {
    const source = memory();
    source.push(revision(1));
    source.kill(killing(1, "flag"));
    const { live } = connected(source);
    await live.ready();
    expect(served(live)).toBe("off");
  });

  test("is brought again if no engine could be made, for whichever reason", async () => {
    let attempts = 0;
    const host = new FakeHost();
    const live = closing(connect((...args) => (++attempts === 1 ? Promise.reject(new Error("no WebAssembly")) : createEngine(...args)), memory(revision(1)), { host }));
    await until(() => live.status().state === "error");
    expect(live.status().lastError).toEqual(new Error("no WebAssembly"));
    await host.advance(5_000);
    await until(() => served(live) === "r1");
  });
});

describe("waiting for the engine", () => {
  test("ends when a document is there", async () => {
    const source = byHand();
    const { live } = connected(source);
    const waiting = live.ready();
    expect([live.engine, live.status()]).toEqual([undefined, { state: "connecting", consecutiveFailures: 0 }]);
    await source.sink.document(bodyOf(revision(1)));
    expect(await waiting).toBe(live.engine);
    expect(await live.ready()).toBe(live.engine);
  });

  test("ends with the error after a time, while the connection goes on", async () => {
    const source = byHand();
    const { live, host, types } = connected(source);
    const waiting = live.ready();
    waiting.catch(() => {});
    const error = new Error("unreachable");
    source.sink.failed(error);
    expect(live.status()).toEqual({ state: "error", lastError: error, consecutiveFailures: 1 });
    source.sink.failed(error);
    await host.advance(4_999);
    const isPending = Symbol("pending");
    expect(await Promise.race([waiting, Promise.resolve(isPending)])).toBe(isPending);
    await host.advance(1);
    await expect(waiting).rejects.toBe(error);
    await expect(live.ready()).rejects.toBe(error);
    await source.sink.document(bodyOf(revision(1)));
    expect((await live.ready()).string("flag", {}, "")).toBe("r1");
    expect(types()).toEqual(["error", "error", "ready"]);
  });

  test("ends with an error of its own where nothing has happened at all", async () => {
    const { live, host } = connected(byHand(), { startTimeoutMs: 100 });
    const waiting = live.ready();
    waiting.catch(() => {});
    await host.advance(100);
    await expect(waiting).rejects.toThrow("no source has brought a document in time");
    expect(live.status().state).toBe("error");
  });

  test("ends with what is wrong with the only document there is", async () => {
    const { live, host } = connected(memory("{"));
    const waiting = live.ready();
    waiting.catch(() => {});
    await tick();
    await host.advance(5_000);
    await expect(waiting).rejects.toMatchObject({ name: "SnapshotError", diagnostics: [{ code: "not-json" }] });
  });
});

describe("the fallback", () => {
  const fallback = revision(1, { flags: { flag: serving("bundled") } });

  test("is served when the source fails (S2-18, S2-34)", async () => {
    const source = byHand();
    const { live, host, told } = connected(source, { fallback });
    await tick();
    expect(live.status().state).toBe("connecting");
    source.sink.failed(new Error("unreachable"));
    await live.ready();
    expect(served(live)).toBe("bundled");
    expect(live.status()).toMatchObject({ state: "stale", origin: "fallback", revision: 1 });
    // Nobody knows how old it is.
    expect(live.status()).not.toHaveProperty("ageMs");
    await source.sink.document(bodyOf(revision(2)));
    expect(live.status()).toMatchObject({ state: "ready", origin: "source", revision: 2 });
    expect(told.map(({ type }) => type)).toEqual(["error", "stale", "change", "ready"]);
    expect(host.pending).toEqual([]);
  });

  test("is served when the source takes too long", async () => {
    const { live, host } = connected(byHand(), { fallback, startTimeoutMs: 800 });
    const waiting = live.ready();
    await host.advance(800);
    expect((await waiting).string("flag", {}, "")).toBe("bundled");
  });

  test("is passed over by a source that is in time", async () => {
    const { live, types } = connected(memory(revision(2)), { fallback });
    await live.ready();
    expect(served(live)).toBe("r2");
    expect(types()).toEqual(["ready"]);
  });

  test("is not replaced by what is older in the same history", async () => {
    const source = memory(revision(1));
    const { live, host } = connected(source, { fallback: revision(2) });
    await host.advance(5_000);
    await live.ready();
    expect([served(live), live.status().state]).toEqual(["r2", "stale"]);
  });

  test("that is none is the error of whoever connects, or told where only an engine can see it", async () => {
    expect(() => connect(createEngine, byHand(), { fallback: (() => {}) as never })).toThrow(TypeError);
    const { live, told } = connected(memory(revision(1)), { fallback: "{" });
    await live.ready();
    expect(served(live)).toBe("r1");
    expect(told).toMatchObject([{ type: "error", during: "snapshot" }, { type: "ready" }]);
  });
});

describe("an environment that is asked for", () => {
  test("is that of every document and every kill", async () => {
    const source = memory(revision(1, { environment: "staging" }));
    const { live, told } = connected(source, { environment: "production" });
    await tick();
    source.kill({ ...killing(5, "flag"), environment: "staging" });
    source.push(revision(1, { environment: "production" }));
    await live.ready();
    expect(served(live)).toBe("r1");
    expect(told).toMatchObject([{ type: "error", during: "snapshot" }, { type: "error", during: "kill" }, { type: "ready" }]);
  });
});

describe("kills", () => {
  test("of a snapshot that is refused as the first one are kept for the next (S1-16)", async () => {
    const source = memory(revision(1, { schema: "vexil/9" as never, kills: killing(1, "flag") }));
    const { live } = connected(source);
    await tick();
    source.push(revision(2));
    await live.ready();
    expect(served(live)).toBe("off");
  });

  test("that are no messages are told of, before and after there is an engine", async () => {
    const source = byHand();
    const { live, told } = connected(source);
    for (const message of ["{", "null", '{"flags":["flag"]}']) source.sink.kill(message);
    await source.sink.document(bodyOf(revision(1)));
    source.sink.kill("{");
    expect(told).toMatchObject([...Array.from({ length: 3 }, () => ({ type: "error", during: "kill" })), { type: "ready" }, { type: "error", during: "kill" }]);
    expect(served(live)).toBe("r1");
  });

  test("are not taken for documents: a source of kills that fails makes nothing stale", async () => {
    const [documents, messages] = [byHand(), byHand("messages")];
    const { live, host } = connected([documents, kills(messages)], { staleAfterMs: 1_000 });
    await documents.sink.document(bodyOf(revision(1)));
    messages.sink.failed(new Error("unreachable"));
    await host.advance(10_000);
    expect(live.status()).toMatchObject({ state: "ready", consecutiveFailures: 1 });
    await messages.sink.document(bodyOf(killing(1, "flag")));
    expect([served(live), live.status().consecutiveFailures]).toEqual(["off", 0]);
  });
});

describe("staleness", () => {
  test("comes when failing sources have confirmed nothing for long, and goes with the next confirmation", async () => {
    const source = byHand();
    const { live, host, told } = connected(source, { staleAfterMs: 60_000 });
    await source.sink.document(bodyOf(revision(1)));
    await host.advance(100_000);
    expect(live.status()).toMatchObject({ state: "ready", ageMs: 100_000 });
    await source.sink.current();
    await host.advance(20_000);
    source.sink.failed(new Error("unreachable"));
    await host.advance(39_999);
    expect(live.status().state).toBe("ready");
    await host.advance(1);
    expect(live.status().state).toBe("stale");
    source.sink.failed(new Error("unreachable"));
    await source.sink.current();
    expect(live.status()).toMatchObject({ state: "ready", ageMs: 0, consecutiveFailures: 0 });
    expect(told.map((event) => ("at" in event ? [event.type, event.at - START] : event.type))).toEqual([
      ["ready", 0], "error", ["stale", 160_000], "error", ["ready", 160_000],
    ]);
    expect(host.pending).toEqual([]);
  });

  test("is not undone by a source that confirms another document than the one served", async () => {
    const [one, other] = [byHand("one"), byHand("other")];
    const { live, host } = connected([one, other], { staleAfterMs: 1_000 });
    await one.sink.document(bodyOf(revision(1)));
    await other.sink.document(bodyOf(revision(2)));
    await host.advance(500);
    await one.sink.current();
    expect(live.status()).toMatchObject({ ageMs: 500 });
    await other.sink.current();
    expect(live.status()).toMatchObject({ ageMs: 0 });
  });
});

describe("events", () => {
  test("name the flags that could differ, and none where nothing could", async () => {
    const source = memory(revision(1, { flags: { a: serving("a"), b: serving("b") } }));
    const { live, told } = connected(source);
    await live.ready();
    source.push(revision(2, { flags: { a: serving("a"), b: serving("c"), c: serving("c") } }));
    source.push(revision(3, { flags: { a: serving("a"), b: serving("c"), c: serving("c") } }));
    expect(told.slice(1)).toEqual([{ type: "change", cause: "snapshot", flags: ["b", "c"] }]);
  });

  test("are told in the order in which they happen, also if a listener makes the next happen (S2-45)", async () => {
    const source = memory(revision(1));
    const { live } = connected(source);
    await live.ready();
    const seen: string[] = [];
    live.on("change", ({ cause }) => {
      seen.push(`one ${cause}`);
      if (cause === "snapshot") source.kill(killing(1, "flag"));
      seen.push(`one has seen ${cause}`);
    });
    live.on("change", ({ cause }) => void seen.push(`two ${cause} ${served(live)}`));
    source.push(revision(2));
    expect(seen).toEqual(["one snapshot", "one has seen snapshot", "two snapshot off", "one kill", "one has seen kill", "two kill off"]);
  });

  test("reach the others if a listener throws or rejects, and the error is told (S2-33, S2-45)", async () => {
    const source = memory(revision(1));
    const { live, told, host } = connected(source);
    await live.ready();
    const [thrown, rejected] = [new Error("thrown"), new Error("rejected")];
    live.on("change", () => {
      throw thrown;
    });
    live.on("change", async () => Promise.reject(rejected));
    live.watch("flag", () => {
      throw thrown;
    });
    const seen = vi.fn();
    live.on("change", seen);
    source.push(revision(2));
    await tick();
    expect(seen).toHaveBeenCalledOnce();
    const errors = told.flatMap((event) => (event.type === "error" ? [event] : []));
    expect(errors.map(({ during, error }) => [during, error])).toEqual([["listener", thrown], ["listener", thrown], ["listener", rejected]]);
    expect(host.reported).toEqual([]);
    expect(live.status()).not.toHaveProperty("lastError");
  });

  test("of errors that themselves throw are told to the host, and so are those that nobody listens to", async () => {
    const source = memory(revision(1));
    const host = new FakeHost();
    const live = closing(connect(createEngine, source, { host }));
    await live.ready();
    const error = new Error("thrown");
    const off = live.on("change", () => {
      throw error;
    });
    source.push(revision(2));
    expect(host.reported).toEqual([error]);
    off();
    live.on("error", () => {
      throw error;
    });
    source.push(revision(1));
    await tick();
    expect(host.reported).toEqual([error, error]);
  });

  test("end with the subscription, even within the event; the same listener twice is two (S2-30)", async () => {
    const source = memory(revision(1));
    const { live } = connected(source);
    await live.ready();
    const listener = vi.fn();
    const offs = [live.on("change", listener), live.on("change", listener)];
    live.on("change", () => offs.forEach((off) => off()));
    const last = vi.fn();
    offs.push(live.on("change", last));
    source.push(revision(2));
    expect([listener.mock.calls.length, last.mock.calls.length]).toEqual([2, 0]);
    offs.forEach((off) => off());
    source.push(revision(3));
    expect(listener).toHaveBeenCalledTimes(2);
  });

  test("leave nothing behind where the last listener is gone (S2-30)", () => {
    const emitter = new Emitter<{ a: number; b: number }>(() => {});
    const seen: number[] = [];
    const [one, other] = [emitter.on("a", (event) => seen.push(event)), emitter.on("a", () => {})];
    one();
    one();
    expect(emitter.has("a")).toBe(true);
    other();
    expect([emitter.has("a"), emitter.has("b")]).toEqual([false, false]);
    // What ends an earlier subscription does not end a later one.
    emitter.on("a", (event) => seen.push(event));
    other();
    emitter.emit("a", 1);
    expect(seen).toEqual([1]);
  });

  test("that a listener subscribes to are the next ones", async () => {
    const source = memory(revision(1));
    const { live } = connected(source);
    await live.ready();
    const inner = vi.fn();
    live.on("change", () => void live.on("change", inner));
    source.push(revision(2));
    expect(inner).not.toHaveBeenCalled();
    source.push(revision(3));
    expect(inner).toHaveBeenCalledOnce();
  });

  test("are not told any more once it is closed, even by the listener that is being told", async () => {
    const source = memory(revision(1));
    const { live, told } = connected(source);
    await live.ready();
    const after = vi.fn();
    live.on("change", () => void live.close());
    live.on("change", after);
    source.push(revision(2));
    source.push(revision(3));
    source.kill(killing(1, "flag"));
    source.fail(new Error("unreachable"));
    expect(after).not.toHaveBeenCalled();
    expect(told.map(({ type }) => type)).toEqual(["ready", "change"]);
    expect(served(live)).toBe("r2");
    live.on("change", after)();
  });

  test("are frozen", async () => {
    const source = memory(revision(1));
    const { live } = connected(source);
    const events: ConnectionEvents[keyof ConnectionEvents][] = [];
    for (const type of ["ready", "change", "error"] as const) live.on(type, (event) => void events.push(event));
    await live.ready();
    source.push(revision(2));
    source.push(revision(1));
    await tick();
    expect(events.map(Object.isFrozen)).toEqual([true, true, true]);
  });
});

describe("watching a flag", () => {
  const rules = (country: string, number: number): ReturnType<typeof revision> =>
    revision(number, {
      flags: {
        flag: { ...serving("on"), rules: [{ id: "r", when: { attribute: "country", op: "eq", value: country }, serve: { variant: "off" } }] },
        other: serving(`r${number}`),
      },
    });

  test("calls back for that flag alone (S2-30)", async () => {
    const source = memory(rules("DE", 1));
    const { live } = connected(source);
    await live.ready();
    const callback = vi.fn();
    const off = live.watch("flag", callback);
    source.push(rules("DE", 2));
    expect(callback).not.toHaveBeenCalled();
    source.push(rules("FR", 3));
    expect(callback.mock.calls).toEqual([[{ flagKey: "flag", cause: "snapshot" }]]);
    source.kill(killing(1, "flag"));
    expect(callback).toHaveBeenLastCalledWith({ flagKey: "flag", cause: "kill" });
    off();
    source.push(rules("IT", 4));
    expect(callback).toHaveBeenCalledTimes(2);
  });

  test("with a context calls back when the answer for it is another", async () => {
    const source = byHand();
    const { live } = connected(source);
    const german = vi.fn();
    const french = vi.fn();
    live.watch("flag", german, { country: "DE" });
    await source.sink.document(bodyOf(rules("DE", 1)));
    live.watch("flag", french, { country: "FR" });
    await source.sink.document(bodyOf(rules("IT", 2)));
    expect(french).not.toHaveBeenCalled();
    expect(german.mock.calls).toMatchObject([[{ flagKey: "flag", cause: "snapshot", details: { value: "on", variant: "on" } }]]);
    // Killed, and so by another way at the value of before.
    await source.sink.document(bodyOf(rules("FR", 3)));
    expect(french).toHaveBeenCalledTimes(1);
    source.sink.kill(killing(1, "flag"));
    expect([german, french].map(({ mock }) => mock.calls.length)).toEqual([2, 1]);
  });
});

describe("time", () => {
  const timed = revision(1, {
    flags: { flag: { ...serving("late"), rules: [{ id: "r", when: { before: "2026-03-01T00:01:00Z" }, serve: { variant: "off" } }] }, other: serving("other") },
  });

  test("that changes answers is told, if that is wanted", async () => {
    const { live, host, told } = connected(memory(timed), { timeChanges: true });
    await live.ready();
    const [watched, other] = [vi.fn(), vi.fn()];
    live.watch("flag", watched, {});
    live.watch("other", other, {});
    await host.advance(59_999);
    expect(told).toHaveLength(1);
    await host.advance(1);
    expect(told.at(-1)).toEqual({ type: "change", cause: "time", flags: [] });
    expect(watched.mock.calls).toMatchObject([[{ cause: "time", details: { value: "late" } }]]);
    expect(other).not.toHaveBeenCalled();
    expect(host.pending).toEqual([]);
  });

  test("is not told otherwise", async () => {
    const { live, host, told } = connected(memory(timed));
    await live.ready();
    await host.advance(120_000);
    expect(told.map(({ type }) => type)).toEqual(["ready"]);
  });

  test("is told once a second while a ramp goes on, and no more once it is closed", async () => {
    const ramp = { from: 0, to: 100, start: "2026-03-01T00:00:00Z", end: "2026-03-01T01:00:00Z", curve: "linear" } as const;
    const weights = [{ variant: "on", weight: 1 }];
    const { live, host, told } = connected(memory(revision(1, { flags: { flag: { ...serving("on"), default: { split: { ramp, weights } } } } })), { timeChanges: true });
    await live.ready();
    await host.advance(10_000);
    const times = told.filter((event) => event.type === "change");
    expect(times.length).toBeGreaterThanOrEqual(10);
    expect(times.length).toBeLessThanOrEqual(11);
    await live.close();
    expect(host.pending).toEqual([]);
  });

  test("of a snapshot that is replaced is forgotten", async () => {
    const source = memory(timed);
    const { live, host, told } = connected(source, { timeChanges: true });
    await live.ready();
    source.push(revision(2));
    await host.advance(120_000);
    expect(told.map((event) => ("cause" in event ? event.cause : event.type))).toEqual(["ready", "snapshot"]);
  });
});

describe("a source", () => {
  test("that throws when it is opened, or says things after it was closed, harms nobody", async () => {
    const late = byHand("late");
    const broken: Source = {
      name: "broken",
      open() {
        throw new Error("no such thing");
      },
    };
    const { live, told } = connected([broken, late, memory(revision(1))]);
    await live.ready();
    await live.close();
    late.sink.failed(new Error("late"));
    late.sink.kill(killing(1, "flag"));
    late.sink.changed();
    expect(await late.sink.document(bodyOf(revision(2)))).toBe(false);
    expect(await late.sink.current()).toBe(false);
    expect(served(live)).toBe("r1");
    expect(told.map(({ type }) => type)).toEqual(["ready"]);
    expect(live.status().consecutiveFailures).toBe(1);
  });

  test("is closed if the connection ends while it is opened", async () => {
    const close = vi.fn();
    const first = byHand("first");
    const host = new FakeHost();
    const source: Source = { name: "second", open: () => (void live.close(), { refresh: async () => {}, close }) };
    // Without a store sources are opened within the call, where there is no connection to close yet.
    const store = { load: async () => undefined, save: async () => {} };
    const live = closing(connect(createEngine, [first, source], { host, store }));
    await tick();
    expect(close).toHaveBeenCalled();
    expect(live.status().state).toBe("closed");
  });

  test("is not opened at all if the store has not loaded before the end", async () => {
    const source = { name: "never", open: vi.fn() };
    const { live, host } = connected(source, { store: { load: () => new Promise(() => {}), save: async () => {} } });
    expect(host.pending).toEqual([2_000]);
    await live.close();
    expect(host.pending).toEqual([]);
    expect(source.open).not.toHaveBeenCalled();
  });

  test("that brings a first document after the end makes no engine", async () => {
    const dispose = vi.fn();
    let made = (): void => {};
    const engine = { dispose, update: () => [], kill: () => [], nextChange: () => undefined, details: vi.fn(), diagnostics: [], identity: {} };
    const live = connect(() => new Promise<typeof engine>((resolve) => (made = () => resolve(engine))), memory(revision(1)), { host: new FakeHost() });
    await live.close();
    made();
    await tick();
    expect(dispose).toHaveBeenCalledOnce();
    expect(live.engine).toBeUndefined();
  });
});
