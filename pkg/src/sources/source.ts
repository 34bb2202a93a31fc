/** What a source is: something that brings documents and kills, and says how it fares. */

import type { KillMessage } from "../engine/snapshot-types.js";
import type { Host } from "./host.js";

/** A snapshot or ruleset as it came. */
export interface Document {
  readonly body: Uint8Array;
  /** What the source calls these bytes; opaque. */
  readonly etag?: string | undefined;
}

/** Where snapshots and kills come from. It keeps nothing outside of what it opens, so it can be opened more than once. */
export interface Source {
  /** Tells it from others, in errors and in what is stored. */
  readonly name: string;
  /** Set where it brings no documents: how it fares says nothing of how old a document is. */
  readonly brings?: "kills";
  /** Begins to bring what there is and what comes. */
  open(sink: Sink, start: Start): Opened;
}

/** What a source begins with. */
export interface Start {
  readonly host: Host;
  /** That of a document of this source which is there already, from before a restart. */
  readonly etag?: string | undefined;
}

/** A source at work. */
export interface Opened {
  /** Looks now for what is new. Settles when it has looked, never with an error. */
  refresh(): Promise<void>;
  /** Ends requests, timers and watchers. The sink is not told anything any more. */
  close(): void;
}

/** Takes what a source brings. */
export interface Sink {
  /**
   * Takes a document, which may be one that was brought before. Settles when it is in force or refused,
   * with whether it was taken. Of two documents the one that is brought first is looked at first.
   */
  document(document: Document): Promise<boolean>;
  /** The document that was brought last is still the current one. False if it is not there: bring it again. */
  current(): Promise<boolean>;
  /** Takes a kill message: an object or its JSON. */
  kill(message: KillMessage | string): void;
  /** There is something new, which whatever loads documents should get. */
  changed(): void;
  /** The source works, and has nothing to say. */
  alive(): void;
  /** The source does not work at the moment. */
  failed(error: unknown): void;
}
