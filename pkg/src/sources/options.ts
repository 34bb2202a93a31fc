/** What several sources let choose. No types of the web or of Node: a project may have neither. */

import type { Fetch } from "./host.js";

/** A URL as text or as an object, whichever class of URL the project has. */
export type Url = string | { readonly href: string };

/** Options of `fetch`, such as `headers`, `credentials` and `cache`. */
export type RequestOptions = Fetch extends (input: never, init?: infer I) => unknown ? NonNullable<I> : object;

/** Options for each request, or a function that is asked for them each time. */
export type RequestInput = RequestOptions | (() => RequestOptions | Promise<RequestOptions>);

/** How often to look, and how long to wait for an answer. */
export interface PollOptions {
  /** Milliseconds from one look to the next, give or take a tenth. `Infinity` looks once, and whenever `refresh` is called. */
  readonly pollMs?: number;
  /** Milliseconds that one look may take. */
  readonly timeoutMs?: number;
  /** The pauses while looking fails: 1 second, then twice as long each time, up to 5 minutes. */
  readonly backoff?: Partial<Backoff>;
}

/** How long to wait after attempts that failed: twice as long each time, from half of that to all of it by chance. */
export interface Backoff {
  readonly firstMs: number;
  readonly mostMs: number;
}
