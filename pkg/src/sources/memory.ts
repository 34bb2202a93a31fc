/** Documents and kills that the application itself brings: in tests, or as it gets them by ways of its own. */

import type { KillMessage, Snapshot } from "../engine/snapshot-types.js";
import { toBytes } from "./body.js";
import type { Timer } from "./host.js";
import { KillBook } from "./kill-book.js";
import type { Sink, Source } from "./source.js";

/** A snapshot or ruleset in any of the forms that engines take. */
export type DocumentInput = Snapshot | string | Uint8Array | ArrayBuffer;

/** A source that is filled by calls. */
export interface MemorySource extends Source {
  /** Brings a document. Where an engine is there it is in force when this returns, unless it is refused. */
  push(document: DocumentInput): void;
  /** Brings a kill message: an object or its JSON. It is in force when this returns. */
  kill(message: KillMessage | string): void;
  /** Says that no documents come at the moment. */
  fail(error: unknown): void;
}

/** How long until a document is brought again that could not even be refused, since no engine could be made. */
const AGAIN_MS = 5_000;

/** A source in memory. Who opens it later gets what was brought last. */
export function memory(first?: DocumentInput): MemorySource {
  const opened = new Map<Sink, () => void>();
  const kills = new KillBook();
  let body = first === undefined ? undefined : toBytes(first);
  return {
    name: "memory",
    open(sink, { host }) {
      let timer: Timer | undefined;
      const bring = (): void => {
        timer?.cancel();
        if (body === undefined) return;
        sink.document({ body }).catch((error: unknown) => {
          sink.failed(error);
          if (opened.has(sink)) timer = host.after(AGAIN_MS, bring);
        });
      };
      opened.set(sink, bring);
      bring();
      for (const message of kills.messages) sink.kill(message);
      return {
        refresh: () => Promise.resolve(),
        close() {
          opened.delete(sink);
          timer?.cancel();
        },
      };
    },
    push(document) {
      body = toBytes(document);
      for (const bring of [...opened.values()]) bring();
    },
    kill(message) {
      kills.note(message);
      for (const sink of [...opened.keys()]) sink.kill(message);
    },
    fail(error) {
      for (const sink of [...opened.keys()]) sink.failed(error);
    },
  };
}
