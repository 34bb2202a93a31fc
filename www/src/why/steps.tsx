/** An explanation as a list of steps: what was looked at, and what came of it. */

import type { ComponentChildren } from "preact";
import type { ExplainedLayer, ExplainedSplit, ExplainedUnit, Explanation, ExplanationStep } from "vexil";
import { tones } from "../answers/answer.js";
import { pointerOf } from "../snapshot/document.js";
import { reveal } from "../snapshot/editor.js";
import { elements, FORMS, members, offOf, optionsOf, writtenOf } from "../snapshot/parts.js";
import { serving, type Subject } from "../state.js";
import { jsonOf, percent } from "../text.js";
import { BucketBar } from "./bucket-bar.js";
import { Conditions } from "./conditions.js";
import { type Held, Outcome } from "./outcome.js";

export function Steps({ explanation }: { explanation: Explanation }) {
  const subject: Subject = { kind: explanation.kind, key: explanation.key };
  const { steps } = explanation;
  return (
    <ol class="steps">
      {steps.map((step, index) => (
        <Step key={index} step={step} subject={subject} isLast={index === steps.length - 1} />
      ))}
    </ol>
  );
}

interface StepProps {
  readonly step: ExplanationStep;
  readonly subject: Subject;
}

function Step({ step, subject, isLast }: StepProps & { isLast: boolean }) {
  return (
    <li class="step" data-decided={isLast} data-kind={step.kind}>
      <Content step={step} subject={subject} />
    </li>
  );
}

function Content({ step, subject }: StepProps) {
  switch (step.kind) {
    case "killed":
      return (
        <Head outcome="stop" name="Killed">
          by a kill of {SCOPES[step.scope]}
        </Head>
      );
    case "disabled":
      return (
        <Head outcome="stop" name="Disabled">
          its state is “disabled”
        </Head>
      );
    case "broken":
      return (
        <Head outcome="stop" name="Broken">
          it has an error, or reaches something that has one
        </Head>
      );
    case "unsupported":
      return (
        <Head outcome="stop" name="Unsupported">
          it needs something that this engine lacks
        </Head>
      );
    case "prerequisite":
      return <Prerequisite step={step} />;
    case "override":
      return <Override step={step} />;
    case "holdout":
      return <Holdout step={step} />;
    case "rule":
      return <Rule step={step} subject={subject} />;
    case "default":
      return <Default step={step} subject={subject} />;
  }
}

const SCOPES = { all: "everything", namespace: "its namespace", flag: "this flag", service: "this service" } as const;

interface HeadProps {
  readonly outcome: Held;
  readonly name: string;
  /** Where it stands in the snapshot. */
  readonly pointer?: string | undefined;
  readonly children?: ComponentChildren;
}

function Head({ outcome, name, pointer, children }: HeadProps) {
  return (
    <p class="step-head">
      <Outcome held={outcome} />
      {pointer === undefined ? <strong>{name}</strong> : <Jump name={name} pointer={pointer} />}
      <span class="step-say">{children}</span>
    </p>
  );
}

function Jump({ name, pointer }: { name: string; pointer: string }) {
  return (
    <button type="button" class="plain jump" title="Show in the snapshot" onClick={() => reveal(pointer)}>
      <strong>{name}</strong>
    </button>
  );
}

function Prerequisite({ step }: { step: ExplanationStep & { kind: "prerequisite" } }) {
  const { flag, variants, met, explanation } = step;
  return (
    <>
      <Head outcome={met} name={`Prerequisite ${flag}`}>
        must serve {variants.join(" or ")}, and serves {explanation.variant ?? "nothing"}
      </Head>
      <details class="nested" open={!met}>
        <summary>How {flag} came about</summary>
        <Steps explanation={explanation} />
      </details>
    </>
  );
}

function Override({ step: { unit, listed, variant } }: { step: ExplanationStep & { kind: "override" } }) {
  return (
    <Head outcome={listed} name="Override">
      {listed ? "lists" : "does not list"} <Unit unit={unit} />
      {variant !== undefined && !listed && <> for {variant}</>}
    </Head>
  );
}

