/** Server-sent events: what a stream may hold, and what becomes of one that breaks. */

import type { ServerResponse } from "node:http";

import { afterEach, describe, expect, test } from "vitest";

import { createEngine as createSlimEngine } from "../../src/node-slim.js";
import { type StreamEvent, StreamParser } from "../../src/sources/sse.js";
import { connect, eventStream, http } from "../../src/sources.js";
import { rulesetOf } from "../support.js";
import { closeAll, closing, connected, failing, FakeHost, giving, killing, revision, serve, served, type Serving, START, tick, until } from "./support.js";

afterEach(closeAll);

describe("the parser", () => {
  /** The events of a text, and the pauses that it asks for, whole and in pieces of every size. */
  function parsed(text: string, id = ""): { events: StreamEvent[]; retries: number[] } {
    const results = [text.length, 1, 2, 3, 7].map((size) => {
      const events: StreamEvent[] = [];
      const retries: number[] = [];
      const parser = new StreamParser(id, (event) => events.push(event), (ms) => retries.push(ms));
      for (let at = 0; at < text.length; at += size) parser.push(text.slice(at, at + size));
      parser.push("");
      return { events, retries };
    });
    for (const result of results) expect(result).toEqual(results[0]);
    return results[0] as (typeof results)[0];
  }

  test.each<[string, string, Partial<StreamEvent>[]]>([
    ["an event with a type", "event: kill\ndata: {}\n\n", [{ type: "kill", data: "{}" }]],
    ["an event without one", "data: a\n\n", [{ type: "message", data: "a" }]],
    ["data in several lines", "data: a\ndata\ndata: b\n\n", [{ data: "a\n\nb" }]],
    ["one space after the colon, and no more, is not data", "data:a\n\ndata:  b\n\n", [{ data: "a" }, { data: " b" }]],
    ["lines that end with CR, with LF and with both", "data: a\r\rdata: b\r\n\r\ndata: c\n\n", [{ data: "a" }, { data: "b" }, { data: "c" }]],
    ["both ends of a line as one", "data: a\r\ndata: b\r\n\r\n", [{ data: "a\nb" }]],
    ["a mark of the byte order", "\uFEFFdata: a\n\n", [{ data: "a" }]],
    ["a mark elsewhere", "data: \uFEFFa\n\n", [{ data: "\uFEFFa" }]],
    ["comments and unknown fields", ": still here\nnews: x\ndata: a\n: again\n\n", [{ data: "a" }]],
    ["an event without data", "event: kill\nid: 1\n\ndata: a\n\n", [{ type: "message", data: "a", id: "1" }]],
    ["data that are empty", "data:\n\n", [{ data: "" }]],
    ["an event that is not ended", "data: a\n\ndata: b\n", [{ data: "a" }]],
    ["ids, which stay until the next", "id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n", [{ id: "1" }, { id: "1" }, { id: "" }]],
    ["an id with a zero byte", "id: 1\0\ndata: a\n\n", [{ id: "" }]],
  ])("reads %s", (_, text, expected) => {
    const { events } = parsed(text);
    expect(events).toMatchObject(expected);
    expect(events).toHaveLength(expected.length);
  });

  test("reads how long to wait, where it is a number", () => {
    expect(parsed("retry: 500\nretry: soon\nretry: -1\nretry:\n\n").retries).toEqual([500]);
  });

  test("goes on with the id of the stream before", () => {
    expect(parsed("data: a\n\n", "41").events).toEqual([{ type: "message", data: "a", id: "41" }]);
  });
});

/** A server of one stream, which is written to by hand. */
async function streaming(): Promise<Serving & { readonly streams: ServerResponse[]; send(...lines: string[]): void }> {
  const streams: ServerResponse[] = [];
  const server = await serve((_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" }).flushHeaders();
    streams.push(response);
  });
  return Object.assign(server, { streams, send: (...lines: string[]) => void streams.at(-1)?.write(`${lines.join("\n")}\n\n`) });
}

const document = (number: number): string => `data: ${JSON.stringify(revision(number))}`;

