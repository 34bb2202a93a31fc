/** Sources that look again and again. */

import type { Host } from "./host.js";
import { type Backoff, jittered, repeat } from "./repeat.js";
import type { Opened, Sink } from "./source.js";

/** How often to look, and how long to wait for an answer. */
export interface PollOptions {
  /** Milliseconds from one look to the next, give or take a tenth. `Infinity` looks once, and whenever `refresh` is called. */
  readonly pollMs?: number;
  /** Milliseconds that one look may take. */
  readonly timeoutMs?: number;
  /** The pauses while looking fails: 1 second, then twice as long each time, up to 5 minutes. */
  readonly backoff?: Partial<Backoff>;
}

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
