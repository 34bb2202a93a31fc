/** Polling over HTTP, against servers that behave and servers that do not. */

import { afterEach, describe, expect, test } from "vitest";

import { createEngine as createSlimEngine } from "../../src/node-slim.js";
import { connect, http, kills, memory } from "../../src/sources.js";
import { rulesetOf } from "../support.js";
import { closeAll, closing, connected, failing, FakeHost, giving, killing, revision, serve, served, START, tick, until } from "./support.js";

afterEach(closeAll);

/** What servers send that break off. */
const whole = JSON.stringify(revision(1));

describe("a document", () => {
  test("is served as soon as it is there, and replaced when another is (S2-70)", async () => {
    const server = await serve(giving(revision(1), '"1"'));
    const { live, host, told } = connected(http(server.url));
    const engine = await live.ready();
    expect(served(live)).toBe("r1");
    expect(live.status()).toEqual({
      state: "ready", origin: "source", revision: 1, lineage: "l", etag: '"1"', confirmedAt: START, ageMs: 0, consecutiveFailures: 0,
    });
    server.answer = giving(revision(2), '"2"');
    await host.step(30_000);
    await until(() => told.length === 2 && live.status().ageMs === 0);
    expect(served(live)).toBe("r2");
    expect(live.engine).toBe(engine);
    expect(told).toEqual([{ type: "ready", at: START }, { type: "change", cause: "snapshot", flags: ["flag"] }]);
    expect(live.status()).toMatchObject({ revision: 2, etag: '"2"', confirmedAt: START + 30_000 });
  });

  test("is not sent again while it is the same, and is confirmed by that", async () => {
    const server = await serve(giving(revision(1), '"1"'));
    const { live, host, told } = connected(http(server.url, { pollMs: 15_000 }));
    await live.ready();
    await host.step(15_000);
    await until(() => live.status().confirmedAt === START + 15_000);
    expect(server.seen.map(({ headers }) => headers["if-none-match"])).toEqual([undefined, '"1"']);
    expect(told.map(({ type }) => type)).toEqual(["ready"]);
    await host.advance(500);
    expect(live.status()).toMatchObject({ state: "ready", ageMs: 500 });
  });

  test("of a server without ETags is compared by its bytes", async () => {
    const server = await serve((_, response) => void response.end(whole));
    const { live, host } = connected(http(server.url));
    await live.ready();
    const details = live.engine?.details("flag");
    await host.step(30_000);
    await until(() => live.status().confirmedAt === START + 30_000);
    // The same object: the engine was not brought to update itself.
    expect(live.engine?.details("flag")).toBe(details);
  });

  test("is asked for with the caller's headers, which may be made anew each time", async () => {
    const server = await serve(giving(revision(1), '"1"'));
    let count = 0;
    const { live } = connected(http(new URL(server.url), { request: async () => ({ headers: { authorization: `token ${++count}` } }) }));
    await live.ready();
    await live.refresh();
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(["token 1", "token 2"]);
    expect(server.seen[1]?.headers["if-none-match"]).toBe('"1"');
  });

  test("can be a ruleset, for the slim engine", async () => {
    const ruleset = rulesetOf(revision(7, { kills: { revision: 3, namespaces: ["flag"] } }));
    const server = await serve(giving(ruleset, '"7"'));
    const host = new FakeHost();
    const live = closing(connect(createSlimEngine, http(server.url), { host }));
    const engine = await live.ready();
    expect(engine.string("flag", {}, "")).toBe("off");
    expect(live.status()).toMatchObject({ state: "ready", revision: 7, lineage: "l" });
    server.answer = giving(rulesetOf(revision(8)), '"8"');
    await live.refresh();
    expect(live.status()).toMatchObject({ revision: 8 });
  });
});

