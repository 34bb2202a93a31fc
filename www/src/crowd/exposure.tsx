/** The exposure of a split, to be slid up and down, and who comes in and goes. */

import { batch } from "@preact/signals";
import { subject } from "../selected.js";
import { written } from "../snapshot/document.js";
import type { WrittenSplit } from "../snapshot/splits.js";
import { isBroken, text } from "../state.js";
import { percent } from "../text.js";
import { chosenSplit, split, splits } from "./counting.js";
import { Dots } from "./dots.js";
import { movesBetween } from "./moves.js";
import { RampSlider } from "./ramp.js";
import { compared, slid, sliding } from "./sliding.js";

export function ExposureSection() {
  const shown = split.value;
  if (!shown) return null;
  return (
    <section class="block exposure" aria-labelledby="exposure-title">
      <div class="block-head">
        <h3 id="exposure-title">Who is in</h3>
        <SplitChoice />
      </div>
      {shown.ramp ? <RampSlider split={shown} ramp={shown.ramp} /> : <ExposureSlider split={shown} />}
      <Dots before={compared.value?.one.result} />
      <MovesLine isRamp={shown.ramp !== undefined} />
    </section>
  );
}

export function nameOf({ rule }: WrittenSplit): string {
  return rule === undefined ? "default split" : `rule ${rule}`;
}

function SplitChoice() {
  const all = splits.value;
  const index = all.findIndex((each) => each === split.value);
  if (all.length < 2) return <span class="hint">{split.value && nameOf(split.value)}</span>;
  const choose = (next: number): void => {
    if (subject.value) chosenSplit.value = { subject: subject.value, index: next };
  };
  return (
    <select aria-label="Split" value={String(index)} onChange={(event) => choose(Number(event.currentTarget.value))}>
      {all.map((each, at) => (
        <option key={at} value={String(at)}>
          {nameOf(each)}
        </option>
      ))}
    </select>
  );
}

function ExposureSlider({ split: { path, exposure, rule } }: { split: WrittenSplit }) {
  const write = (percentage: number): void => {
    if (!Number.isFinite(percentage) || isBroken.peek()) return;
    const kept = Math.round(Math.min(100, Math.max(0, percentage)) * 10_000) / 10_000;
    batch(() => {
      sliding();
      text.value = written(text.value, [...path, "exposure"], kept);
    });
  };
  const name = `Exposure of the ${rule === undefined ? "default split" : `rule ${rule}`}, in percent`;
  return (
    <div class="slider">
      <input
        type="range"
        min={0}
        max={100}
        step={0.5}
        aria-label={name}
        aria-valuetext={`${exposure} percent`}
        style={{ "--at": `${exposure}%` }}
        disabled={isBroken.value}
        value={exposure}
        onInput={(event) => write(event.currentTarget.valueAsNumber)}
        onChange={slid}
      />
      <label class="slider-number">
        <span class="visually-hidden">{name}</span>
        <input
          type="number"
          min={0}
          max={100}
          step={0.0001}
          disabled={isBroken.value}
          value={exposure}
          onChange={(event) => {
            write(event.currentTarget.valueAsNumber);
            slid();
          }}
        />
        <span aria-hidden="true">%</span>
      </label>
    </div>
  );
}

function MovesLine({ isRamp }: { isRamp: boolean }) {
  if (!compared.value) {
    return (
      <p class="moves hint">
        {isRamp ? "Move the time" : "Move the slider"}: who is in stays in as long as the share rises.
      </p>
    );
  }
  const { one, other } = compared.value;
  const { entered, left, moved } = movesBetween(one.result, other.result);
  const title =
    isRamp || one.exposure === undefined
      ? "Since the last move"
      : `From ${percent(one.exposure * 10_000)} to ${percent((other.exposure ?? 0) * 10_000)}`;
  return (
    <p class="moves" role="status" data-entered={entered} data-left={left} data-moved={moved}>
      <span class="moves-title">{title}:</span>
      <span class="move">
        <b>{entered}</b> entered
      </span>
      <span class="move">
        <b>{left}</b> left
      </span>
      <span class="move">
        <b>{moved}</b> moved variant
      </span>
    </p>
  );
}
