/** `docs/sources.md`: its examples print what it says, and what it names is there. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import * as fileEntry from "../../src/sources-file.js";
import * as redisEntry from "../../src/sources-redis.js";
import * as entry from "../../src/sources.js";
import { examples, page, run } from "./examples.js";
import { closeAll, freePort, until } from "./support.js";

const directory = mkdtempSync(join(tmpdir(), "vexil-docs-"));
const before = process.cwd();

beforeAll(() => process.chdir(directory));
afterEach(closeAll);
afterAll(() => {
  process.chdir(before);
  rmSync(directory, { recursive: true, force: true });
});

const snapshot = (revision: number): string =>
  JSON.stringify({
    schema: "vexil/1",
    lineage: "docs",
    revision,
    flags: { theme: { variants: { dark: "dark", light: "light" }, offVariant: "light", default: { variant: "dark" } } },
  });

/** The example's server, with the files that its examples ask for. */
async function served(): Promise<{ 8080: number }> {
  const port = await freePort();
  writeFileSync("flags.json", snapshot(42));
  writeFileSync("kills.json", '{ "revision": 0 }');
  await run("server.mjs", { 8080: port });
  let isThere = false;
  const look = (): void => void fetch(`http://localhost:${port}/flags.json`).then(({ ok }) => (isThere = ok), look);
  look();
  await until(() => isThere);
  return { 8080: port };
}

describe("the examples", () => {
  test("of a connection, with the server", async () => {
    const { printed } = await run("shop.mjs", await served());
    expect([printed]).toEqual(examples.get("shop.mjs")?.prints);
  });

  test("of the server: it knows ETags, and no other files", async () => {
    const { 8080: port } = await served();
    const first = await fetch(`http://localhost:${port}/flags.json`);
    const etag = first.headers.get("etag") ?? "";
    expect(await first.text()).toBe(snapshot(42));
    const statuses = ["/flags.json", "/none.json", "/../etc/hostname"].map(async (path) => (await fetch(`http://localhost:${port}${path}`, { headers: { "If-None-Match": etag } })).status);
    expect(await Promise.all(statuses)).toEqual([304, 404, 404]);
  });

  test("of a restart: with the server, without it, and without a store", async () => {
    const ports = await served();
    const results = [(await run("restart.mjs", ports)).printed];
    await closeAll();
    results.push((await run("restart.mjs", ports)).printed);
    rmSync("flags.saved");
    results.push((await run("restart.mjs", ports)).printed);
    expect(page).toContain(`prints \`${results[0]?.trim()}\` while there is a server`);
    expect(results.slice(1)).toEqual(examples.get("restart.mjs")?.prints);
  });

  test("of watching a flag", async () => {
    expect([(await run("watch.mjs")).printed]).toEqual(examples.get("watch.mjs")?.prints);
  });

  test("of a stream, with its server", async () => {
    const { printed } = await run("live.mjs", { 8081: await freePort() });
    expect([printed]).toEqual(examples.get("live.mjs")?.prints);
  });

  test("of a file", async () => {
    expect([(await run("watched.mjs")).printed]).toEqual(examples.get("watched.mjs")?.prints);
  });

  test("are all run", () => {
    // Those of Redis and KV by the tests of these.
    const elsewhere = ["redis.mjs", "worker.mjs"];
    expect([...examples.keys()].sort()).toEqual(["events.mjs", "live.mjs", "restart.mjs", "server.mjs", "shop.mjs", "watch.mjs", "watched.mjs", ...elsewhere].sort());
  });
});

test("everything that the entries export is named", () => {
  for (const exported of [entry, fileEntry, redisEntry].flatMap(Object.keys)) expect(page).toMatch(new RegExp(`\`${exported}\\b`));
});