describe("a server that fails", () => {
  test("is left alone for longer each time, and found again when it is back", async () => {
    const server = await serve(giving(revision(1), '"1"'));
    const { live, host, told } = connected(http(server.url, { backoff: { firstMs: 1_000, mostMs: 5_000 } }));
    await live.ready();
    server.answer = failing(503);
    const waits: number[] = [];
    await host.step(30_000);
    for (let failures = 1; failures <= 5; failures++) {
      await until(() => live.status().consecutiveFailures === failures && host.pending.length === 2);
      // The next attempt, and the time when the document counts as stale.
      waits.push(host.pending[0] as number);
      await host.advance(host.pending[0] as number);
    }
    // Half of it by chance, which is a half here.
    expect(waits).toEqual([750, 1_500, 3_000, 3_750, 3_750]);
    expect(live.status()).toMatchObject({ state: "ready", lastError: new Error(`${server.url} answers with status 503`) });
    expect(told.filter(({ type }) => type === "error")[0]).toMatchObject({ during: "source", source: server.url });
    server.answer = giving(revision(2), '"2"');
    await until(() => live.status().consecutiveFailures === 6);
    await host.advance(3_750);
    await until(() => live.status().consecutiveFailures === 0);
    expect(served(live)).toBe("r2");
    expect(host.pending).toEqual([30_000]);
    // And if it fails again, that is a first failure.
    server.answer = failing(503);
    await host.step(30_000);
    await until(() => live.status().consecutiveFailures === 1 && host.pending.includes(750));
  });

  test("is not asked before the time that it names with Retry-After", async () => {
    const server = await serve(failing(429, { "Retry-After": "120" }));
    const { live, host } = connected(http(server.url));
    await until(() => live.status().consecutiveFailures === 1);
    server.answer = giving(revision(1), '"1"');
    await host.advance(60_000);
    // Nor by whoever wants to look now.
    await live.refresh();
    expect(server.seen).toHaveLength(1);
    await host.advance(60_000);
    await until(() => live.status().state === "ready");
    expect(server.seen).toHaveLength(2);
  });

  test("can name a date as well", async () => {
    const server = await serve(failing(503, { "Retry-After": new Date(START + 90_000).toUTCString() }));
    const { live, host } = connected(http(server.url));
    await until(() => live.status().consecutiveFailures === 1);
    expect(host.pending).toContain(90_000);
  });

  test("by not answering is given up in time (S2-16)", async () => {
    const server = await serve(() => {});
    const { live, host } = connected(http(server.url, { timeoutMs: 2_000 }));
    await until(() => server.seen.length === 1);
    await host.advance(2_000);
    await until(() => live.status().consecutiveFailures === 1);
    expect(live.status()).toMatchObject({ state: "error", lastError: new Error("no answer within 2000 ms") });
    server.answer = giving(revision(1), '"1"');
    await host.advance(1_000);
    await until(() => served(live) === "r1");
  });

  test.each<[string, (socket: { write(data: string): void; destroy(): void }) => void]>([
    ["in the middle of a body of known length", (socket) => socket.write(`HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Length: ${whole.length}\r\n\r\n${whole.slice(0, 40)}`)],
    ["in the middle of a chunk", (socket) => socket.write(`HTTP/1.1 200 OK\r\nETag: "1"\r\nTransfer-Encoding: chunked\r\n\r\n${whole.length.toString(16)}\r\n${whole.slice(0, 40)}`)],
    ["before the headers", (socket) => socket.write("HTTP/1.1 200")],
  ])("by breaking off %s has brought nothing", async (_, write) => {
    const server = await serve((request) => {
      write(request.socket);
      request.socket.end();
    });
    const { live, host } = connected(http(server.url));
    await until(() => live.status().consecutiveFailures === 1);
    expect(live.status()).toMatchObject({ state: "error" });
    server.answer = giving(revision(1), '"1"');
    await host.advance(1_000);
    await until(() => served(live) === "r1");
    // What was cut off is not taken for what the ETag names.
    expect(server.seen[1]?.headers["if-none-match"]).toBeUndefined();
  });

  test("by saying 304 to whoever has nothing is not believed", async () => {
    const server = await serve(failing(304));
    const { live } = connected(http(server.url));
    await until(() => live.status().consecutiveFailures === 1);
    expect(live.status().state).toBe("error");
  });
});

