/** Counting what a crowd of visitors gets. Every number comes from the engine's answers and explanations. */

import type { Engine, Explanation, ExplanationStep, JsonObject } from "vexil";
import type { Subject } from "../state.js";
import { visitorOf } from "./visitors.js";

/** Whom to ask what. */
export interface Question {
  readonly subject: Subject;
  readonly context: JsonObject;
  readonly now: number;
  /** The attributes in which visitors differ. */
  readonly units: readonly string[];
  readonly crowd: number;
  /** The split whose dots are shown: that of a rule, or the default's if `rule` is absent. */
  readonly split: { readonly rule?: string } | undefined;
}

/** How many visitors got a variant. */
export type Shares = { readonly [variant: string]: number };

/** A draw by hash: a split, a layer or a holdout, with how many units it was asked for. */
export interface Draw {
  readonly kind: "split" | "layer" | "holdout";
  /** The key of the layer or holdout; for a split the id of its rule, or `default`. */
  readonly name: string;
  readonly by: string;
  readonly units: number;
  readonly parts: readonly Part[];
}

/** What a draw can give. */
export interface Part {
  readonly name: string;
  /** Its part of the buckets, in ppm. */
  readonly planned: number;
  readonly count: number;
}

/** Where a visitor is in a split. */
export interface Lot {
  /** What a range of the split gives; undefined outside all ranges. */
  readonly variant: string | undefined;
  /** Absent if the split was not asked, or the visitor has no unit. */
  readonly bucket?: number;
}

/** What everybody gets, by answers alone. Also how long the engine took for that, in milliseconds. */
export function sharesOf(engine: Engine, question: Question, visitors: number): { shares: Shares; took: number } {
  const { subject, now } = question;
  const contexts = Array.from({ length: visitors }, (_, index) => visitorAt(question, index));
  const got: (string | undefined)[] = [];
  const start = performance.now();
  if (subject.kind === "flag")
    for (const context of contexts) got.push(engine.details(subject.key, context, undefined, { now }).variant);
  else for (const context of contexts) got.push(engine.route(subject.key, context, { now }).track);
  const took = performance.now() - start;
  const shares: Record<string, number> = Object.create(null) as Record<string, number>;
  for (const variant of got) if (variant !== undefined) shares[variant] = (shares[variant] ?? 0) + 1;
  return { shares, took };
}

/** Follows every visitor through the steps, some at a time. */
export class Count {
  readonly lots: Lot[] = [];
  readonly #engine: Engine;
  readonly #question: Question;
  readonly #draws = new Map<string, Tally>();
  #visitors = 0;

  constructor(engine: Engine, question: Question) {
    this.#engine = engine;
    this.#question = question;
  }

  get visitors(): number {
    return this.#visitors;
  }

  /** The draws in the order in which they were first met. */
  get draws(): Draw[] {
    return [...this.#draws.values()].map((tally) => tally.draw());
  }

  /** Follows some more, keeping their lots where they are shown. */
  more(visitors: number, isShown: boolean): void {
    for (let index = 0; index < visitors; index++) {
      const steps = this.#explained(this.#visitors++)?.steps ?? [];
      for (const step of steps) this.#tally(step);
      if (isShown) this.lots.push(this.#lot(steps));
    }
  }

  #explained(index: number): Explanation | undefined {
    const { subject, now } = this.#question;
    const context = visitorAt(this.#question, index);
    if (subject.kind === "flag") return this.#engine.explain(subject.key, context, { now });
    return this.#engine.explainRoute(subject.key, context, { now });
  }

  #lot(steps: readonly ExplanationStep[]): Lot {
    const split = steps.map((step) => splitIn(step, this.#question.split)).find((found) => found !== undefined);
    if (split?.unit.bucket === undefined) return { variant: undefined };
    return { variant: split.place === "range" ? split.variant : undefined, bucket: split.unit.bucket };
  }

  #tally(step: ExplanationStep): void {
    if (step.kind === "holdout" && step.unit.bucket !== undefined) {
      const parts = { "held out": step.exposure };
      this.#drawn("holdout", step.key, step.unit.by, parts, "the others", step.held ? "held out" : undefined);
    }
    if (step.kind !== "rule" && step.kind !== "default") return;
    const name = step.kind === "rule" ? step.id : "default";
    if (step.kind === "rule" && step.layer?.unit.bucket !== undefined) {
      const { key, unit, from, to, held } = step.layer;
      this.#drawn(
        "layer",
        `${key}, for ${name}`,
        unit.by,
        { "in its part": to - from },
        "elsewhere",
        held ? "in its part" : undefined,
      );
    }
    const split = step.split;
    if (split?.unit.bucket === undefined) return;
    const planned: Record<string, number> = Object.create(null) as Record<string, number>;
    for (const { variant = "", from, to } of split.ranges) planned[variant] = (planned[variant] ?? 0) + to - from;
    this.#drawn("split", name, split.unit.by, planned, "outside", split.place === "range" ? split.variant : undefined);
  }

  #drawn(kind: Draw["kind"], name: string, by: string, planned: Shares, rest: string, got: string | undefined): void {
    const id = `${kind} ${name} ${by}`;
    const tally = this.#draws.get(id) ?? new Tally(kind, name, by, planned, rest);
    this.#draws.set(id, tally);
    tally.add(got);
  }
}

function visitorAt({ context, units, crowd }: Question, index: number): JsonObject {
  return visitorOf(context, units, crowd, index);
}

function splitIn(step: ExplanationStep, wanted: Question["split"]): (ExplanationStep & { kind: "default" })["split"] {
  if (!wanted) return undefined;
  if (step.kind === "rule") return step.id === wanted.rule ? step.split : undefined;
  return step.kind === "default" && wanted.rule === undefined ? step.split : undefined;
}

const WHOLE = 1_000_000;

class Tally {
  readonly #kind: Draw["kind"];
  readonly #name: string;
  readonly #by: string;
  readonly #rest: string;
  readonly #planned: Shares;
  readonly #counts = new Map<string | undefined, number>();

  constructor(kind: Draw["kind"], name: string, by: string, planned: Shares, rest: string) {
    this.#kind = kind;
    this.#name = name;
    this.#by = by;
    this.#planned = planned;
    this.#rest = rest;
  }

  add(got: string | undefined): void {
    this.#counts.set(got, (this.#counts.get(got) ?? 0) + 1);
  }

  draw(): Draw {
    const parts = Object.entries(this.#planned).map(([name, planned]) => ({
      name,
      planned,
      count: this.#counts.get(name) ?? 0,
    }));
    const left = WHOLE - parts.reduce((sum, { planned }) => sum + planned, 0);
    const rest = { name: this.#rest, planned: left, count: this.#counts.get(undefined) ?? 0 };
    const units = [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
    const all = rest.planned > 0 || rest.count > 0 ? [...parts, rest] : parts;
    return { kind: this.#kind, name: this.#name, by: this.#by, units, parts: all };
  }
}
