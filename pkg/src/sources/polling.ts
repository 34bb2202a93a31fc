/** Sources that look again and again. */

import type { Host } from "./host.js";
import type { Backoff, PollOptions } from "./options.js";
import { jittered, repeat } from "./repeat.js";
import type { Opened, Sink } from "./source.js";

/** Looks at once, and from then on as the options say. */
export function poll(host: Host, sink: Sink, options: Required<PollOptions>, look: (signal: AbortSignal) => Promise<void>): Opened {
  const { pollMs, timeoutMs, backoff } = options;
  const repeating = repeat(host, {
    attempt: async (signal) => {
      await look(signal);
      return jittered(host, pollMs);
    },
    failed: (error) => sink.failed(error),
    timeoutMs,
    backoff: { ...DEFAULT_BACKOFF, ...backoff },
  });
  return { refresh: () => repeating.now(), close: () => repeating.close() };
}

export const DEFAULT_BACKOFF: Backoff = { firstMs: 1_000, mostMs: 300_000 };
