/** What ten thousand visitors get, beside what was planned. */

import { answer, subject, tone } from "../selected.js";
import { FORMS, isSame, members, optionsOf, writtenOf } from "../snapshot/parts.js";
import { crowd, serving } from "../state.js";
import { grouped, jsonOf, percent } from "../text.js";
import { deviationOf, FURTHEST } from "./chance.js";
import type { Draw, Part, Shares } from "./count.js";
import { draws, isCounting, shares } from "./counting.js";
import { COUNTED } from "./visitors.js";

export function CrowdSection() {
  return (
    <section class="block crowd" aria-labelledby="crowd-title" aria-busy={isCounting.value} data-crowd={crowd.value}>
      <div class="block-head">
        <h3 id="crowd-title">{grouped(COUNTED)} visitors like this one</h3>
        <button type="button" class="quiet" onClick={() => (crowd.value = crowd.value + 1)}>
          Draw others
        </button>
      </div>
      <SharesBar />
      <DrawsTable />
    </section>
  );
}

function SharesBar() {
  const counted = shares.value;
  if (!counted || !subject.value || !isSame(counted.asked.question.subject, subject.value)) return null;
  const { result } = counted;
  const options = optionsOf(serving.value?.document, subject.value);
  return (
    <>
      <Bar options={options} shares={result.shares} />
      <ul class="share-list">
        {options.map((option) => (
          <Share key={option} option={option} count={result.shares[option] ?? 0} />
        ))}
      </ul>
      <p class="hint">
        The engine took {result.took.toFixed(1)} ms for all of them, {microseconds(result.took)} µs each.
      </p>
    </>
  );
}

function microseconds(took: number): string {
  return ((1_000 * took) / COUNTED).toFixed(2);
}

function Bar({ options, shares: got }: { options: readonly string[]; shares: Shares }) {
  return (
    <div class="share-bar" aria-hidden="true">
      {options.map((option) => (
        <span key={option} data-tone={tone.value(option)} style={{ flexGrow: got[option] ?? 0 }} />
      ))}
    </div>
  );
}

function Share({ option, count }: { option: string; count: number }) {
  if (!subject.value) return null;
  const value = members(writtenOf(serving.value?.document, subject.value)[FORMS[subject.value.kind].options])[option];
  const shown = subject.value.kind === "service" ? members(value)["version"] : value;
  return (
    <li
      class="share"
      data-tone={tone.value(option)}
      data-variant={option}
      data-count={count}
      data-own={answer.value?.variant === option}
    >
      <i class="legend-dot" aria-hidden="true" />
      <span class="share-name">{option}</span>
      <code class="share-value">{jsonOf(shown as Parameters<typeof jsonOf>[0])}</code>
      <b class="share-got">{percent((1_000_000 * count) / COUNTED, 2)}</b>
    </li>
  );
}

function DrawsTable() {
  const counted = draws.value;
  if (!counted || !isSame(counted.asked.question.subject, subject.value)) return null;
  const drawn = counted.result.filter(({ parts }) => parts.length > 0);
  if (drawn.length === 0) return <p class="hint">Nothing is drawn for visitors like this one.</p>;
  return (
    <div class="table-place">
      <table class="draws">
        <caption>
          Planned and drawn. The band is what chance allows; ±{FURTHEST} σ is left once in 16,000 draws.
        </caption>
        <thead>
          <tr>
            <th scope="col">Draw</th>
            <th scope="col" class="number">
              planned
            </th>
            <th scope="col" class="number">
              got
            </th>
            <th scope="col" class="number">
              deviation
            </th>
            <th scope="col">
              <span class="visually-hidden">Within chance</span>
            </th>
          </tr>
        </thead>
        {drawn.map((draw) => (
          <DrawBody key={`${draw.kind} ${draw.name}`} draw={draw} />
        ))}
      </table>
    </div>
  );
}

function DrawBody({ draw }: { draw: Draw }) {
  const { kind, name, by, units, parts } = draw;
  return (
    <tbody>
      <tr class="draw-title">
        <th scope="rowgroup" colSpan={5}>
          {kind} {name}
          <span class="hint">
            {" "}
            {grouped(units)} units by {by}
          </span>
        </th>
      </tr>
      {parts.map((part) => (
        <PartRow key={part.name} part={part} units={units} isSplit={kind === "split"} />
      ))}
    </tbody>
  );
}

function PartRow({ part, units, isSplit }: { part: Part; units: number; isSplit: boolean }) {
  const deviation = deviationOf(part, units);
  const isWithin = Math.abs(deviation) <= FURTHEST;
  return (
    <tr data-part={part.name} data-within={isWithin}>
      <th scope="row">
        <i class="legend-dot" data-tone={isSplit ? tone.value(part.name) : 0} aria-hidden="true" />
        {part.name}
      </th>
      <td class="number">{percent(part.planned)}</td>
      <td class="number">{percent((1_000_000 * part.count) / units, 2)}</td>
      <td class="number">{signed(deviation)} σ</td>
      <td>
        <Deviation deviation={deviation} />
        <span class="visually-hidden">{isWithin ? "within chance" : "beyond chance"}</span>
      </td>
    </tr>
  );
}

function signed(deviation: number): string {
  if (!Number.isFinite(deviation)) return "∞";
  const written = Math.abs(deviation).toFixed(1);
  return written === "0.0" ? "0.0" : `${deviation < 0 ? "−" : "+"}${written}`;
}

/** A deviation on a scale of what chance allows. */
function Deviation({ deviation }: { deviation: number }) {
  const at = Math.max(-FURTHEST, Math.min(FURTHEST, Number.isFinite(deviation) ? deviation : FURTHEST));
  return (
    <svg class="deviation" viewBox="-5 -1 10 2" aria-hidden="true">
      <rect class="band-wide" x={-FURTHEST} y="-0.5" width={2 * FURTHEST} height="1" rx="0.5" />
      <rect class="band" x="-2" y="-0.5" width="4" height="1" />
      <circle cx={at} cy="0" r="0.62" data-within={Math.abs(deviation) <= FURTHEST} />
    </svg>
  );
}
