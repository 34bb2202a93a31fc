/** Flags as the guide has them. The form that was set is kept with the flag, so that it can be given back. */

import type { Details, EvaluationContext, JsonObject } from "vexil";
import type { Document, GuideRule } from "vexil/control";

import type { Workspace } from "./workspace.js";

/** Who has a flag: a share in percent, or users, groups and environments by name, one or several. */
export type FlagRule = GuideRule;

/** A flag that is set. `rolloutPercentage` is the share of those who match none of the rules. */
export interface FlagInput {
  readonly name: string;
  readonly description?: string | undefined;
  readonly enabled: boolean;
  readonly rolloutPercentage: number;
  readonly rules?: readonly FlagRule[] | undefined;
}

/** A flag with its times, as RFC 3339. */
export interface Flag extends FlagInput {
  readonly rules: readonly FlagRule[];
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Who asks. Other attributes may stand beside these; the guide's rules look at none of them. */
export interface FlagContext {
  readonly userId?: string | number | undefined;
  readonly groupId?: string | readonly string[] | undefined;
  readonly environment?: string | undefined;
  readonly [attribute: string]: unknown;
}

/**
 * Why a flag is on or off: a rule applied; `rolloutPercentage` decided; it is not enabled; the percentage would decide and
 * there is no user to draw; there is no such flag; something is wrong, which `message` says.
 */
export type FlagReason = "rule" | "percentage" | "disabled" | "no_user" | "not_found" | "error";

/** An answer. */
export interface FlagResult {
  readonly enabled: boolean;
  readonly reason: FlagReason;
  /** Which rule: its type and its place from 1, such as `user-1`. */
  readonly rule?: string;
  readonly message?: string;
}

/** Where a flag keeps the form that was set. */
const KEPT = "x-guide";
/** The members that the mapping may leave out: what was there before must not stay. */
const OPTIONAL = { description: null, state: null, rules: null };

/** The flags of a workspace. */
export class Flags {
  readonly #workspace: Workspace;
  /** Their keys stay taken. */
  readonly #deleted = new Set<string>();

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  isEnabled(name: string, context: FlagContext | undefined): boolean {
    return this.evaluate(name, context).enabled;
  }

  evaluate(name: string, context: FlagContext | undefined): FlagResult {
    try {
      return resultOf(this.#workspace.engine.details(name, contextOf(context), false));
    } catch (error) {
      // A context may run code of its caller when it is read.
      return { enabled: false, reason: "error", message: error instanceof Error ? error.message : "the context cannot be read" };
    }
  }

  all(): readonly Flag[] {
    return this.#workspace.dashboard.flags.map(({ value }) => keptIn(value));
  }

  get(name: string): Flag | null {
    const known = this.#workspace.dashboard.flags.find(({ key }) => key === name);
    return known === undefined ? null : keptIn(known.value);
  }

  set({ name, description, enabled, rolloutPercentage, rules = [] }: FlagInput): Flag {
    const guide = { name, enabled, rolloutPercentage, rules, ...(description === undefined ? {} : { description }) };
    const before = this.get(name);
    const now = new Date().toISOString();
    const kept: Flag = { ...guide, createdAt: before?.createdAt ?? now, updatedAt: now };
    const value = { ...(this.#workspace.control.guideFlag(guide) as JsonObject), [KEPT]: kept as unknown as JsonObject };
    const part = { part: "flag", key: name } as const;
    // Who sets a flag sets its rules, so those who are drawn by other ones are meant to be.
    const change = { type: "change", ...part, set: { ...OPTIONAL, ...value }, despite: "setFlag replaces the flag" } as const;
    if (before !== null) this.#workspace.carryOut(change);
    else if (this.#deleted.has(name)) this.#workspace.carryOut({ type: "all", actions: [{ type: "restore", ...part }, change] });
    else this.#workspace.carryOut({ type: "create", ...part, value });
    this.#deleted.delete(name);
    return kept;
  }

  delete(name: string): boolean {
    if (this.get(name) === null) return false;
    this.#workspace.carryOut({ type: "archive", part: "flag", key: name });
    this.#deleted.add(name);
    return true;
  }
}

function keptIn(value: Document): Flag {
  return (value as unknown as { readonly [KEPT]: Flag })[KEPT];
}

function contextOf(context: FlagContext = {}): EvaluationContext {
  const { userId, ...rest } = context;
  return userId === undefined ? rest : { ...rest, targetingKey: userId };
}

function resultOf({ value, reason, rule, errorCode, errorMessage, flagMetadata }: Details<boolean>): FlagResult {
  if (errorCode === "FLAG_NOT_FOUND") return { enabled: false, reason: "not_found" };
  if (reason === "ERROR") return { enabled: false, reason: "error", message: errorMessage ?? "" };
  if (reason === "DISABLED") return { enabled: false, reason: "disabled" };
  if (rule !== undefined) return { enabled: value, reason: "rule", rule };
  return { enabled: value, reason: flagMetadata["vexil.missingUnit"] === undefined ? "percentage" : "no_user" };
}
