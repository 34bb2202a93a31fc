/** Passes a request on to an origin, and the response back: neither is looked into, nor kept. */

import { targetOf } from "./context.js";

/**
 * Where a track runs: the address of its server, under which the request's path and query are asked for, or a function,
 * such as one that asks a service binding. The function gets a request that it may pass on, and the one that came in.
 */
export type Origin = string | URL | ((request: Request, original: Request) => Response | Promise<Response>);

/** A request on its way. */
export interface Passed {
  readonly original: Request;
  /** Of the request as it came, but for the cookie of a new visitor. */
  readonly headers: Headers;
}

/** Asks an origin. What it throws is that the origin could not be reached. */
export type Ask = (passed: Passed, signal: AbortSignal | undefined) => Promise<Response>;

/** What became of asking. */
export type Outcome =
  | { readonly kind: "response"; readonly response: Response }
  /** No response: none could be had, none came in time, or the visitor is gone. */
  | { readonly kind: Failure | "aborted"; readonly error: unknown };

/** Why an origin gave no response. */
export type Failure = "network" | "timeout";

/** What fetch of the platform does. */
export interface Fetching {
  readonly fetch: typeof fetch;
  /** When it decodes bodies that are compressed, and still says in the headers that they are. */
  readonly decodes: "always" | "asked" | "never";
}

/**
 * How to ask an origin.
 *
 * @throws {TypeError} if it is no origin.
 */
export function askerOf(track: string, origin: Origin, fetching: Fetching): Ask {
  if (typeof origin === "function") {
    return async (passed, signal) => origin(new Request(passed.original.url, initOf(passed, signal)), passed.original);
  }
  const base = baseOf(track, origin);
  return (passed, signal) => fetched(base, passed, signal, fetching);
}

/** Asks, for at most so many milliseconds until the response begins. */
export async function attempt(ask: Ask, passed: Passed, timeout: number | undefined): Promise<Outcome> {
  const { signal } = passed.original;
  try {
    const response = await (timeout === undefined ? ask(passed, signal) : inTime(ask, passed, timeout));
    return { kind: "response", response };
  } catch (error) {
    const kind = error === TOO_LATE ? "timeout" : signal?.aborted === true ? "aborted" : "network";
    return { kind, error };
  }
}

/** Lets go of a response that nobody will read. */
export function discard(response: Response): void {
  response.body?.cancel().catch(() => {});
}

const TOO_LATE = new Error("vexil: the origin did not answer in time");

/** Once the response has begun no time limit ends it: bodies may stream for hours. */
function inTime(ask: Ask, passed: Passed, timeout: number): Promise<Response> {
  const { signal } = passed.original;
  const controller = new AbortController();
  const follow = (): void => controller.abort(signal?.reason);
  signal?.addEventListener("abort", follow, { once: true });
  if (signal?.aborted === true) follow();
  return new Promise<Response>((resolve, reject) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      reject(TOO_LATE);
      controller.abort(TOO_LATE);
    }, timeout);
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", follow);
    };
    ask(passed, controller.signal).then(
      (response) => {
        end();
        // A function may know nothing of signals.
        if (isLate) discard(response);
        else resolve(response);
      },
      (error: unknown) => {
        end();
        reject(error as Error);
      },
    );
  });
}

/** Origin and path of an address, without the slash at its end. */
function baseOf(track: string, origin: string | URL): string {
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  const isSound = url && /^https?:$/.test(url.protocol) && `${url.search}${url.hash}${url.username}${url.password}` === "";
  if (!isSound) throw new TypeError(`vexil: the origin of \`${track}\` is no address of a server: \`${String(origin)}\``);
  return `${url.origin}${url.pathname.replace(/\/$/, "")}`;
}

/** What concerns one connection alone, and the name of the host that was asked: each connection has its own. */
const OF_CONNECTIONS = ["connection", "expect", "host", "keep-alive", "proxy-authorization", "te", "trailer", "transfer-encoding"];
const OF_ANSWERED_CONNECTIONS = ["connection", "keep-alive", "proxy-authenticate", "trailer", "transfer-encoding", "upgrade"];

async function fetched(base: string, passed: Passed, signal: AbortSignal | undefined, { fetch, decodes }: Fetching): Promise<Response> {
  const { original } = passed;
  const headers = new Headers(passed.headers);
  // The origin gets a host and a protocol of its own, and is told those that the visitor used.
  if (!headers.has("x-forwarded-host")) headers.set("x-forwarded-host", headers.get("host") ?? new URL(original.url).host);
  if (!headers.has("x-forwarded-proto")) headers.set("x-forwarded-proto", original.url.startsWith("https:") ? "https" : "http");
  for (const name of OF_CONNECTIONS) headers.delete(name);
  if (headers.get("upgrade")?.toLowerCase() !== "websocket") headers.delete("upgrade");
  // Decoding what the visitor could decode is work for nothing.
  if (decodes !== "never") headers.set("accept-encoding", "identity");
  const response = await fetch(base + targetOf(original.url), initOf({ original, headers }, signal));
  return decodes === "always" && response.headers.has("content-encoding") && response.body !== null && original.method !== "HEAD"
    ? decoded(response)
    : response;
}

/** The codings that platforms decode. What has any other comes as it was sent. */
const DECODED = new Set(["gzip", "x-gzip", "deflate", "br"]);

/** An origin that compresses whatever is asked for: the platform has decoded it, and the headers must say so. */
function decoded(response: Response): Response {
  const codings = (response.headers.get("content-encoding") ?? "").toLowerCase().split(",");
  if (!codings.every((coding) => DECODED.has(coding.trim()))) return response;
  const changed = new Response(response.body, response);
  changed.headers.delete("content-encoding");
  changed.headers.delete("content-length");
  return changed;
}

/** The request as it came: a redirect is the visitor's to follow, and the body goes on while it comes in. */
function initOf({ original, headers }: Passed, signal: AbortSignal | undefined): RequestInit {
  const { method, body } = original;
  return {
    method,
    headers,
    redirect: "manual",
    ...(signal && { signal }),
    ...(body && { body, duplex: "half" }),
  } as RequestInit;
}

/** The response with what the middleware has to say in it: the track, under the name of a header, and the cookie. */
export function answered(response: Response, header: string | undefined, track: string, setCookie: string | undefined): Response {
  try {
    // Headers of a response that came by fetch cannot be changed.
    const copy = new Response(response.body, response);
    if (response.status !== 101) for (const name of OF_ANSWERED_CONNECTIONS) copy.headers.delete(name);
    if (header !== undefined) copy.headers.set(header, /^[\x21-\x7e]+$/.test(track) ? track : encodeURIComponent(track));
    if (setCookie !== undefined) copy.headers.append("set-cookie", setCookie);
    return copy;
  } catch {
    // Some responses cannot be copied, such as one with a status that there is not. They are the visitor's all the same.
    return response;
  }
}
