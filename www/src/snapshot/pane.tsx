/** The pane with the snapshot: the editor, whether it is in force, and what is wrong with it. */

import { computed } from "@preact/signals";
import type { Severity } from "vexil";
import { isBroken, isServed, problems, serving, text } from "../state.js";
import { counted } from "../text.js";
import { Editor, revealPlace } from "./editor.js";
import { type PlacedProblem, placed } from "./problems.js";

type Status = "served" | "pending" | "held" | "nothing";

const status = computed<Status>(() => {
  if (isServed.value) return "served";
  if (isBroken.value) return serving.value ? "held" : "nothing";
  return "pending";
});

const SENTENCES: Readonly<Record<Status, string>> = {
  served: "In force",
  pending: "Reading",
  held: "Broken: the last good snapshot is in force",
  nothing: "Broken: nothing is in force",
};

/** What is told of a text that changes as it is written, and so of one that has been read. */
const shownProblems = computed(() => (status.value === "pending" ? [] : placed(text.value, problems.value)));

export function SnapshotPane() {
  return (
    <section class="pane snapshot" id="snapshot" aria-labelledby="snapshot-title">
      <header class="pane-head">
        <h2 id="snapshot-title">Snapshot</h2>
        <p class="status" id="snapshot-status" role="status" data-status={status.value}>
          {SENTENCES[status.value]}
          {shownProblems.value.length > 0 && <span class="status-more">, {summary(shownProblems.value)}</span>}
        </p>
      </header>
      <Editor />
      {shownProblems.value.length > 0 && (
        <ul class="problems" aria-label="Problems of the snapshot">
          {shownProblems.value.map((each) => (
            <Problem key={`${each.from} ${each.problem.code} ${each.problem.path}`} placed={each} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Problem({ placed: { problem, from, to, line } }: { placed: PlacedProblem }) {
  return (
    <li>
      <button type="button" class="problem" data-severity={problem.severity} onClick={() => revealPlace({ from, to })}>
        <span class="problem-severity">{problem.severity}</span>
        <span class="problem-message">{problem.message}</span>
        <span class="problem-where">
          <code>{problem.code}</code> line {line}
          {problem.path && (
            <>
              {" "}
              <code>{problem.path}</code>
            </>
          )}
        </span>
      </button>
    </li>
  );
}

const SEVERITIES: readonly (readonly [Severity, string])[] = [
  ["fatal", "fatal problem"],
  ["error", "error"],
  ["warning", "warning"],
];

function summary(all: readonly PlacedProblem[]): string {
  const counts = SEVERITIES.map(
    ([severity, name]) => [all.filter(({ problem }) => problem.severity === severity).length, name] as const,
  );
  return counts
    .filter(([count]) => count > 0)
    .map(([count, name]) => counted(count, name))
    .join(", ");
}
