/** A document at a URL, which is asked for again and again. */

import type { Fetch, Host } from "./host.js";
import { type PollOptions, poll } from "./polling.js";
import { Busy } from "./repeat.js";
import type { Source } from "./source.js";

/** A URL as text or as an object, whichever class of URL the project has. */
export type Url = string | { readonly href: string };

/** Options of `fetch`, such as `headers`, `credentials` and `cache`. */
export type RequestOptions = Fetch extends (input: never, init?: infer I) => unknown ? NonNullable<I> : object;

/** How to ask over HTTP. */
export interface HttpOptions extends PollOptions {
  /** Options for each request, or a function that is asked for them each time, for tokens that expire. */
  readonly request?: RequestOptions | (() => RequestOptions | Promise<RequestOptions>);
}

/** A refused document is asked for anew after this time, in case it was damaged on its way. */
const REFUSED_FOR_MS = 600_000;

/** Polls a URL: every 30 seconds, each time at most 10. What has not changed is not sent again if the server knows ETags. */
export function http(url: Url, options: HttpOptions = {}): Source {
  const address = hrefOf(url);
  const { pollMs = 30_000, timeoutMs = 10_000, backoff = {}, request } = options;
  return {
    name: address,
    open(sink, { host, etag }) {
      let known = etag;
      let refusedAt = Infinity;

      const look = async (signal: AbortSignal): Promise<void> => {
        if (host.now() - refusedAt > REFUSED_FOR_MS) known = undefined;
        const headers: [string, string][] = known === undefined ? [] : [["If-None-Match", known]];
        const response = await send(host, address, request, headers, signal);
        if (response.status === 304 && known !== undefined) {
          if (await sink.current()) return;
          known = undefined;
          return look(signal);
        }
        if (response.status !== 200) throw unexpected(host, address, response);
        const body = new Uint8Array(await response.arrayBuffer());
        signal.throwIfAborted();
        const tag = response.headers.get("etag") ?? undefined;
        const isTaken = await sink.document({ body, etag: tag });
        // What is refused once is refused again, so it is not asked for again either.
        known = tag;
        refusedAt = isTaken ? Infinity : host.now();
      };

      return poll(host, sink, { pollMs, timeoutMs, backoff }, look);
    },
  };
}

export function hrefOf(url: Url): string {
  return typeof url === "string" ? url : url.href;
}

/** Makes a request with what the options and the headers of the moment say. */
export async function send(
  host: Host,
  address: string,
  request: HttpOptions["request"],
  added: readonly (readonly [name: string, value: string])[],
  signal: AbortSignal,
): Promise<Response> {
  const options = (typeof request === "function" ? await request() : request) as RequestInit | undefined;
  const headers = new Headers(options?.headers);
  for (const [name, value] of added) headers.set(name, value);
  return (await host.fetch(address, { ...options, headers, signal })) as Response;
}

/** The error for a response that is not what was asked for. Its body is not read. */
export function unexpected(host: Host, address: string, response: Response): Error {
  void response.body?.cancel().catch(() => {});
  const message = `${address} answers with status ${response.status}`;
  const retryAfterMs = retryAfter(response.headers.get("retry-after"), host.now());
  return retryAfterMs === undefined ? new Error(message) : new Busy(message, retryAfterMs);
}

const LONGEST_RETRY_AFTER_MS = 3_600_000;

/** What `Retry-After` says, seconds or a date, in milliseconds from now; an hour at most. */
export function retryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const ms = /^\s*\d+\s*$/.test(header) ? 1_000 * Number(header) : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), LONGEST_RETRY_AFTER_MS);
}
