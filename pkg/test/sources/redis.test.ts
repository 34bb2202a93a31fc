/** Redis, with its real server and its real client. */

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createClient, RESP_TYPES } from "redis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { createEngine as createSlimEngine } from "../../src/node-slim.js";
import { redis } from "../../src/sources-redis.js";
import { connect } from "../../src/sources.js";
import { rulesetOf } from "../support.js";
import { examples, run } from "./examples.js";
import { closeAll, closing, connected, FakeHost, freePort, killing, revision, served, until } from "./support.js";

const isInstalled = spawnSync("redis-server", ["--version"]).status === 0;

test("there is a redis-server to test with", ({ skip }) => {
  const how = "redis-server is not installed: `apt-get install redis-server`";
  // What checks everything has it; a machine at hand may go without.
  if (!isInstalled && process.env["CI"] === undefined) skip(how);
  expect(isInstalled, how).toBe(true);
});

type Client = Awaited<ReturnType<typeof connectedClient>>;

async function started(port: number, directory: string): Promise<ChildProcess> {
  const server = spawn("redis-server", ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", directory], { stdio: ["ignore", "pipe", "inherit"] });
  await new Promise<void>((resolve, reject) => {
    server.stdout.on("data", (chunk: Buffer) => chunk.includes("Ready to accept connections") && resolve());
    server.on("exit", () => reject(new Error("redis-server ended")));
  });
  return server;
}

async function stopped(server: ChildProcess): Promise<void> {
  const end = new Promise((resolve) => server.once("exit", resolve));
  server.kill();
  await end;
}

async function connectedClient(port: number) {
  const client = createClient({ socket: { host: "127.0.0.1", port, reconnectStrategy: 10 } });
  // Connections that are lost come back by themselves.
  client.on("error", () => {});
  return client.connect();
}

describe.runIf(isInstalled)("documents and kills in Redis", () => {
  let directory: string;
  let port: number;
  let server: ChildProcess;
  let publisher: Client;
  let client: Client;
  let subscriber: Client;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "vexil-redis-"));
    port = await freePort();
    server = await started(port, directory);
    [publisher, client, subscriber] = (await Promise.all([1, 2, 3].map(() => connectedClient(port)))) as [Client, Client, Client];
  });
  beforeEach(() => publisher.flushAll());
  afterEach(closeAll);
  afterAll(async () => {
    for (const each of [publisher, client, subscriber]) each.destroy();
    await stopped(server);
    rmSync(directory, { recursive: true, force: true });
  });

  const key = "vexil:production";
  const channels = (): Promise<Record<string, number>> => publisher.pubSubNumSub([key, `${key}:kills`]);

  test("a document is served, and the next one as soon as it is announced (S2-70)", async () => {
    await publisher.set(key, JSON.stringify(revision(1)));
    const { live } = connected(redis({ client, subscriber, key }));
    await live.ready();
    expect(served(live)).toBe("r1");
    await publisher.set(key, JSON.stringify(revision(2)));
    expect(served(live)).toBe("r1");
    await publisher.publish(key, "2");
    await until(() => served(live) === "r2");
    expect(live.status()).toMatchObject({ state: "ready", revision: 2 });
  });

  test("a kill is in force as soon as it is published, whatever the document (S2-73)", async () => {
    await publisher.set(key, JSON.stringify(revision(1)));
    const { live, told } = connected(redis({ client, subscriber, key }));
    await live.ready();
    await publisher.set(key, "{");
    await publisher.publish(key, "");
    await until(() => live.status().consecutiveFailures === 1);
    await publisher.publish(`${key}:kills`, JSON.stringify(killing(1, "flag")));
    await until(() => served(live) === "off");
    expect(told.at(-1)).toEqual({ type: "change", cause: "kill", flags: ["flag"] });
  });

  test("what was published while nobody listened is found by looking", async () => {
    await publisher.set(key, JSON.stringify(revision(1)));
    const { live, host } = connected(redis({ client, subscriber, key }));
    await live.ready();
    await publisher.set(key, JSON.stringify(revision(2)));
    await publisher.set(`${key}:kills`, JSON.stringify(killing(1, "other")));
    await host.step(30_000);
    await until(() => served(live) === "r2");
    await publisher.set(`${key}:kills`, JSON.stringify(killing(2, "flag")));
    await host.step(30_000);
    await until(() => served(live) === "off");
  });

  test("the example of the documentation prints what it says", async () => {
    const theme = { variants: { dark: "dark", light: "light" }, offVariant: "light", default: { variant: "dark" } };
    await publisher.set(key, JSON.stringify(revision(1, { flags: { theme } })));
    const { printed } = await run("redis.mjs", { 6379: port });
    expect([printed]).toEqual(examples.get("redis.mjs")?.prints);
    expect(await publisher.get(`${key}:kills`)).toBe('{"revision":1,"flags":["theme"]}');
  });

  test("a document that is not there yet is waited for", async () => {
    const { live } = connected(redis({ client, subscriber, key, killsKey: "kills" }));
    await until(() => live.status().consecutiveFailures === 1);
    expect((live.status().lastError as Error).message).toBe("there is no `vexil:production` in Redis");
    await publisher.publish("kills", JSON.stringify(killing(1, "flag")));
    await publisher.set(key, JSON.stringify(revision(1)));
    await publisher.publish(key, "1");
    await live.ready();
    await until(() => served(live) === "off");
  });

  test("a ruleset needs a client that gives bytes", async () => {
    await publisher.set(key, Buffer.from(rulesetOf(revision(4))));
    const bytes = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
    const live = closing(connect(createSlimEngine, redis({ client: bytes, subscriber, key }), { host: new FakeHost() }));
    expect((await live.ready()).string("flag", {}, "")).toBe("r4");
  });

  test("closing leaves the clients open and nothing subscribed; others go on", async () => {
    await publisher.set(key, JSON.stringify(revision(1)));
    const source = redis({ client, subscriber, key });
    const [one, other] = [connected(source), connected(source)];
    await Promise.all([one.live.ready(), other.live.ready()]);
    await one.live.close();
    await publisher.set(key, JSON.stringify(revision(2)));
    await publisher.publish(key, "2");
    await until(() => served(other.live) === "r2");
    expect(served(one.live)).toBe("r1");
    await other.live.close();
    await until(() => other.host.pending.length === 0);
    for (let count = -1; count !== 0; ) count = Object.values(await channels()).reduce((sum, each) => sum + Number(each), 0);
    expect(await client.get(key)).toBe(JSON.stringify(revision(2)));
  });

  test("a server that goes and comes back is found again, with what it has then", async () => {
    await publisher.set(key, JSON.stringify(revision(1)));
    const { live, host } = connected(redis({ client, subscriber, key, timeoutMs: 1_000 }));
    await live.ready();
    await stopped(server);
    await host.step(30_000);
    // The client waits for its connection, and is not waited for.
    await until(() => host.pending.includes(1_000));
    await host.advance(1_000);
    await until(() => live.status().consecutiveFailures === 1);
    expect([served(live), live.status().state]).toEqual(["r1", "ready"]);
    server = await started(port, directory);
    await publisher.set(key, JSON.stringify(revision(2)));
    await until(() => host.pending.includes(750));
    await host.advance(750);
    await until(() => served(live) === "r2");
    // It has subscribed again by itself.
    for (let count = 0; count < 2; ) count = Object.values(await channels()).reduce((sum, each) => sum + Number(each), 0);
    await publisher.publish(`${key}:kills`, JSON.stringify(killing(1, "flag")));
    await until(() => served(live) === "off");
  });

  test("a subscriber that fails to subscribe is asked again", async () => {
    await publisher.set(key, JSON.stringify(revision(1)));
    let attempts = 0;
    const failing = {
      subscribe: (channel: string, listener: (message: string) => void) =>
        // The second channel of the first attempt.
        ++attempts === 2 ? Promise.reject(new Error("not now")) : subscriber.subscribe(channel, listener),
      unsubscribe: (channel: string, listener: (message: string) => void) => subscriber.unsubscribe(channel, listener),
    };
    const { live, host, told } = connected(redis({ client, subscriber: failing, key }));
    await until(() => live.status().consecutiveFailures === 1);
    expect(live.status().lastError).toEqual(new Error("not now"));
    await host.step(750);
    await live.ready();
    await publisher.publish(`${key}:kills`, JSON.stringify(killing(1, "flag")));
    await until(() => served(live) === "off");
    expect(told.filter(({ type }) => type === "change")).toHaveLength(1);
    await live.close();
    for (let count = -1; count !== 0; ) count = Object.values(await channels()).reduce((sum, each) => sum + Number(each), 0);
  });
});