describe("a refused document", () => {
  const refused: [string, unknown, string][] = [
    ["that is no JSON", "{", "not-json"],
    ["of an older revision", revision(1), "older-revision"],
    ["of the same revision and other content", revision(5, { flags: {} }), "same-revision-other-bytes"],
    ["of another environment", revision(6, { environment: "staging" }), "wrong-environment"],
  ];
  test.each(refused)("%s leaves the engine as it is, and is not downloaded again", async (_, document, code) => {
    const server = await serve(giving(revision(5, { environment: "production" }), '"5"'));
    const { live, host, told } = connected(http(server.url, { pollMs: 15_000 }));
    await live.ready();
    server.answer = giving(document, '"bad"');
    await host.step(15_000);
    await until(() => live.status().consecutiveFailures === 1);
    expect(served(live)).toBe("r5");
    expect(told.at(-1)).toMatchObject({ type: "error", during: "snapshot", error: { diagnostics: [{ code }] } });
    await host.step(15_000);
    await until(() => server.seen.length === 3);
    await tick();
    // Told once, and the age of what is served goes on rising.
    expect(server.seen[2]?.headers["if-none-match"]).toBe('"bad"');
    expect(told.filter(({ type }) => type === "error")).toHaveLength(1);
    expect(live.status()).toMatchObject({ state: "ready", confirmedAt: START, etag: '"5"', consecutiveFailures: 1 });
    // Staleness follows in time.
    await until(() => host.pending.includes(15_000));
    await host.advance(270_000);
    expect(live.status().state).toBe("stale");
  });

  test("is asked for anew after a while, since it may have been damaged on its way", async () => {
    // A body without a length ends where the connection does, however early that is.
    const server = await serve((request) => {
      request.socket.write(`HTTP/1.1 200 OK\r\nETag: "1"\r\nConnection: close\r\n\r\n${whole.slice(0, 40)}`);
      request.socket.end();
    });
    const { live, host } = connected(http(server.url, { pollMs: 60_000 }));
    await until(() => live.status().consecutiveFailures === 1);
    expect(live.status().lastError).toMatchObject({ name: "SnapshotError" });
    server.answer = giving(revision(1), '"1"');
    for (let minute = 1; minute <= 10; minute++) {
      await host.step(60_000);
      await until(() => server.seen.length === 1 + minute);
      expect(live.engine).toBeUndefined();
    }
    await host.step(60_000);
    await until(() => served(live) === "r1");
  });

  test("has kills that count all the same (S1-16)", async () => {
    const server = await serve(giving(revision(5), '"5"'));
    const { live, host, told } = connected(http(server.url));
    await live.ready();
    server.answer = giving(revision(4, { kills: killing(1, "flag") }), '"4"');
    await host.step(30_000);
    await until(() => served(live) === "off");
    expect(live.status().revision).toBe(5);
    await until(() => told.length === 3);
    expect(told.slice(1)).toMatchObject([{ type: "change", cause: "kill", flags: ["flag"] }, { type: "error", during: "snapshot" }]);
  });
});

describe("kills at a URL of their own", () => {
  test("are in force within seconds, whatever becomes of the snapshot (S2-73)", async () => {
    const documents = await serve(giving(revision(1), '"1"'));
    const messages = await serve(giving({ revision: 0 }, '"k0"'));
    const { live, host, told } = connected([http(documents.url), kills(http(messages.url, { pollMs: 2_000 }))]);
    await live.ready();
    documents.answer = failing(500);
    messages.answer = giving(killing(1, "flag"), '"k1"');
    await host.step(2_000);
    await until(() => served(live) === "off");
    expect(told.at(-1)).toEqual({ type: "change", cause: "kill", flags: ["flag"] });
    // A snapshot of before the kill does not lift it.
    documents.answer = giving(revision(2, { kills: { revision: 0 } }), '"2"');
    await live.refresh();
    expect([live.status().revision, served(live)]).toEqual([2, "off"]);
    messages.answer = giving(killing(2), '"k2"');
    await host.step(2_000);
    await until(() => served(live) === "r2");
  });

  test("that come before the first snapshot are kept for it", async () => {
    const documents = await serve(failing(500));
    const messages = await serve(giving(killing(1, "flag"), '"k1"'));
    const { live, host } = connected([http(documents.url), kills(http(messages.url, { pollMs: 2_000 }))]);
    await until(() => live.status().consecutiveFailures === 1 && messages.seen.length === 1);
    documents.answer = giving(revision(1), '"1"');
    await host.advance(1_000);
    await live.ready();
    expect(served(live)).toBe("off");
  });

  test("that are malformed are refused whole, and change nothing", async () => {
    const source = memory(revision(1));
    const messages = await serve(giving({ revision: 9, flags: ["flag"], unknown: 1 }, '"k"'));
    const { live, told } = connected([source, kills(http(messages.url))]);
    await until(() => told.some(({ type }) => type === "error"));
    expect(told.at(-1)).toMatchObject({ type: "error", during: "kill", error: { diagnostics: [{ code: "unknown-field" }] } });
    expect(served(live)).toBe("r1");
    source.kill(killing(1, "flag"));
    expect(served(live)).toBe("off");
  });
});

