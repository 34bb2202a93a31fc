/** The cases of `tests/analysis` and `tests/control`, as the suite of the core has them. */

import { readdirSync, readFileSync } from "node:fs";

import type { Action, Carried, Command, Control, ExperimentInput, Guardrail, Journal, MetricObservation, Observations } from "../../src/node-control.js";

const ROOT = new URL("../../../tests/", import.meta.url);

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, ROOT), "utf8"));

/** What must stand at some JSON pointers: a value, or a number within a relative tolerance. */
export type Expected = { readonly [pointer: string]: unknown };

export interface ExperimentCase {
  readonly why: string;
  readonly input: ExperimentInput;
  readonly expect?: Expected;
  readonly says?: readonly (readonly [topic: string, part: string])[];
  readonly silent?: readonly string[];
  readonly refused?: string;
}

export const experiments = (read("analysis/experiments.json") as { readonly cases: readonly ExperimentCase[] }).cases;

export interface VerdictCase {
  readonly why: string;
  readonly guardrail: Guardrail;
  readonly alpha: number;
  readonly now: number;
  readonly observations: readonly {
    readonly from?: number;
    readonly slots: number;
    readonly canary?: MetricObservation["seen"];
    readonly control?: MetricObservation["seen"];
  }[];
  readonly expect: { readonly estimate?: number; readonly isEnough?: boolean } & { readonly [key: string]: unknown };
}

export const verdicts = read("analysis/verdicts.json") as {
  readonly start: number;
  readonly slotMs: number;
  readonly cases: readonly VerdictCase[];
};

/** What a case of verdicts has observed. */
export function observed(control: Control, { guardrail, observations }: VerdictCase): Observations {
  const { start, slotMs } = verdicts;
  const seen = observations.flatMap(({ from = 0, slots, canary, control }) =>
    Array.from({ length: slots }, (_, index) => {
      const at = start + (from + index) * slotMs;
      const arms = [["canary", canary], ["control", control]] as const;
      return arms.flatMap(([arm, seen]) => (seen == null ? [] : [{ metric: guardrail.metric.name, arm, at, seen }]));
    }).flat(),
  );
  return control.observe({ observations: control.observations({ metrics: [guardrail.metric], slotMs }), seen });
}

/** An action, or a command as far as it matters, after some time. */
export type Wish = Action | (Partial<Omit<Command, "action">> & { readonly action: Action; readonly after?: string });

export interface ControlCase {
  readonly why: string;
  readonly given?: readonly Wish[];
  readonly when: Wish;
  readonly then?: unknown;
  readonly effects?: unknown;
  /** Where a rollout or a deployment got; null for what stays where it was. */
  readonly reached?: unknown;
  /** What the guardrails said that was noted; null for nothing. */
  readonly outcome?: string | null;
  /** Whether the log says that something was taken from units. */
  readonly moved?: boolean;
  readonly hasControl?: boolean;
  readonly rejected?: readonly [code: string, part: string];
  readonly published?: Expected;
}

interface ControlFile {
  readonly name: string;
  readonly given?: readonly Wish[];
  readonly cases: readonly ControlCase[];
}

export const controlFiles: readonly ControlFile[] = readdirSync(new URL("control/", ROOT))
  .sort()
  .map((name) => ({ name, ...(read(`control/${name}`) as Omit<ControlFile, "name">) }));

/** The host of the cases: it numbers commands, and has a clock that a wish can put forward. */
export class Host {
  log = "";
  #commands = 0;
  #clock = 1_767_225_600_000;

  constructor(readonly journal: Journal) {}

  /** The command that a wish is, with the clock put forward. */
  command(wish: Wish): Command {
    const id = `c-${++this.#commands}`;
    if (!("action" in wish)) return { id, actor: "ada", action: wish };
    const { after, ...rest } = wish;
    if (after !== undefined) this.#clock += milliseconds(after);
    return { id, actor: "ada", ...rest };
  }

  carryOut(wish: Wish): Carried {
    return this.handle(this.command(wish));
  }

  handle(command: Command): Carried {
    const handled = this.journal.handle(command, this.#clock);
    this.log += handled.line ?? "";
    return handled;
  }

  /** A part of a published snapshot, as `environment:/pointer`; null for what is not there. */
  published(place: string): unknown {
    const [environment = "", pointer = ""] = place.split(/:(.*)/s);
    return at(JSON.parse(this.journal.publish(environment) ?? "null"), pointer);
  }
}

const UNITS: { readonly [unit: string]: number } = { W: 604_800_000, D: 86_400_000, H: 3_600_000, M: 60_000, S: 1_000 };

/** The milliseconds of an ISO duration; `M` are minutes. */
function milliseconds(duration: string): number {
  return [...duration.matchAll(/([\d.]+)([WDHMS])/g)].reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit as string] as number), 0);
}

/** What stands at a JSON pointer; null for what is not there. */
export function at(value: unknown, pointer: string): unknown {
  const steps = pointer.split("/").slice(1);
  const names = steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  return names.reduce<unknown>((value, name) => (value as { readonly [name: string]: unknown } | null)?.[name] ?? null, value);
}
