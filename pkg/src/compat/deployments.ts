/** Deployments as the guide has them: one service, one deployment at a time. */

import type { Arm, DeliveryStatus, DeploymentCommand, DeploymentView } from "vexil/control";

import { Requests } from "./requests.js";
import { type CanaryStage, planOf, slotOf } from "./stages.js";
import { SERVICE, type Workspace } from "./workspace.js";

/** How a canary is deployed. */
export interface CanaryConfig {
  readonly strategy?: "canary" | undefined;
  /** `DEFAULT_CANARY_STAGES` unless they are said. */
  readonly stages?: readonly CanaryStage[] | undefined;
}

/** What was seen of an arm. */
export interface ArmMetrics {
  readonly requests: number;
  readonly errors: number;
  /** From 0 to 1; null without requests. */
  readonly errorRate: number | null;
  /** The latency that 95 % of requests are not above, in milliseconds; null without requests. */
  readonly latencyP95: number | null;
}

/** A deployment, on its way or over. */
export interface Deployment {
  readonly id: string;
  readonly version: string;
  /** What ran before, and runs again after a rollback. */
  readonly previousVersion: string;
  readonly strategy: "canary" | "instant";
  readonly status: DeliveryStatus;
  /** From 0; the number of stages at the end. */
  readonly currentStage: number;
  /** The share of users that have the version, in percent; 0 where it was taken back. */
  readonly currentPercentage: number;
  readonly stages: readonly CanaryStage[];
  /** RFC 3339. */
  readonly startedAt: string;
  /** When it will be over if nothing holds it up; null while something does. */
  readonly endsAt: string | null;
  readonly metrics: { readonly canary: ArmMetrics; readonly stable: ArmMetrics };
  /** What its guardrails say, in sentences. */
  readonly verdict: readonly string[];
  /** Why it was rolled back, where somebody said so; else what its guardrails said then. */
  readonly reason: string | null;
}

/** What the journal does not know of a deployment. */
interface Run {
  readonly stages: readonly CanaryStage[];
  readonly requests: Requests;
  reason?: string;
}

/** How many deployments the history shows. */
const SHOWN = 10;

/** The deployments of a workspace. Time is decided when somebody asks: there are no timers. */
export class Deployments {
  readonly #workspace: Workspace;
  readonly #runs = new Map<string, Run>();

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  start(version: string, stages: readonly CanaryStage[]): Deployment {
    this.#settle();
    const plan = planOf(stages, this.#workspace.control);
    return this.#begin(version, stages, { type: "start", ...this.#target(version), plan });
  }

  instant(version: string): Deployment {
    this.#settle();
    return this.#begin(version, [], { type: "instant", ...this.#target(version) });
  }

  isCanary(userId: string | number | undefined): boolean {
    this.#settle(false);
    // Services are split by visitors.
    const context = userId === undefined ? {} : { visitor: userId };
    return this.#workspace.engine.route(SERVICE, context).track === "canary";
  }

  count(isCanary: boolean, latencyMs: number, isError: boolean): void {
    this.#settle(false);
    const active = this.#active;
    if (active !== undefined) this.#runs.get(active.id)?.requests.count(isCanary ? "canary" : "control", latencyMs, isError);
  }

  /** Carries out a command on what is on its way; null if nothing is. */
  command(command: DeploymentCommand): Deployment | null {
    this.#settle();
    const active = this.#active;
    return active === undefined ? null : this.#carryOut(active.id, command);
  }

  /** Takes back what is on its way, or else what was deployed last; null if there is nothing to take back. */
  rollBack(reason: string | undefined): Deployment | null {
    this.#settle();
    const [last] = this.#all;
    if (last === undefined || !(isActive(last) || last.status === "completed")) return null;
    const run = this.#runs.get(last.id);
    if (run !== undefined && reason !== undefined) run.reason = reason;
    return this.#carryOut(last.id, { type: "rollBack" }, reason);
  }

  get current(): Deployment | null {
    this.#settle();
    const active = this.#active;
    return active === undefined ? null : this.#shown(active);
  }

  get history(): readonly Deployment[] {
    this.#settle();
    return this.#all.filter((view) => !isActive(view)).slice(0, SHOWN).map((view) => this.#shown(view));
  }

  /** The newest first. */
  get #all(): readonly DeploymentView[] {
    return this.#workspace.dashboard.deployments;
  }

