/** Conditions with what the attribute is and whether they hold, in the groups in which they are written. */

import type { ExplainedCondition, ExplainedSegment } from "vexil";
import { pointerOf, stepsOf } from "../snapshot/document.js";
import { reveal } from "../snapshot/editor.js";
import { instant, jsonOf } from "../text.js";
import { Outcome } from "./outcome.js";

/** A condition, or a group of them. */
type Tree = ExplainedCondition | Group;

interface Group {
  readonly words: string;
  readonly inner: readonly Tree[];
}

export function Conditions({ all }: { all: readonly ExplainedCondition[] }) {
  if (all.length === 0) return null;
  return <Trees all={grouped(all, stepsOf(all[0]?.path ?? "").indexOf("when") + 1)} />;
}

function Trees({ all }: { all: readonly Tree[] }) {
  return (
    <ul class="conditions">
      {all.map((tree, index) => (
        <li key={index}>{"words" in tree ? <Grouped group={tree} /> : <Condition condition={tree} />}</li>
      ))}
    </ul>
  );
}

function Grouped({ group: { words, inner } }: { group: Group }) {
  return (
    <>
      <p class="condition-group">{words}</p>
      <Trees all={inner} />
    </>
  );
}

function Condition({ condition }: { condition: ExplainedCondition }) {
  const { path, attribute, operator, operand, ignoreCase, held, segments = [] } = condition;
  return (
    <>
      <div class="condition" data-held={held === undefined ? "unseen" : held}>
        <Outcome held={held} />
        <button
          type="button"
          class="plain condition-text"
          title="Show in the snapshot"
          onClick={() => reveal(path ?? "")}
        >
          {attribute !== undefined && (
            <>
              <code class="condition-attribute">{attribute}</code>{" "}
            </>
          )}
          <span class="condition-operator">{operator}</span>{" "}
          <code class="condition-operand">{shortened(jsonOf(operand))}</code>
          {ignoreCase && <span class="condition-case"> ignoring case</span>}
        </button>{" "}
        <Actual condition={condition} />
      </div>
      {segments.map((segment) => (
        <Segment key={segment.key} segment={segment} isNamed={operator === "ring"} />
      ))}
    </>
  );
}

/** What the attribute is, or the time. */
function Actual({ condition: { attribute, actual, held, segments } }: { condition: ExplainedCondition }) {
  if (held === undefined) return <span class="actual">not looked at</span>;
  if (segments) return <span class="actual">{held ? "a member" : "no member"}</span>;
  if (attribute === undefined && actual === undefined) return null;
  const isTime = attribute === undefined && typeof actual === "number";
  return (
    <span class="actual">
      is <code>{isTime ? instant(actual) : shortened(jsonOf(actual))}</code>
    </span>
  );
}

/** Of a ring's segments each needs its name; otherwise the condition has named it. */
function Segment({
  segment: { key, member, membership, unit, conditions },
  isNamed,
}: {
  segment: ExplainedSegment;
  isNamed: boolean;
}) {
  return (
    <div class="segment">
      {isNamed && (
        <p class="segment-head">
          <button
            type="button"
            class="plain"
            title="Show in the snapshot"
            onClick={() => reveal(pointerOf(["segments", key]))}
          >
            {key}
          </button>
          : {member ? "a member" : "no member"}
        </p>
      )}
      {unit && (
        <p class="segment-head">
          {LISTED[membership]} {unit.by} <code>{jsonOf(unit.value)}</code>
        </p>
      )}
      {conditions && <Conditions all={conditions} />}
    </div>
  );
}

const LISTED = { excluded: "excludes", included: "includes", condition: "does not list" } as const;

const FORMS: Readonly<Record<string, string>> = { all: "all of", any: "any of", not: "not" };

/** The groups of conditions, from the steps of their pointers: `/flags/a/rules/0/when/all/1/not`. */
function grouped(all: readonly ExplainedCondition[], start: number): Tree[] {
  const trees: Tree[] = [];
  for (let index = 0; index < all.length;) {
    const first = all[index] as ExplainedCondition;
    const steps = stepsOf(first.path ?? "");
    const words = FORMS[steps[start] ?? ""];
    if (words === undefined) {
      trees.push(first);
      index++;
      continue;
    }
    const prefix = steps.slice(0, start + 1).join("/");
    const length = all.slice(index).findIndex(
      ({ path = "" }) =>
        stepsOf(path)
          .slice(0, start + 1)
          .join("/") !== prefix,
    );
    const inner = all.slice(index, length < 0 ? undefined : index + length);
    const below = start + (words === "not" ? 1 : 2);
    trees.push({ words, inner: inGroups(inner, start + 1, below) });
    index += inner.length;
  }
  return trees;
}

/** The members of an `all` or `any` are told apart by their index. */
function inGroups(all: readonly ExplainedCondition[], indexAt: number, start: number): Tree[] {
  if (indexAt === start) return grouped(all, start);
  const indexOf = ({ path = "" }: ExplainedCondition): string | undefined => stepsOf(path)[indexAt];
  const indexes = new Set(all.map(indexOf));
  return [...indexes].flatMap((index) =>
    grouped(
      all.filter((each) => indexOf(each) === index),
      start,
    ),
  );
}

/** Lists of thousands of units are not for reading. */
const LONGEST = 160;

function shortened(json: string): string {
  return json.length > LONGEST ? `${json.slice(0, LONGEST)}…` : json;
}