describe("one at a time", () => {
  test("a slow answer never overtakes a newer one", async () => {
    const held: (() => void)[] = [];
    const server = await serve(giving(revision(1), '"1"'));
    const { live } = connected(http(server.url));
    await live.ready();
    server.answer = (request, response) => void held.push(() => giving(revision(2), '"2"')(request, response));
    const first = live.refresh();
    await until(() => held.length === 1);
    // Asked for while one is on its way: another follows it, but one only.
    const others = [live.refresh(), live.refresh()];
    await tick();
    expect(server.seen).toHaveLength(2);
    server.answer = giving(revision(3), '"3"');
    held[0]?.();
    await Promise.all([first, ...others]);
    expect(server.seen).toHaveLength(3);
    expect(served(live)).toBe("r3");
  });

  test("an answer that comes after it was given up is not taken, though it knows nothing of signals", async () => {
    const host = new FakeHost();
    const answers: ((number: number) => void)[] = [];
    host.fetch = () => new Promise((resolve) => answers.push((number) => resolve(new Response(JSON.stringify({ ...revision(number), lineage: undefined })))));
    const { live } = connected(http("http://localhost/", { timeoutMs: 1_000 }), {}, host);
    await tick();
    await host.advance(1_000);
    await host.step(750);
    answers[1]?.(2);
    await until(() => served(live) === "r2");
    answers[0]?.(1);
    for (let count = 0; count < 5; count++) await tick();
    expect(served(live)).toBe("r2");
  });

  test("looking now is left out if that was done a moment ago", async () => {
    const server = await serve(giving(revision(1), '"1"'));
    const { live, host } = connected(http(server.url, { pollMs: Infinity }));
    await live.ready();
    await live.refresh({ maxAgeMs: 1_000 });
    expect(server.seen).toHaveLength(1);
    await host.advance(1_000);
    await Promise.all([live.refresh({ maxAgeMs: 1_000 }), live.refresh({ maxAgeMs: 1_000 })]);
    expect(server.seen).toHaveLength(2);
    expect(host.pending).toEqual([]);
  });

  test("an attempt that never ends is given up by whoever looks much later", async () => {
    // As in workers, where the timers and requests of an event that is over stop.
    const host = new FakeHost();
    let calls = 0;
    const realFetch = host.fetch;
    host.fetch = (input, init) => (++calls === 1 ? new Promise(() => {}) : realFetch(input, init));
    host.after = () => ({ cancel() {}, hold() {} });
    const server = await serve(giving(revision(1), '"1"'));
    const { live } = connected(http(server.url, { timeoutMs: 1_000 }), {}, host);
    await tick();
    await host.advance(2_001);
    await live.refresh();
    expect(served(live)).toBe("r1");
  });
});

describe("closing", () => {
  test("during a request aborts it, and nothing is told any more", async () => {
    let isGone = false;
    const server = await serve((request) => void request.socket.on("close", () => (isGone = true)));
    const { live, host, told } = connected(http(server.url));
    const waiting = live.ready();
    await until(() => server.seen.length === 1);
    await live.close();
    await expect(waiting).rejects.toThrow("the connection is closed");
    await until(() => isGone);
    expect(host.pending).toEqual([]);
    expect(told).toEqual([]);
    expect(live.status().state).toBe("closed");
    await expect(live.ready()).rejects.toThrow("closed");
    await live.refresh();
    expect(server.seen).toHaveLength(1);
  });

  test("in the middle of a body leaves the engine as it was, and answering", async () => {
    const server = await serve(giving(revision(1), '"1"'));
    const { live } = connected(http(server.url));
    const engine = await live.ready();
    let finish = (): void => {};
    server.answer = (_, response) => {
      const next = JSON.stringify(revision(2));
      response.write(next.slice(0, 20));
      finish = () => response.end(next.slice(20));
    };
    const refreshing = live.refresh();
    await until(() => server.seen.length === 2);
    await live.close();
    finish();
    await refreshing;
    expect(engine.string("flag", {}, "")).toBe("r1");
  });

  test("of one connection leaves others alone", async () => {
    const server = await serve(giving(revision(1), '"1"'));
    const source = http(server.url);
    const [one, other] = [connected(source), connected(source)];
    await Promise.all([one.live.ready(), other.live.ready()]);
    expect(one.live.engine).not.toBe(other.live.engine);
    await one.live.close();
    server.answer = giving(revision(2), '"2"');
    await other.live.refresh();
    expect([served(one.live), served(other.live)]).toEqual(["r1", "r2"]);
  });
});