describe("a stream", () => {
  test("brings documents and kills as they come (S2-73)", async () => {
    const server = await streaming();
    const { live, told } = connected(eventStream(server.url));
    await until(() => server.streams.length === 1);
    expect(server.seen[0]?.headers.accept).toBe("text/event-stream");
    server.send("event: snapshot", document(1));
    await live.ready();
    expect(served(live)).toBe("r1");
    server.send("event: kill", `data: ${JSON.stringify(killing(1, "flag"))}`);
    await until(() => served(live) === "off");
    server.send("event: snapshot", document(2));
    await until(() => live.status().revision === 2);
    expect(served(live)).toBe("off");
    server.send("event: kill", `data: ${JSON.stringify(killing(2))}`);
    await until(() => served(live) === "r2");
    expect(told.map((event) => ("cause" in event ? event.cause : event.type))).toEqual(["ready", "kill", "snapshot", "kill"]);
  });

  test("brings rulesets in base64, for the slim engine", async () => {
    const server = await streaming();
    const live = closing(connect(createSlimEngine, eventStream(server.url), { host: new FakeHost() }));
    await until(() => server.streams.length === 1);
    server.send("event: ruleset", "data: no base64!");
    await until(() => live.status().consecutiveFailures === 1);
    server.send("event: ruleset", `data: ${Buffer.from(rulesetOf(revision(3))).toString("base64")}`);
    expect((await live.ready()).string("flag", {}, "")).toBe("r3");
  });

  test("that only says that there is something new makes others load it", async () => {
    const documents = await serve(giving(revision(1), '"1"'));
    const events = await streaming();
    const { live, host } = connected([http(documents.url), eventStream(events.url)]);
    await live.ready();
    await until(() => events.streams.length === 1 && host.pending.includes(30_000));
    documents.answer = giving(revision(2), '"2"');
    events.send("event: changed", "data: 2");
    await until(() => served(live) === "r2");
  });

  test("that is there again makes others look, since something may have happened between", async () => {
    const documents = await serve(giving(revision(1), '"1"'));
    const events = await streaming();
    const { live, host } = connected([http(documents.url), eventStream(events.url)]);
    await until(() => events.streams.length === 1 && live.status().state === "ready");
    // The one at the start, and the one as the stream was opened.
    await until(() => documents.seen.length === 2);
    documents.answer = giving(revision(2), '"2"');
    events.send(": here I am");
    events.streams[0]?.end();
    await host.step(1_000);
    await until(() => served(live) === "r2");
  });

  test("keeps what it has brought current while it speaks", async () => {
    const server = await streaming();
    const { live, host } = connected(eventStream(server.url));
    await until(() => server.streams.length === 1);
    server.send("event: snapshot", document(1));
    await live.ready();
    await host.advance(40_000);
    server.send(": still here");
    await until(() => live.status().confirmedAt === START + 40_000);
  });

  test("of events that nobody knows is listened to", async () => {
    const server = await streaming();
    const { live, told } = connected(eventStream(server.url));
    await until(() => server.streams.length === 1);
    server.send("event: weather", "data: rain");
    server.send(document(9));
    server.send("event: snapshot", document(1));
    await live.ready();
    expect(served(live)).toBe("r1");
    expect(told.map(({ type }) => type)).toEqual(["ready"]);
  });
});

describe("a stream that breaks", () => {
  test("is resumed behind the last whole event, after the pause that it has asked for", async () => {
    const server = await streaming();
    const { live, host } = connected(eventStream(server.url));
    await until(() => server.streams.length === 1);
    server.send("retry: 4000");
    server.send("event: snapshot", "id: 7", document(1));
    await live.ready();
    // In the middle of an event, which is lost with its id.
    server.streams[0]?.write(`event: snapshot\nid: 8\n${document(2).slice(0, 30)}`);
    await tick();
    server.streams[0]?.destroy();
    await until(() => live.status().consecutiveFailures === 1);
    expect(served(live)).toBe("r1");
    await host.step(4_000);
    await until(() => server.streams.length === 2);
    expect(server.seen.map(({ headers }) => headers["last-event-id"])).toEqual([undefined, "7"]);
    server.send("event: snapshot", "id: 8", document(2));
    await until(() => served(live) === "r2");
    expect(live.status()).toMatchObject({ state: "ready", consecutiveFailures: 0 });
  });

  test("by falling silent is given up", async () => {
    const server = await streaming();
    const { live, host } = connected(eventStream(server.url, { idleMs: 15_000 }));
    await until(() => server.streams.length === 1);
    server.send("event: snapshot", document(1));
    await live.ready();
    await until(() => host.pending.includes(15_000));
    await host.advance(15_000);
    await until(() => live.status().consecutiveFailures === 1);
    expect(live.status().lastError).toEqual(new Error("no sign of life within 15000 ms"));
    await host.step(1_000);
    await until(() => server.streams.length === 2);
  });

  test("before it has said a word is left alone for longer each time", async () => {
    const server = await serve((_, response) => void response.writeHead(200, { "content-type": "text/event-stream" }).end());
    const { live, host } = connected(eventStream(server.url));
    for (const [failures, waitMs] of [[1, 750], [2, 1_500], [3, 3_000]] as const) {
      await until(() => live.status().consecutiveFailures === failures);
      await host.step(waitMs);
    }
  });

  test.each<[string, Parameters<typeof serve>[0], string]>([
    ["another status", failing(503), "answers with status 503"],
    ["another type", (_, response) => void response.setHeader("content-type", "text/html").end("<p>"), "is no event stream, but text/html"],
    ["no answer", () => {}, "no answer within 3000 ms"],
  ])("is none: %s", async (_, answer, message) => {
    const server = await serve(answer);
    const { live, host } = connected(eventStream(server.url, { timeoutMs: 3_000 }));
    await until(() => server.seen.length === 1);
    await tick();
    if (message.startsWith("no answer")) await host.advance(3_000);
    await until(() => live.status().consecutiveFailures === 1);
    expect((live.status().lastError as Error).message).toContain(message);
    expect(live.status().state).toBe("error");
  });

  test("for long leaves what it brought stale", async () => {
    const server = await streaming();
    const { live, host, types } = connected(eventStream(server.url), { staleAfterMs: 60_000 });
    await until(() => server.streams.length === 1);
    server.send("event: snapshot", document(1));
    await live.ready();
    server.answer = failing(500);
    server.streams[0]?.destroy();
    await until(() => live.status().consecutiveFailures === 1);
    await host.advance(60_000);
    expect(live.status().state).toBe("stale");
    expect(types()).toContain("stale");
    expect(served(live)).toBe("r1");
  });

  test("by being closed is silent", async () => {
    let isGone = false;
    const server = await streaming();
    const { live, host, told } = connected(eventStream(server.url));
    await until(() => server.streams.length === 1);
    server.streams[0]?.on("close", () => (isGone = true));
    server.send("event: snapshot", document(1));
    await live.ready();
    await live.close();
    await until(() => isGone);
    expect(host.pending).toEqual([]);
    expect(told.map(({ type }) => type)).toEqual(["ready"]);
  });
});
