/** Requests over HTTP, and what becomes of answers that are of no use. */

import type { Host } from "./host.js";
import type { RequestInput } from "./options.js";
import { Busy } from "./repeat.js";

/** Makes a request with what the options and the headers of the moment say. */
export async function send(
  host: Host,
  address: string,
  request: RequestInput | undefined,
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
