/** Journals: workspaces with the end of their log. */

import { answerOf, type ControlArtifact } from "./artifact.js";
import { ask } from "./ask.js";
import { textOf } from "./json.js";
import type { ClientSnapshot, Command, Dashboard, Handled, LogRecord } from "./types.js";

/** A command that was carried out. */
export interface Carried extends Handled {
  /** The record that `line` is. */
  readonly record: LogRecord | null;
}

const finalized = new FinalizationRegistry<() => void>((dispose) => dispose());

/** A workspace with the end of its log. Made by `control.begin` and `control.replay`. */
export class Journal {
  readonly #artifact: ControlArtifact;
  #handle: number | undefined;

  /** @internal */
  constructor(artifact: ControlArtifact, handle: number) {
    this.#artifact = artifact;
    this.#handle = handle;
    finalized.register(this, () => artifact.exports.dispose(handle), this);
  }

  /**
   * Carries out a command, as a whole or not at all. Append `line` to the log before anything of `effects` is done.
   *
   * `now` is in milliseconds since the epoch. Where it is behind the last transaction, the time of that counts.
   *
   * @throws {RejectionError} if the command is refused; the journal is as it was.
   * @throws {InputError} for what is no command.
   */
  handle(command: Command, now: number = Date.now()): Carried {
    const text = textOf(command);
    const handle = this.#alive();
    this.#artifact.send(text);
    const handled = answerOf<Handled>(this.#artifact, this.#artifact.exports.handle(handle, now));
    return { ...handled, record: handled.line === null ? null : (JSON.parse(handled.line) as LogRecord) };
  }

  /** The snapshot of an environment as JSON text; undefined if there is no such environment. */
  publish(environment: string): string | undefined {
    return this.#text(environment, (handle) => this.#artifact.exports.publish(handle));
  }

  /**
   * What browsers get of the snapshot of an environment; undefined if there is no such environment.
   *
   * @throws {RejectionError} with diagnostics, if they would see what reads a private attribute.
   */
  publishClient(environment: string): ClientSnapshot | undefined {
    const snapshot = this.publish(environment);
    return snapshot === undefined ? undefined : ask(this.#artifact, "clientSnapshot", { snapshot });
  }

  /** The kill message of an environment as JSON text; undefined if there is no such environment. */
  publishKills(environment: string): string | undefined {
    return this.#text(environment, (handle) => this.#artifact.exports.publishKills(handle));
  }

  /** What a dashboard shows of an environment; undefined if there is no such environment. `now` is in milliseconds since the epoch. */
  dashboard(environment: string, now: number = Date.now()): Dashboard | undefined {
    const text = this.#text(environment, (handle) => this.#artifact.exports.dashboard(handle, now));
    return text === undefined ? undefined : (JSON.parse(text) as Dashboard);
  }

  /** When a `tick` is due, in milliseconds since the epoch; undefined if time alone changes nothing. */
  get wakeAt(): number | undefined {
    const at = this.#artifact.exports.wakeAt(this.#alive());
    return at === Infinity ? undefined : at;
  }

  /** How many transactions there were. */
  get revision(): number {
    return this.#artifact.exports.revision(this.#alive());
  }

  /** The hash of the last record: who keeps it elsewhere can tell whether the log was rewritten. */
  get head(): string {
    return this.#artifact.text(this.#artifact.exports.head(this.#alive()));
  }

  /** Gives the journal's memory back. It cannot be used any more. */
  dispose(): void {
    if (this.#handle === undefined) return;
    finalized.unregister(this);
    this.#artifact.exports.dispose(this.#handle);
    this.#handle = undefined;
  }

  #text(environment: string, of: (handle: number) => number): string | undefined {
    const handle = this.#alive();
    this.#artifact.send(environment);
    return this.#artifact.text(of(handle)) || undefined;
  }

  #alive(): number {
    if (this.#handle === undefined) throw new Error("vexil: the journal was disposed of");
    return this.#handle;
  }
}
