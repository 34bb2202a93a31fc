/** The pane with everything about one flag or service: its answer, how it came about, and what a crowd gets. */

import type { Answer } from "../answers/answer.js";
import { Reason } from "../answers/reason.js";
import { sentenceOf } from "../answers/words.js";
import { CrowdSection } from "../crowd/section.js";
import { ExposureSection } from "../crowd/exposure.js";
import { answer, subject } from "../selected.js";
import { FORMS, textual, writtenOf } from "../snapshot/parts.js";
import { pointerOf } from "../snapshot/document.js";
import { reveal } from "../snapshot/editor.js";
import { context, now, serving } from "../state.js";
import { jsonOf } from "../text.js";
import { Steps } from "./steps.js";
import { KillSwitch } from "./kill.js";

export function WhyPane() {
  const found = answer.value;
  return (
    <section class="pane why" id="why" aria-labelledby="why-title">
      {found ? <About answer={found} /> : <Nothing />}
    </section>
  );
}

function Nothing() {
  return (
    <header class="pane-head">
      <h2 id="why-title">Nothing to explain</h2>
    </header>
  );
}

function About({ answer: found }: { answer: Answer }) {
  const { kind, key } = found.subject;
  const description = textual(writtenOf(serving.value?.document, found.subject)["description"]);
  return (
    <>
      <header class="about">
        <p class="kicker">{kind}</p>
        <h2 id="why-title">
          <button
            type="button"
            class="plain"
            title="Show in the snapshot"
            onClick={() => reveal(pointerOf([FORMS[kind].map, key]))}
          >
            {key}
          </button>
        </h2>
        {description && <p class="description">{description}</p>}
        <KillSwitch answer={found} />
      </header>
      <Outcome answer={found} />
      <section class="block" aria-labelledby="steps-title">
        <h3 id="steps-title">How it came about</h3>
        <Explained />
      </section>
      <ExposureSection />
      <CrowdSection />
    </>
  );
}

function Outcome({ answer: found }: { answer: Answer }) {
  const { value, variant, reason, tone, subject: own } = found;
  return (
    <div class="outcome" data-tone={tone}>
      <p class="outcome-value">
        <code>{value === undefined ? "no answer" : jsonOf(value)}</code>
      </p>
      <p class="outcome-why">
        {variant !== undefined && (
          <span class="chip" data-tone={tone}>
            <span class="visually-hidden">{FORMS[own.kind].option} </span>
            {variant}
          </span>
        )}
        <Reason reason={reason} />
        <span>{sentenceOf(found)}</span>
      </p>
    </div>
  );
}

function Explained() {
  if (!serving.value || !subject.value) return null;
  const { engine } = serving.value;
  const { kind, key } = subject.value;
  const options = { now: now.value };
  const explanation =
    kind === "flag" ? engine.explain(key, context.value, options) : engine.explainRoute(key, context.value, options);
  return explanation ? <Steps explanation={explanation} /> : null;
}
