/** A thousand visitors as dots, in no order: who is in a split is lit in the colour of the variant. */

import { computed, useSignal } from "@preact/signals";
import { subject, tone } from "../selected.js";
import { optionsOf } from "../snapshot/parts.js";
import { context, crowd, serving } from "../state.js";
import { grouped } from "../text.js";
import { lookedUp } from "../visitor/context.js";
import type { Lot } from "./count.js";
import { lots, units } from "./counting.js";
import { SHOWN, unitOf, visitorOf } from "./visitors.js";

const COLUMNS = 40;
const SPACE = 10;

/** The visitor of the form, where it is one of the dots. */
const own = computed(() => {
  const present = units.value.find((unit) => lookedUp(context.value, unit) !== undefined);
  if (present === undefined) return -1;
  const id = lookedUp(context.value, present);
  return Array.from({ length: SHOWN }, (_, index) => unitOf(present, crowd.value, index)).indexOf(String(id));
});

export function Dots({ before }: { before: readonly Lot[] | undefined }) {
  const pointed = useSignal<number | undefined>(undefined);
  const all = lots.value?.result ?? [];
  const indexOf = ({ target }: Event): number | undefined => {
    const index = target instanceof Element ? target.getAttribute("data-index") : null;
    return index === null ? undefined : Number(index);
  };
  const choose = (index: number | undefined): void => {
    if (index !== undefined) context.value = visitorOf(context.value, units.value, crowd.value, index);
  };
  return (
    <figure class="dots">
      <svg
        role="img"
        aria-label={described(all)}
        viewBox={`0 0 ${COLUMNS * SPACE} ${(SHOWN / COLUMNS) * SPACE}`}
        onPointerOver={(event) => (pointed.value = indexOf(event))}
        onPointerLeave={() => (pointed.value = undefined)}
        onClick={(event) => choose(indexOf(event))}
      >
        {all.map((lot, index) => (
          <Dot
            key={index}
            index={index}
            lot={lot}
            tone={tone.value(lot.variant)}
            isNew={isNew(before?.[index], lot)}
            isOwn={index === own.value}
          />
        ))}
      </svg>
      <figcaption class="dots-caption">
        {pointed.value === undefined ? (
          <Legend all={all} />
        ) : (
          <Pointed index={pointed.value} lot={all[pointed.value]} />
        )}
      </figcaption>
    </figure>
  );
}

interface DotProps {
  readonly index: number;
  readonly lot: Lot;
  readonly tone: number;
  readonly isNew: boolean;
  readonly isOwn: boolean;
}

function Dot({ index, lot: { variant, bucket }, tone, isNew, isOwn }: DotProps) {
  const place = variant !== undefined ? "in" : bucket !== undefined ? "out" : "none";
  const [column, row] = [index % COLUMNS, Math.floor(index / COLUMNS)];
  return (
    <circle
      data-index={index}
      data-tone={tone}
      data-place={place}
      data-new={isNew}
      data-own={isOwn}
      cx={(column + 0.5) * SPACE}
      cy={(row + 0.5) * SPACE}
    />
  );
}

function isNew(before: Lot | undefined, now: Lot): boolean {
  return before !== undefined && before.variant === undefined && now.variant !== undefined;
}

function Legend({ all }: { all: readonly Lot[] }) {
  const counts = countsOf(all);
  const asked = all.filter(({ bucket }) => bucket !== undefined).length;
  if (all.length > 0 && asked === 0) {
    return <span>Nobody like this visitor is asked: another step decides before, or the visitor has no unit.</span>;
  }
  return (
    <>
      {named(counts).map((variant) => (
        <span key={variant} class="legend" data-tone={tone.value(variant)}>
          <i class="legend-dot" aria-hidden="true" />
          {variant} {grouped(counts.get(variant) ?? 0)}
        </span>
      ))}
      <span class="legend">
        <i class="legend-dot legend-out" aria-hidden="true" />
        outside {grouped(asked - [...counts.values()].reduce((sum, count) => sum + count, 0))}
      </span>
      {asked < all.length && <span class="legend">not asked {grouped(all.length - asked)}</span>}
    </>
  );
}

function Pointed({ index, lot }: { index: number; lot: Lot | undefined }) {
  const id = unitOf(units.value[0] ?? "targetingKey", crowd.value, index);
  return (
    <span>
      <code>{id}</code>
      {lot?.bucket !== undefined && <>, bucket {grouped(lot.bucket)}</>}: {lot?.variant ?? "outside"}. Click to be this
      visitor.
    </span>
  );
}

function countsOf(all: readonly Lot[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { variant } of all) if (variant !== undefined) counts.set(variant, (counts.get(variant) ?? 0) + 1);
  return counts;
}

/** The variants that somebody got, in the order in which they are written. */
function named(counts: ReadonlyMap<string, number>): string[] {
  return subject.value ? optionsOf(serving.value?.document, subject.value).filter((option) => counts.has(option)) : [];
}

function described(all: readonly Lot[]): string {
  const counts = [...countsOf(all)].map(([variant, count]) => `${grouped(count)} get ${variant}`);
  return `${grouped(all.length)} visitors: ${counts.join(", ") || "nobody is in"}`;
}
