/** Server-sent events: documents, notices and kills as they come. */

import { toBytes } from "./body.js";
import type { Host, Timer } from "./host.js";
import type { Backoff, RequestInput, Url } from "./options.js";
import { DEFAULT_BACKOFF } from "./polling.js";
import { aborted, repeat } from "./repeat.js";
import { send, unexpected } from "./request.js";
import type { Sink, Source } from "./source.js";
import { type StreamEvent, StreamParser } from "./sse.js";
import { hrefOf } from "./url.js";

/** How to listen to a stream. */
export interface EventStreamOptions {
  /** Options for each request, or a function that is asked for them each time, for tokens that expire. */
  readonly request?: RequestInput;
  /** Milliseconds until the server must have answered. */
  readonly timeoutMs?: number;
  /** Milliseconds of silence after which the stream counts as broken. Servers send a comment now and then. */
  readonly idleMs?: number;
  /** The pauses while there is no stream: 1 second, then twice as long each time, up to 5 minutes. */
  readonly backoff?: Partial<Backoff>;
}

/** Until a stream says otherwise with `retry:`. */
const RETRY_MS = 1_000;

/**
 * Listens to a stream of server-sent events: `snapshot` with the document as JSON, `ruleset` with its
 * bytes in base64, `changed` where it must be loaded from elsewhere, and `kill` with a kill message.
 * After a break it goes on behind the last event that had an id.
 */
export function eventStream(url: Url, options: EventStreamOptions = {}): Source {
  const address = hrefOf(url);
  const { request, timeoutMs = 10_000, idleMs = 60_000, backoff } = options;
  return {
    name: address,
    open(sink, { host }) {
      const progress: Progress = { id: "", retryMs: RETRY_MS, bringsDocuments: false };

      const listen = async (signal: AbortSignal): Promise<number> => {
        const watchdog = new Watchdog(host, signal);
        try {
          watchdog.expect(timeoutMs, "answer");
          const headers: [string, string][] = [["Accept", "text/event-stream"]];
          if (progress.id !== "") headers.push(["Last-Event-ID", progress.id]);
          const response = await send(host, address, request, headers, watchdog.signal);
          if (response.status !== 200) throw unexpected(host, address, response);
          const type = response.headers.get("content-type") ?? "";
          if (!/^text\/event-stream\b/i.test(type) || response.body === null) {
            void response.body?.cancel().catch(() => {});
            throw new Error(`${address} is no event stream, but ${type || "of no type"}`);
          }
          await read(response.body, sink, progress, () => watchdog.expect(idleMs, "sign of life"), watchdog.signal);
        } finally {
          watchdog.end();
        }
        // Those whose streams end together should not come back together.
        return progress.retryMs * (0.5 + host.random());
      };

      const repeating = repeat(host, {
        attempt: listen,
        failed: (error) => sink.failed(error),
        backoff: { ...DEFAULT_BACKOFF, ...backoff },
      });
      // A stream brings by itself what there is.
      return { refresh: () => Promise.resolve(), close: () => repeating.close() };
    },
  };
}

/** What outlives a stream that breaks. */
interface Progress {
  id: string;
  retryMs: number;
  /** Whether documents come with the stream: then as long as it speaks, the last of them is the current one. */
  bringsDocuments: boolean;
}

/** Reads a stream to its end. That it ends is told, but only one that never spoke is a failed attempt. */
async function read(
  body: ReadableStream<Uint8Array>,
  sink: Sink,
  progress: Progress,
  spoke: () => void,
  signal: AbortSignal,
): Promise<void> {
  const events: StreamEvent[] = [];
  const parser = new StreamParser(progress.id, (event) => events.push(event), (ms) => (progress.retryMs = ms));
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const reader = body.getReader();
  const cut = aborted(signal);
  let hasSpoken = false;
  spoke();
  // Something may have happened before the stream was there.
  sink.changed();
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), cut]);
      if (done) throw new Error("the event stream ended");
      hasSpoken = true;
      spoke();
      parser.push(decoder.decode(value, { stream: true }));
      for (const event of events.splice(0)) {
        await Promise.race([take(event, sink, progress), cut]);
        progress.id = event.id;
      }
      if (progress.bringsDocuments) await sink.current();
      else sink.alive();
    }
  } catch (error) {
    void reader.cancel().catch(() => {});
    if (!hasSpoken) throw error;
    sink.failed(error);
  }
}

async function take({ type, data }: StreamEvent, sink: Sink, progress: Progress): Promise<void> {
  if (type === "kill") return sink.kill(data);
  if (type === "changed") return sink.changed();
  if (type !== "snapshot" && type !== "ruleset") return;
  progress.bringsDocuments = true;
  await sink.document({ body: type === "snapshot" ? toBytes(data) : decoded(data) });
}

/** The bytes of base64; of what is none, none, which no engine takes. */
function decoded(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

/** Breaks off what takes too long. */
class Watchdog {
  readonly #host: Host;
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal;
  readonly #abort = (): void => this.#controller.abort(this.#outer.reason);
  #timer: Timer | undefined;

  constructor(host: Host, outer: AbortSignal) {
    this.#host = host;
    this.#outer = outer;
    outer.addEventListener("abort", this.#abort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** From now on something must come within a time. */
  expect(ms: number, what: string): void {
    this.#timer?.cancel();
    this.#timer = this.#host.after(ms, () => this.#controller.abort(new Error(`no ${what} within ${ms} ms`)));
  }

  end(): void {
    this.#timer?.cancel();
    this.#outer.removeEventListener("abort", this.#abort);
  }
}
