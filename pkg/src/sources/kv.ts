/** Cloudflare's Workers KV. */

import type { PollOptions } from "./options.js";
import { poll } from "./polling.js";
import type { Source } from "./source.js";

/** What is used of a KV namespace. */
export interface KvNamespace {
  get(key: string, options: { type: "arrayBuffer"; cacheTtl?: number }): Promise<ArrayBuffer | null>;
}

/** How to read from KV. */
export interface KvOptions extends PollOptions {
  /** For how many seconds a location may answer from its cache; at least 30, by default KV's own 60. */
  readonly cacheTtl?: number;
}

/**
 * Polls a key of a KV namespace: every 60 seconds, each time at most 10. In a worker let `pollMs` be
 * `Infinity` and call `refresh` of the connection while there is a request: timers end with it.
 */
export function kv(namespace: KvNamespace, key: string, options: KvOptions = {}): Source {
  const { pollMs = 60_000, timeoutMs = 10_000, backoff = {}, cacheTtl } = options;
  return {
    name: `kv:${key}`,
    open: (sink, { host }) =>
      poll(host, sink, { pollMs, timeoutMs, backoff }, async (signal) => {
        const value = await namespace.get(key, { type: "arrayBuffer", ...(cacheTtl !== undefined && { cacheTtl }) });
        signal.throwIfAborted();
        if (value === null) throw new Error(`there is no \`${key}\` in the KV namespace`);
        await sink.document({ body: new Uint8Array(value) });
      }),
  };
}