  get #active(): DeploymentView | undefined {
    return this.#all.find(isActive);
  }

  /** Records what was counted, once its slot is over or somebody asks, and decides what time has brought. */
  #settle(isAsked = true): void {
    const active = this.#active;
    const requests = active && this.#runs.get(active.id)?.requests;
    if (active !== undefined && requests !== undefined && (isAsked || requests.isDue || this.#workspace.isDue)) {
      const observations = requests.take();
      const command = { type: "record", observations } as const;
      if (observations.length > 0) this.#workspace.carryOut({ type: "deployment", deployment: active.id, command });
    }
    if (this.#workspace.isDue) this.#workspace.carryOut({ type: "tick" });
  }

  #target(version: string): { readonly environment: string; readonly service: string; readonly version: string } {
    return { environment: this.#workspace.environment, service: SERVICE, version };
  }

  /** No id is used twice, and each draws other users. */
  #begin(version: string, stages: readonly CanaryStage[], command: DeploymentCommand): Deployment {
    const id = `${version}#${this.#all.length + 1}`;
    this.#workspace.carryOut({ type: "deployment", deployment: id, command });
    this.#runs.set(id, { stages, requests: new Requests(this.#workspace.control, slotOf(stages) * 1_000) });
    // The history shows no more of them, beside what is on its way.
    for (const old of [...this.#runs.keys()].slice(0, -SHOWN - 1)) this.#runs.delete(old);
    return this.#shownOf(id);
  }

  #carryOut(deployment: string, command: DeploymentCommand, reason?: string): Deployment {
    this.#workspace.carryOut({ type: "deployment", deployment, command }, reason);
    return this.#shownOf(deployment);
  }

  #shownOf(id: string): Deployment {
    // What a command was carried out on is there.
    return this.#shown(this.#all.find((view) => view.id === id) as DeploymentView);
  }

  #shown(view: DeploymentView): Deployment {
    const run = this.#runs.get(view.id);
    const verdict = view.verdict?.verdicts.map(({ why }) => why) ?? [];
    const failed = view.verdict?.verdicts.find(({ outcome }) => outcome === "fail");
    return {
      id: view.id,
      version: view.to,
      previousVersion: view.from,
      strategy: view.stages === 0 ? "instant" : "canary",
      status: view.status,
      currentStage: view.stage,
      currentPercentage: view.exposure,
      stages: run?.stages ?? [],
      startedAt: new Date(view.startedAt ?? 0).toISOString(),
      endsAt: view.endsAt === null ? null : new Date(view.endsAt).toISOString(),
      metrics: { canary: metricsOf(view, "canary", run), stable: metricsOf(view, "control", run) },
      verdict,
      reason: run?.reason ?? (view.status === "rolledBack" ? (failed?.why ?? null) : null),
    };
  }
}

function metricsOf({ figures }: DeploymentView, arm: Arm, run: Run | undefined): ArmMetrics {
  const figure = figures.find((figure) => figure.metric === "errors" && figure.arm === arm);
  const [requests, errorRate] = [figure?.count ?? 0, figure?.value ?? null];
  // The rate is the one number over the other: what it was of is the nearest whole number.
  return { requests, errors: Math.round((errorRate ?? 0) * requests), errorRate, latencyP95: run?.requests.latency(arm) ?? null };
}

function isActive({ status }: DeploymentView): boolean {
  return !["completed", "rolledBack", "aborted", "superseded"].includes(status);
}
