/** The pane with every answer for the visitor. */

import { computed, effect, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { answers, subject } from "../selected.js";
import { isSame } from "../snapshot/parts.js";
import { chosen } from "../state.js";
import { jsonOf } from "../text.js";
import type { Answer } from "./answer.js";
import { Reason } from "./reason.js";
import { causeOf } from "./words.js";

/** Fewer are seen at a glance. */
const WORTH_FILTERING = 12;

export function AnswersPane() {
  const filter = useSignal("");
  const all = answers.value;
  const isFiltered = all.length > WORTH_FILTERING;
  const shown = isFiltered ? all.filter((answer) => matches(answer, filter.value)) : all;
  return (
    <section class="pane answers" id="answers" aria-labelledby="answers-title">
      <header class="pane-head">
        <h2 id="answers-title">Answers</h2>
        {isFiltered && (
          <input
            type="search"
            class="filter"
            placeholder={`Filter ${all.length}`}
            aria-label="Filter the answers"
            value={filter.value}
            onInput={(event) => (filter.value = event.currentTarget.value)}
          />
        )}
      </header>
      <Changes />
      <Group name="Flags" all={shown.filter((answer) => answer.subject.kind === "flag")} />
      <Group name="Services" all={shown.filter((answer) => answer.subject.kind === "service")} />
      {all.length === 0 && <p class="hint pane-body">Nothing is served, so nothing is answered.</p>}
    </section>
  );
}

function matches({ subject: { key }, variant = "", reason }: Answer, filter: string): boolean {
  const words = `${key} ${variant} ${reason}`.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => words.includes(word));
}

function Group({ name, all }: { name: string; all: readonly Answer[] }) {
  if (all.length === 0) return null;
  return (
    <>
      <h3 class="group">{name}</h3>
      <ul class="rows" aria-label={name}>
        {all.map((answer) => (
          <Row key={answer.subject.key} answer={answer} />
        ))}
      </ul>
    </>
  );
}

function Row({ answer }: { answer: Answer }) {
  const { subject: own, value, reason, variant, tone } = answer;
  const cause = causeOf(answer);
  return (
    <li>
      <button
        type="button"
        class="row"
        aria-current={isSame(own, subject.value) ? "true" : undefined}
        data-key={own.key}
        onClick={() => (chosen.value = own)}
      >
        <span class="row-key">{own.key}</span>
        <span class="row-variant" data-tone={tone}>
          {variant ?? "none"}
        </span>
        <span class="row-why">
          <Reason reason={reason} />
          {cause && <span class="row-cause">{cause}</span>}
        </span>
        <code class="row-value">{value !== undefined && jsonOf(value)}</code>
      </button>
    </li>
  );
}

const variants = computed(() => new Map(answers.value.map((answer) => [answer.subject.key, answer.variant])));

/** Tells a reader of the screen what others see change. */
function Changes() {
  const told = useSignal("");
  useEffect(() => {
    let before = variants.peek();
    return effect(() => {
      const changed = [...variants.value].filter(([key, variant]) => before.has(key) && before.get(key) !== variant);
      before = variants.value;
      if (changed.length > 0)
        told.value = changed.map(([key, variant]) => `${key} is now ${variant ?? "without an answer"}`).join(", ");
    });
  }, []);
  return (
    <p class="visually-hidden" role="status">
      {told.value}
    </p>
  );
}
