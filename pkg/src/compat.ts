/**
 * The functions of a guide's `lib/observability` over Vexil, for code that is written against them.
 *
 * All state is the process's own: a journal in memory. That is for coming over, and not for several instances, of which
 * each would decide by itself.
 */

import { createControl } from "vexil/control";

import { type CanaryConfig, type Deployment, Deployments } from "./compat/deployments.js";
import { type Flag, type FlagContext, type FlagInput, type FlagResult, Flags } from "./compat/flags.js";
import { type CanaryStage, defaultStages } from "./compat/stages.js";
import { Workspace } from "./compat/workspace.js";

export type { ArmMetrics, CanaryConfig, Deployment } from "./compat/deployments.js";
export type { Flag, FlagContext, FlagInput, FlagReason, FlagResult, FlagRule } from "./compat/flags.js";
export type { CanaryStage } from "./compat/stages.js";

// Loaded before anything can be called, so that all of it is synchronous.
const control = await createControl();
const workspace = await Workspace.begin(control);
const flags = new Flags(workspace);
const deployments = new Deployments(workspace);

/** The stages of a canary that says none: those of the core's default plan. Frozen. */
export const DEFAULT_CANARY_STAGES: readonly CanaryStage[] = defaultStages(control);

/** Whether a flag is on; false for one that there is not. */
export function isFeatureEnabled(name: string, context?: FlagContext): boolean {
  return flags.isEnabled(name, context);
}

/** Whether a flag is on, and why. */
export function evaluateFlag(name: string, context?: FlagContext): FlagResult {
  return flags.evaluate(name, context);
}

/**
 * Sets a flag: a new one, or all of one that there is.
 *
 * @throws {InputError} for what is no flag.
 * @throws {RejectionError} for a name that cannot be a key.
 */
export function setFlag(flag: FlagInput): Flag {
  return flags.set(flag);
}

/** All flags in the order of their names. */
export function getAllFlags(): readonly Flag[] {
  return flags.all();
}

/** A flag; null if there is none. */
export function getFlag(name: string): Flag | null {
  return flags.get(name);
}

/** Sets the share of those who match no rule. More lets users in, less takes out who came in last. Null if there is no such flag. */
export function updateRolloutPercentage(name: string, rolloutPercentage: number): Flag | null {
  const known = flags.get(name);
  return known === null ? null : flags.set({ ...known, rolloutPercentage });
}

/** Archives a flag, and says whether there was one. Set again, it draws the same users. */
export function deleteFlag(name: string): boolean {
  return flags.delete(name);
}

/**
 * Begins to send users to another version, in stages.
 *
 * @throws {RejectionError} while another one is on its way, and for stages that are no plan.
 */
export function startCanaryDeployment(version: string, { stages = DEFAULT_CANARY_STAGES }: CanaryConfig = {}): Deployment {
  return deployments.start(version, stages);
}

/** Whether a user gets the version that is on its way. Nobody without an id does. */
export function shouldRouteToCanary(userId?: string | number): boolean {
  return deployments.isCanary(userId);
}

/** Counts a request that was routed by `shouldRouteToCanary`, in whichever arm it was. Latencies are in milliseconds. */
export function recordCanaryRequest(isCanary: boolean, latencyMs: number, isError: boolean): void {
  deployments.count(isCanary, latencyMs, isError);
}

/**
 * Goes to the next stage before its time; null if nothing is on its way.
 *
 * @throws {RejectionError} while its guardrails do not say that it may go on, unless `despite` says why it shall.
 */
export function advanceCanaryStage(despite?: string): Deployment | null {
  return deployments.command(despite === undefined ? { type: "advance" } : { type: "advance", despite });
}

/** Stops its time. Users stay where they are, and requests are still judged. Null if nothing is on its way. */
export function pauseDeployment(): Deployment | null {
  return deployments.command({ type: "pause" });
}

/** Goes on where it stood. Null if nothing is on its way. */
export function resumeDeployment(): Deployment | null {
  return deployments.command({ type: "resume" });
}

/** Takes back what is on its way, or else what was deployed last. Null, and nothing happens, where that was done already. */
export function rollbackDeployment(reason?: string): Deployment | null {
  return deployments.rollBack(reason);
}

/** What is on its way; null if nothing is. */
export function getCurrentDeployment(): Deployment | null {
  return deployments.current;
}

/** The last ten deployments that are over, the newest first. */
export function getDeploymentHistory(): readonly Deployment[] {
  return deployments.history;
}

/** Sends everybody to another version at once. A canary that is on its way is superseded. */
export function instantDeploy(version: string): Deployment {
  return deployments.instant(version);
}
