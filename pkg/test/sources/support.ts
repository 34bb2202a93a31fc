/** What the tests of sources have in common: a clock that is moved by hand, servers that do as they are told. */

import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { createEngine, type Engine, type Flag, type KillMessage, type Snapshot } from "../../src/node.js";
import { type Connection, type ConnectionEvents, type ConnectOptions, connect, type Host, type Source, type Timer } from "../../src/sources.js";

/** When the clock of tests begins. */
export const START = Date.parse("2026-03-01T00:00:00Z");

/** A host with a clock that stands still until it is moved, and no chance. Its network is the real one. */
export class FakeHost implements Host {
  readonly reported: unknown[] = [];
  readonly #timers = new Set<{ readonly at: number; readonly callback: () => void; isHeld: boolean }>();
  #now = START;
  fetch: Host["fetch"] = (input, init) => globalThis.fetch(input, init);

  now = (): number => this.#now;
  random = (): number => 0.5;
  report = (error: unknown): void => void this.reported.push(error);

  after = (ms: number, callback: () => void): Timer => {
    const timer = { at: this.#now + ms, callback, isHeld: false };
    if (ms < Infinity) this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer), hold: () => void (timer.isHeld = true) };
  };

  /** How many milliseconds until each timer, in order. */
  get pending(): readonly number[] {
    return [...this.#timers].map(({ at }) => at - this.#now).sort((a, b) => a - b);
  }

  /** Moves the clock to a timer that is, or soon will be, exactly as far away: the next look of a source that has looked. */
  async step(ms: number): Promise<void> {
    await until(() => this.pending.includes(ms));
    await this.advance(ms);
  }

  /** Moves the clock, and calls back what becomes due on the way, with pauses in which promises settle. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
      await tick();
    }
    this.#now = end;
    await tick();
  }
}

/** Lets promises settle that wait for nothing else. */
export function tick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Waits until something holds, which real networks and files make so in their own time. */
export async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`it did not come to pass: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

const open: { close(): unknown }[] = [];

/** To be called after each test. */
export async function closeAll(): Promise<void> {
  for (const each of open.splice(0).reverse()) await each.close();
}

export function closing<T extends { close(): unknown }>(it: T): T {
  open.push(it);
  return it;
}

/** An event with its name. */
export type Told = { readonly [T in keyof ConnectionEvents]: { readonly type: T } & ConnectionEvents[T] }[keyof ConnectionEvents];

/** A connection of the full engine with a clock of its own, and all that it tells. */
export interface Tested {
  readonly live: Connection<Engine>;
  readonly host: FakeHost;
  readonly told: Told[];
  /** What was told under a name, as short as possible. */
  types(): string[];
}

export function connected(source: Source | readonly Source[], options: ConnectOptions = {}, host = new FakeHost()): Tested {
  const live = closing(connect(createEngine, source, { host, ...options }));
  const told: Told[] = [];
  for (const type of ["ready", "stale", "change", "kept", "error"] as const) {
    live.on(type, (event) => void told.push({ type, ...event } as Told));
  }
  return { live, host, told, types: () => told.map(({ type }) => type) };
}

/** A flag that serves one text to everyone, and `off` where it is killed. */
export function serving(text: string): Flag {
  return { variants: { on: text, off: "off" }, offVariant: "off", default: { variant: "on" } };
}

/** The snapshot of a revision, with a flag `flag` that serves it as `r<revision>`. */
export function revision(number: number, rest: Partial<Snapshot> = {}): Snapshot {
  return { schema: "vexil/1", lineage: "l", revision: number, flags: { flag: serving(`r${number}`) }, ...rest };
}

/** A kill message for `flag`, or the lift of all kills. */
export function killing(number: number, ...flags: string[]): KillMessage {
  return { revision: number, flags };
}

/** What the flag `flag` serves at the moment. */
export function served(live: Connection<Engine>): string {
  return live.engine?.string("flag", {}, "none") ?? "no engine";
}

/** A port that nobody has at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A request as a server saw it. */
export interface Seen {
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
}

/** A server on this machine. */
export interface Serving {
  readonly url: string;
  readonly seen: Seen[];
  /** What answers from now on. */
  answer: RequestListener;
  close(): Promise<void>;
}

export async function serve(answer: RequestListener): Promise<Serving> {
  const seen: Seen[] = [];
  const server: Server = createServer((request, response) => {
    seen.push({ url: request.url ?? "", headers: request.headers });
    serving.answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const serving: Serving = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    answer,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return closing(serving);
}

/** Answers with a document under an ETag, and with 304 to whoever has it. */
export function giving(document: unknown, etag: string): RequestListener {
  return (request, response) => {
    response.setHeader("ETag", etag);
    if (request.headers["if-none-match"] === etag) return void response.writeHead(304).end();
    response.end(typeof document === "string" || document instanceof Uint8Array ? document : JSON.stringify(document));
  };
}

/** Answers with a status. */
export function failing(status: number, headers: Record<string, string> = {}): RequestListener {
  return (_, response: ServerResponse) => void response.writeHead(status, headers).end("no");
}