function Holdout({ step: { key, unit, exposure, held } }: { step: ExplanationStep & { kind: "holdout" } }) {
  return (
    <>
      <Head outcome={held} name={`Holdout ${key}`} pointer={pointerOf(["holdouts", key])}>
        {held ? "holds" : "does not hold"} <Unit unit={unit} />, {percent(exposure)} of all
      </Head>
      <BucketBar bucket={unit.bucket} ranges={[{ from: 0, to: exposure, name: "held out", tone: 0 }]} />
    </>
  );
}

const WHY_NOT = {
  condition: "does not apply: its conditions do not hold",
  outsideLayer: "does not apply: the visitor is in another part of the layer",
  outsideSplit: "does not apply: the visitor is outside its split",
  noUnit: "does not apply: the visitor has no unit to draw for",
} as const;

function Rule({ step, subject }: { step: ExplanationStep & { kind: "rule" }; subject: Subject }) {
  const { id, conditions, layer, split, variant, whyNot } = step;
  return (
    <>
      <Head outcome={whyNot === undefined} name={`Rule ${id}`} pointer={pointerOfRule(subject, id)}>
        {whyNot === undefined ? <Gives variant={variant} subject={subject} /> : WHY_NOT[whyNot]}
      </Head>
      <Conditions all={conditions} />
      {layer && <Layer layer={layer} />}
      {split && <Split split={split} subject={subject} />}
    </>
  );
}

function Default({
  step: { split, variant },
  subject,
}: {
  step: ExplanationStep & { kind: "default" };
  subject: Subject;
}) {
  return (
    <>
      <Head
        outcome={variant !== undefined}
        name="Default"
        pointer={pointerOf([
          FORMS[subject.kind].map,
          subject.key,
          split && subject.kind === "service" ? "split" : defaultOf(subject),
        ])}
      >
        {variant === undefined ? "gives nothing" : <Gives variant={variant} subject={subject} />}
      </Head>
      {split && <Split split={split} subject={subject} />}
    </>
  );
}

function defaultOf({ kind }: Subject): string {
  return kind === "flag" ? "default" : "defaultTrack";
}

function Gives({ variant, subject }: { variant: string | undefined; subject: Subject }) {
  const tone = toneOf(subject)(variant);
  return (
    <>
      gives{" "}
      <span class="chip" data-tone={tone}>
        {variant}
      </span>
    </>
  );
}

function Layer({ layer: { key, unit, from, to, held } }: { layer: ExplainedLayer }) {
  return (
    <div class="draw">
      <p class="draw-head">
        <Outcome held={held} />
        Layer <Jump name={key} pointer={pointerOf(["layers", key])} /> draws <Unit unit={unit} />
      </p>
      <BucketBar bucket={unit.bucket} ranges={[{ from, to, name: "its part", tone: 0 }]} />
    </div>
  );
}

function Split({ split, subject }: { split: ExplainedSplit; subject: Subject }) {
  const { unit, exposure, ranges, place } = split;
  const tone = toneOf(subject);
  return (
    <div class="draw">
      <p class="draw-head">
        <Outcome held={place === "range"} />
        Split draws <Unit unit={unit} />
        {exposure !== undefined && <>, and its ramp is at {percent(exposure)}</>}
        {place === "outside" && ": outside"}
        {place === "noUnit" && ": no unit"}
      </p>
      <BucketBar
        bucket={unit.bucket}
        ranges={ranges.map(({ variant = "", from, to }) => ({ from, to, name: variant, tone: tone(variant) }))}
      />
    </div>
  );
}

function Unit({ unit: { by, value } }: { unit: ExplainedUnit }) {
  return (
    <span class="unit">
      {value === undefined ? (
        `a missing ${by}`
      ) : (
        <>
          {by} <code>{jsonOf(value)}</code>
        </>
      )}
    </span>
  );
}

function toneOf(subject: Subject): (variant: string | undefined) => number {
  const document = serving.value?.document;
  return tones(optionsOf(document, subject), offOf(document, subject));
}

/** Explanations name a rule by its id, the snapshot counts them. */
function pointerOfRule(subject: Subject, id: string): string {
  const rules = elements(writtenOf(serving.value?.document, subject)["rules"]);
  const index = rules.findIndex((rule) => members(rule)["id"] === id);
  return pointerOf([FORMS[subject.kind].map, subject.key, "rules", index]);
}
