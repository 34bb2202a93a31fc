/** What a connection tells. */

/** Answers of some flags could differ from now on. */
export interface ChangeEvent {
  /** What made them: a document, kills, or only time. */
  readonly cause: "snapshot" | "kill" | "time";
  /** The keys of the flags. Empty where time is the cause: it could be any flag that depends on time. */
  readonly flags: readonly string[];
}

/** What is served is the source's current document. */
export interface ReadyEvent {
  readonly at: number;
}

/** What is served could be outdated: from the store, the fallback, or not confirmed for too long. */
export interface StaleEvent {
  readonly at: number;
}

/** Something failed. What is served goes on being served. */
export interface ErrorEvent {
  readonly error: unknown;
  /**
   * `source`: it could not be reached. `snapshot`, `kill`: it was refused. `store`: loading or saving failed.
   * `listener`: a callback of yours threw, or rejected.
   */
  readonly during: "source" | "snapshot" | "kill" | "store" | "listener";
  /** The name of the source, if it is about one. */
  readonly source?: string;
}

/** Parts of the new document are broken, and are served as they were before. */
export interface KeptEvent {
  /** JSON pointers, such as `/flags/checkout`. */
  readonly paths: readonly string[];
}

/** The events by their names. */
export interface ConnectionEvents {
  readonly ready: ReadyEvent;
  readonly stale: StaleEvent;
  readonly change: ChangeEvent;
  readonly kept: KeptEvent;
  readonly error: ErrorEvent;
}
