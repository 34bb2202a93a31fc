/** Canary stages as the guide has them, and the plan that they are. */

import type { Control, DeliveryPlan, Guardrail } from "vexil/control";

/** A stage. It ends after its time, once there are enough requests and nothing speaks against going on. */
export interface CanaryStage {
  /** The share of users, in percent. */
  readonly percentage: number;
  /** How long it is held at least, in seconds. */
  readonly duration: number;
  /** How many requests of each arm it takes to go on. */
  readonly minRequests: number;
  /** The share of failing requests beyond which the canary is rolled back, from 0 to 1. */
  readonly maxErrorRate: number;
}

/** What the core's default plan says, in the guide's words. */
export function defaultStages(control: Control): readonly CanaryStage[] {
  const stages = control.canaryPlan().stages.map(({ share, durationMs, guardrails }) => {
    const { minimum, bound } = guardrails.find(isCeiling) as Guardrail & { readonly bound: Ceiling };
    return Object.freeze({ percentage: share / 1e4, duration: durationMs / 1_000, minRequests: minimum, maxErrorRate: bound.absolute });
  });
  return Object.freeze(stages);
}

/** The length of the slots in which requests are counted, in seconds: a tenth of the shortest stage, up to a minute. */
export function slotOf(stages: readonly CanaryStage[]): number {
  const durations = stages.map(({ duration }) => duration).filter((duration) => duration > 0);
  const tenth = Math.max(1, Math.min(60, Math.floor(Math.min(...durations) / 10)));
  // There is room for ten thousand.
  return Math.max(tenth, Math.ceil(durations.reduce((sum, duration) => sum + duration, 0) / 9_000));
}

/** The plan: each stage with the guardrails of the core's default plan, at the stage's own bounds. */
export function planOf(stages: readonly CanaryStage[], control: Control): DeliveryPlan {
  const { alpha, stages: [{ guardrails } = { guardrails: [] }] } = control.canaryPlan();
  return {
    kind: "staged",
    from: stages[0]?.percentage ?? 0,
    stages: stages.map(({ percentage, duration, minRequests, maxErrorRate }) => {
      // Nothing is seen in a stage that takes no time, and nobody is left to compare with at 100 %.
      const held = guardrails.filter((guardrail) => duration > 0 && (percentage < 100 || isCeiling(guardrail)));
      const bounded = held.map((guardrail) => (isCeiling(guardrail) ? { ...guardrail, bound: { absolute: maxErrorRate } } : guardrail));
      return { exposure: percentage, hold: seconds(duration), guardrails: bounded.map((guardrail) => ({ ...guardrail, minimum: minRequests })) };
    }),
    monitoring: { alpha, slot: seconds(slotOf(stages)) },
  };
}

type Ceiling = { readonly absolute: number };

function isCeiling({ bound }: Guardrail): boolean {
  return "absolute" in bound;
}

function seconds(count: number): string {
  return `PT${Number(count.toFixed(3))}S`;
}
