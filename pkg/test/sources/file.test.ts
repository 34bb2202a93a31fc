/** Files that change under an engine, in all the ways in which files do. */

import { appendFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, truncateSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { createEngine as createSlimEngine } from "../../src/node-slim.js";
import { file } from "../../src/sources-file.js";
import { connect, kills, type Source } from "../../src/sources.js";
import { rulesetOf } from "../support.js";
import { closeAll, closing, connected, FakeHost, killing, revision, served, tick, until } from "./support.js";

/** What happens to a file between its being read and looked at again. */
const meanwhile = vi.hoisted(() => ({ happens: undefined as (() => void) | undefined }));
vi.mock("node:fs/promises", async (original) => {
  const actual = await original<typeof import("node:fs/promises")>();
  const readFile: (typeof actual)["readFile"] = (async (...args: Parameters<(typeof actual)["readFile"]>) => {
    const content = await actual.readFile(...args);
    meanwhile.happens?.();
    meanwhile.happens = undefined;
    return content;
  }) as never;
  return { ...actual, readFile };
});

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "vexil-file-"));
  path = join(directory, "flags.json");
});
afterEach(async () => {
  await closeAll();
  rmSync(directory, { recursive: true, force: true });
});

const write = (number: number, to = path): void => writeFileSync(to, JSON.stringify(revision(number)));

/** Whether the clock is moved again and again while it is waited for; otherwise only a watcher can tell of a change. */
async function seen(tested: ReturnType<typeof connected>, expected: string, by: "watching" | "looking"): Promise<void> {
  const end = performance.now() + 20_000;
  while (served(tested.live) !== expected) {
    expect(performance.now(), `${expected} by ${by}`).toBeLessThan(end);
    // As long as what is watched for settles, and no longer; or until the next look.
    await tested.host.advance(by === "watching" ? 50 : 5_000);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function opened(source: Source = file(path, { pollMs: Infinity })): Promise<ReturnType<typeof connected>> {
  const tested = connected(source);
  await tested.live.ready();
  await tick();
  return tested;
}

describe("a watched file", () => {
  beforeEach(() => write(1));

  test("is read again when it is written", async () => {
    const tested = await opened();
    write(2);
    await seen(tested, "r2", "watching");
    write(3);
    await seen(tested, "r3", "watching");
    expect(tested.types()).toEqual(["ready", "change", "change"]);
  });

  test("is still watched after another file has taken its name, as editors save", async () => {
    const tested = await opened();
    for (const number of [2, 3, 4]) {
      write(number, `${path}.tmp`);
      renameSync(`${path}.tmp`, path);
      await seen(tested, `r${number}`, "watching");
    }
    // Or as others do: the former is moved away first.
    renameSync(path, `${path}~`);
    write(5);
    await seen(tested, "r5", "watching");
    unlinkSync(path);
    write(6);
    await seen(tested, "r6", "watching");
  });

  test("may be a link whose target changes, as in mounted configuration", async () => {
    const [one, other, current] = ["one", "other", "current"].map((name) => join(directory, name)) as [string, string, string];
    for (const [index, place] of [one, other].entries()) {
      mkdirSync(place);
      write(index + 1, join(place, "flags.json"));
    }
    symlinkSync(one, current);
    unlinkSync(path);
    symlinkSync(join(current, "flags.json"), path);
    const tested = await opened();
    symlinkSync(other, `${current}.tmp`);
    renameSync(`${current}.tmp`, current);
    await seen(tested, "r2", "watching");
  });

  test("in the middle of being written is no document", async () => {
    const tested = await opened();
    const next = JSON.stringify(revision(2));
    truncateSync(path);
    appendFileSync(path, next.slice(0, 20));
    for (let count = 0; count < 10; count++) {
      await tested.host.advance(10);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    appendFileSync(path, next.slice(20));
    await seen(tested, "r2", "watching");
    expect(tested.live.status()).toMatchObject({ state: "ready", revision: 2, consecutiveFailures: 0 });
  });

  test("that was written while it was read is read again", async () => {
    const next = JSON.stringify(revision(2));
    const tested = await opened();
    writeFileSync(path, next.slice(0, 20));
    meanwhile.happens = () => writeFileSync(path, next);
    await seen(tested, "r2", "watching");
    expect(tested.types()).toEqual(["ready", "change"]);
    expect(meanwhile.happens).toBeUndefined();
  });

  test("is looked at as well, where nothing tells of changes", async () => {
    const tested = await opened(file(pathToFileURL(path)));
    write(2);
    await seen(tested, "r2", "looking");
    // And confirmed by that, long after the last thing that could be told of.
    const later = tested.host.now() + 30_000;
    while ((tested.live.status().confirmedAt ?? 0) < later) {
      await tested.host.advance(5_000);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });

  test("that is gone is missed, and found again", async () => {
    const tested = await opened(file(path));
    unlinkSync(path);
    await tested.host.step(5_000);
    await until(() => tested.live.status().consecutiveFailures > 0);
    expect(tested.live.status().lastError).toMatchObject({ code: "ENOENT" });
    expect(served(tested.live)).toBe("r1");
    write(2);
    await seen(tested, "r2", "looking");
  });

  test("is left alone once it is closed", async () => {
    const tested = await opened(file(path));
    await tested.live.close();
    expect(tested.host.pending).toEqual([]);
    write(2);
    await tick();
    await tested.host.advance(60_000);
    expect(served(tested.live)).toBe("r1");
    expect(tested.host.pending).toEqual([]);
  });
});

describe("other files", () => {
  test("need not be there yet, nor their directory", async () => {
    const later = join(directory, "later", "flags.json");
    const tested = connected(file(later));
    await until(() => tested.live.status().consecutiveFailures === 1);
    expect(existsSync(later)).toBe(false);
    mkdirSync(join(directory, "later"));
    write(1, later);
    await seen(tested, "r1", "looking");
  });

  test("can be rulesets, and kills", async () => {
    writeFileSync(path, rulesetOf(revision(1)));
    const messages = join(directory, "kills.json");
    writeFileSync(messages, JSON.stringify({ revision: 0 }));
    const host = new FakeHost();
    const live = closing(connect(createSlimEngine, [file(path), kills(file(messages, { pollMs: 1_000 }))], { host }));
    const engine = await live.ready();
    writeFileSync(messages, JSON.stringify(killing(1, "flag")));
    await host.step(1_000);
    await until(() => engine.string("flag", {}, "") === "off");
  });
});
