/** A ramp as a curve over time, as the engine follows it, with a slider for the time. */

import type { Engine, Explanation, JsonObject, Ramp } from "vexil";
import { subject } from "../selected.js";
import type { WrittenSplit } from "../snapshot/splits.js";
import { context, fixedNow, now, serving, type Subject } from "../state.js";
import { instant, percent } from "../text.js";
import { slid, sliding } from "./sliding.js";

const WIDTH = 400;
const HEIGHT = 64;
/** The curve is drawn from this many instants. */
const SAMPLES = 120;
/** How much of the ramp's time is shown before it and after it. */
const MARGIN = 0.08;

export function RampSlider({ split, ramp }: { split: WrittenSplit; ramp: Ramp }) {
  const [start, end] = [Date.parse(ramp.start), Date.parse(ramp.end)];
  if (!(start < end)) return <p class="hint">A ramp decides the exposure.</p>;
  const margin = Math.round((end - start) * MARGIN);
  const [from, to] = [start - margin, end + margin];
  const at = Math.min(to, Math.max(from, now.value));
  const exposure = exposureAt(split, now.value);
  const step = Math.max(1, Math.round((to - from) / 1_000));
  return (
    <div class="ramp">
      <p class="ramp-text">
        <span>{ramp.curve} ramp</span>
        <b>{exposure === undefined ? "not reached by this visitor" : percent(exposure)}</b>
        <span>{instant(now.value)}</span>
      </p>
      <svg class="ramp-curve" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <path d={curve(split, from, to)} />
        <line x1={(WIDTH * (at - from)) / (to - from)} x2={(WIDTH * (at - from)) / (to - from)} y1="0" y2={HEIGHT} />
      </svg>
      <input
        type="range"
        aria-label="Time on the ramp"
        aria-valuetext={`${instant(at)}, ${exposure === undefined ? "not reached" : percent(exposure)}`}
        style={{ "--at": `${(100 * (at - from)) / (to - from)}%` }}
        min={from}
        max={to}
        step={step}
        value={at}
        onInput={(event) => {
          sliding();
          fixedNow.value = event.currentTarget.valueAsNumber;
        }}
        onChange={slid}
      />
    </div>
  );
}

function curve(split: WrittenSplit, from: number, to: number): string {
  const points = Array.from({ length: SAMPLES + 1 }, (_, index) => {
    const exposure = exposureAt(split, from + ((to - from) * index) / SAMPLES);
    return exposure === undefined
      ? undefined
      : `${(WIDTH * index) / SAMPLES} ${HEIGHT - 2 - ((HEIGHT - 4) * exposure) / 1_000_000}`;
  });
  const known = points.filter((point) => point !== undefined);
  return known.length > 1 ? `M${known.join("L")}` : "";
}

/** What the engine says of the ramp of a split at an instant, in ppm. */
function exposureAt({ rule }: WrittenSplit, ms: number): number | undefined {
  if (!serving.value || !subject.value) return undefined;
  const steps = explained(serving.value.engine, subject.value, context.value, ms)?.steps ?? [];
  for (const step of steps) {
    const isIt = step.kind === "rule" ? step.id === rule : step.kind === "default" && rule === undefined;
    if (isIt && (step.kind === "rule" || step.kind === "default")) return step.split?.exposure;
  }
  return undefined;
}

function explained(engine: Engine, { kind, key }: Subject, visitor: JsonObject, ms: number): Explanation | undefined {
  return kind === "flag" ? engine.explain(key, visitor, { now: ms }) : engine.explainRoute(key, visitor, { now: ms });
}
