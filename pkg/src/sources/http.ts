/** A document at a URL, which is asked for again and again. */

import type { PollOptions, RequestInput, Url } from "./options.js";
import { poll } from "./polling.js";
import { send, unexpected } from "./request.js";
import type { Source } from "./source.js";
import { hrefOf } from "./url.js";

/** How to ask over HTTP. */
export interface HttpOptions extends PollOptions {
  /** Options for each request, or a function that is asked for them each time, for tokens that expire. */
  readonly request?: RequestInput;
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
