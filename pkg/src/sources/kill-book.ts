/** Which kill messages must not be forgotten: of each environment and lineage the one with the highest revision. */

import type { KillMessage } from "../engine/snapshot-types.js";

export class KillBook {
  readonly #messages = new Map<string, KillMessage>();

  constructor(messages: readonly KillMessage[] = []) {
    for (const message of messages) this.note(message);
  }

  get messages(): readonly KillMessage[] {
    return [...this.#messages.values()];
  }

  /** Keeps a message, unless one of its kind is as new; whether it did. What is no message is not kept. */
  note(message: KillMessage | string): boolean {
    const read = readKill(message);
    if (read === undefined) return false;
    const kind = JSON.stringify([read.environment, read.lineage]);
    if ((this.#messages.get(kind)?.revision ?? -1) >= read.revision) return false;
    this.#messages.set(kind, read);
    return true;
  }

  /** Drops a message that no engine takes. */
  drop(message: KillMessage | string): void {
    for (const [kind, kept] of this.#messages) if (kept === message) this.#messages.delete(kind);
  }
}

/** A copy of a kill message as an object; undefined for what cannot be one. Engines look closer. */
export function readKill(message: unknown): KillMessage | undefined {
  try {
    const read = JSON.parse(typeof message === "string" ? message : JSON.stringify(message)) as KillMessage | null;
    return typeof read === "object" && read !== null && Number.isSafeInteger(read.revision) ? read : undefined;
  } catch {
    return undefined;
  }
}
