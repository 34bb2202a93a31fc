/** The workspace of the process: a journal in memory, and the engine that serves what it publishes. */

import { createEngine } from "vexil";
import type { Engine } from "vexil";
import type { Action, Carried, Control, Dashboard, Journal } from "vexil/control";

const ENVIRONMENT = "production";
/** What is deployed. The guide knows one service, which has no name. */
export const SERVICE = "app";

/** Decides commands at the time of the process, and serves what comes of them at once. */
export class Workspace {
  readonly control: Control;
  readonly #journal: Journal;
  readonly #engine: Engine;
  #commands = 1;
  #dashboard: Dashboard | undefined;

  private constructor(control: Control, journal: Journal, engine: Engine) {
    this.control = control;
    this.#journal = journal;
    this.#engine = engine;
  }

  /** A workspace without flags, with a service of which the version `initial` runs. */
  static async begin(control: Control): Promise<Workspace> {
    const journal = control.begin();
    const stable = { tracks: { stable: { version: "initial" } }, defaultTrack: "stable" };
    const actions: readonly Action[] = [
      // No snapshot of it leaves the process, so there is no other history to tell it from.
      { type: "createWorkspace", lineage: ACTOR, environments: [ENVIRONMENT] },
      { type: "create", part: "service", key: SERVICE, value: stable },
    ];
    actions.forEach((action, index) => journal.handle({ id: `begin-${index}`, actor: ACTOR, action }));
    return new Workspace(control, journal, await createEngine(journal.publish(ENVIRONMENT) ?? ""));
  }

  /** What evaluates. */
  get engine(): Engine {
    return this.#engine;
  }

  /** The name of its only environment. */
  get environment(): string {
    return ENVIRONMENT;
  }

  /** Whether time alone has something to decide. */
  get isDue(): boolean {
    return (this.#journal.wakeAt ?? Infinity) <= Date.now();
  }

  /** How it stands. */
  get dashboard(): Dashboard {
    // It cannot be missing: the environment was there from the beginning.
    return (this.#dashboard ??= this.#journal.dashboard(ENVIRONMENT) as Dashboard);
  }

  /** Carries out an action, as a whole or not at all: what is refused is thrown. */
  carryOut(action: Action, reason?: string): Carried {
    const id = `c-${this.#commands++}`;
    const carried = this.#journal.handle({ id, actor: ACTOR, action, ...(reason === undefined ? {} : { reason }) });
    if (carried.record !== null) this.#dashboard = undefined;
    if (carried.effects.some(({ type }) => type === "publish")) this.#engine.update(this.#journal.publish(ENVIRONMENT) ?? "");
    return carried;
  }
}

const ACTOR = "vexil/compat";
