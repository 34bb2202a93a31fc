/** Tells of one flag. */

import type { Details } from "../engine/answers.js";
import type { EvaluationContext } from "../engine/base.js";
import type { JsonValue } from "../engine/snapshot-types.js";
import type { ChangeEvent } from "./events.js";
import type { Updatable } from "./holder.js";

/** An answer of a flag could differ, or does. */
export interface WatchEvent {
  readonly flagKey: string;
  readonly cause: ChangeEvent["cause"];
  /** The new answer, where a context is watched. */
  readonly details?: Details<JsonValue | undefined>;
}

export class Watcher {
  readonly #key: string;
  readonly #context: EvaluationContext | undefined;
  readonly #callback: (event: WatchEvent) => unknown;
  readonly #now: () => number;
  #last: Details<JsonValue | undefined> | undefined;

  constructor(key: string, context: EvaluationContext | undefined, callback: (event: WatchEvent) => unknown, now: () => number) {
    this.#key = key;
    this.#context = context;
    this.#callback = callback;
    this.#now = now;
  }

  /** Looks at the answer from which changes are told. */
  begin(engine: Updatable): void {
    this.#last = this.#answer(engine);
  }

  /** Answers with what the callback does, so that whoever tells events sees to its errors. */
  tell({ cause, flags }: ChangeEvent, engine: Updatable): unknown {
    const flagKey = this.#key;
    if (cause !== "time" && !flags.includes(flagKey)) return undefined;
    if (this.#context === undefined) return this.#callback({ flagKey, cause });
    const [last, details] = [this.#last, this.#answer(engine)];
    this.#last = details;
    return isSameAnswer(last, details) ? undefined : this.#callback({ flagKey, cause, ...(details !== undefined && { details }) });
  }

  #answer(engine: Updatable): Details<JsonValue | undefined> | undefined {
    return this.#context && engine.details(this.#key, this.#context, undefined, { now: this.#now() });
  }
}

type Answer = Details<JsonValue | undefined> | undefined;

/** By another way to the same answer nothing has changed for whoever uses it. */
function isSameAnswer(one: Answer, other: Answer): boolean {
  if (one === other) return true;
  return one?.variant === other?.variant && one?.errorCode === other?.errorCode && JSON.stringify(one?.value) === JSON.stringify(other?.value);
}
