/** What every runtime is asked of control: figures down to their last bit, and a log. Needs nothing of a host. */

import type { Action } from "../../src/node-control.js";

export type ControlModule = Pick<typeof import("../../src/node-control.js"), "createControl">;

/** What came of it. */
export interface Controlled {
  /** What a plan will do: the figures of exact distributions and of approximations. */
  readonly characteristics: string;
  /** The log of a rollout, with its hashes. */
  readonly log: string;
  readonly snapshot: string;
  /** Where an error of the package came from: names the file that was loaded. */
  readonly stack: string;
}

const ACTIONS: readonly Action[] = [
  { type: "createWorkspace", lineage: "7f3a", environments: ["production"] },
  { type: "createFlag", key: "größe", preset: { kind: "percentage", exposure: 12.5 } },
  { type: "kill", environment: "production", targets: [{ namespace: "größe" }] },
];

export async function controlOf({ createControl }: ControlModule): Promise<Controlled> {
  const control = await createControl();
  const expected = { requestsPerHour: 6_000, metrics: { errors: { healthy: { rate: 0.01 }, changed: { rate: 0.06 } } } };
  const characteristics = control.characteristics({ plan: control.canaryPlan(), expected });
  const journal = control.begin();
  const lines = ACTIONS.map((action, index) => journal.handle({ id: `c-${index}`, actor: "ada", action }, 1_767_225_600_000).line);
  let stack = "";
  try {
    control.replay("{}\n");
  } catch (error) {
    stack = (error as Error).stack ?? "";
  }
  return { characteristics: JSON.stringify(characteristics), log: lines.join(""), snapshot: journal.publish("production") ?? "", stack };
}
