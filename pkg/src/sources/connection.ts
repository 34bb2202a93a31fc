/** What a connection is for whoever has one. */

import type { EvaluationContext } from "../engine/base.js";
import type { Unsubscribe } from "./emitter.js";
import type { ConnectionEvents } from "./events.js";
import type { State } from "./health.js";
import type { Origin, Updatable } from "./holder.js";
import type { Host } from "./host.js";
import type { DocumentInput } from "./memory.js";
import type { Store } from "./store.js";
import type { WatchEvent } from "./watcher.js";

/** How to connect. */
export interface ConnectOptions {
  /** The environment that documents must be of; by default that of the first one, if it names one. */
  readonly environment?: string;
  /** Keeps the last good document and the last kills, so that a restart without a network begins with them. */
  readonly store?: Store;
  /** Is served where there is neither network nor store: a document that was shipped with the program. */
  readonly fallback?: DocumentInput;
  /** How long to wait for the sources before beginning with the store or the fallback, in milliseconds. Default: 5,000. */
  readonly startTimeoutMs?: number;
  /** How long a document counts as current that failing sources do not confirm, in milliseconds. Default: 300,000. */
  readonly staleAfterMs?: number;
  /** What becomes of a flag that is broken in a new snapshot: it answers `ERROR` (by default), or stays as it was. */
  readonly onError?: "serveError" | "keepPrevious";
  /** Whether to tell when time alone changes answers, at most once a second. */
  readonly timeChanges?: boolean;
  /** The clock, timers, chance and network; those of the platform by default. */
  readonly host?: Partial<Host>;
}

/** How a connection fares. */
export interface Status {
  readonly state: State;
  /** Where the document comes from that is served; absent where there is none yet. */
  readonly origin?: Origin;
  /** Its revision and lineage, if it names them. */
  readonly revision?: number;
  readonly lineage?: string;
  readonly etag?: string;
  /** When it was last known to be the source's current one, in milliseconds since the epoch. */
  readonly confirmedAt?: number;
  /** How long ago that was, in milliseconds. Unknown of a fallback. */
  readonly ageMs?: number;
  /** What failed last. It may have worked since. */
  readonly lastError?: unknown;
  /** How often in a row the source failed that fails most. */
  readonly consecutiveFailures: number;
}

/** An engine that is kept current. */
export interface Connection<E extends Updatable> {
  /** Always the same one, as soon as there is something to serve. */
  readonly engine: E | undefined;
  /**
   * Waits for the engine: until a source has brought a document, or a document of before is all there is. Rejects if
   * after `startTimeoutMs` there is nothing; the connection then goes on trying, and tells when it is `ready`.
   */
  ready(): Promise<E>;
  status(): Status;
  /** Listens to events. They are told in the order in which they happen. */
  on<T extends keyof ConnectionEvents>(type: T, listener: (event: ConnectionEvents[T]) => unknown): Unsubscribe;
  /**
   * Calls back when answers of a flag could differ; with a context, when the answer for it does. With `timeChanges`
   * also when time could have changed it: of which flags it has is only known with a context.
   */
  watch(flagKey: string, callback: (event: WatchEvent) => unknown, context?: EvaluationContext): Unsubscribe;
  /** Looks now for what is new, unless that was done within `maxAgeMs`. Settles when it is done, never with an error. */
  refresh(options?: { readonly maxAgeMs?: number }): Promise<void>;
  /** Ends requests, timers and watchers. The engine goes on answering. Settles when the store is saved. */
  close(): Promise<void>;
}
