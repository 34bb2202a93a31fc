/** The pane that says who asks, and when. */

import { useSignal } from "@preact/signals";
import type { JsonObject } from "vexil";
import { attributes, readHere } from "../selected.js";
import type { ReadAttribute } from "../snapshot/attributes.js";
import { context } from "../state.js";
import { Field } from "./field.js";
import { TimeControl } from "./time.js";

export function VisitorPane() {
  const isRaw = useSignal(false);
  return (
    <section class="pane visitor" id="visitor" aria-labelledby="visitor-title">
      <header class="pane-head">
        <h2 id="visitor-title">Visitor</h2>
        <button type="button" class="quiet" aria-pressed={isRaw.value} onClick={() => (isRaw.value = !isRaw.value)}>
          JSON
        </button>
      </header>
      <div class="pane-body">
        {isRaw.value ? <RawContext /> : <ContextForm />}
        <TimeControl />
      </div>
    </section>
  );
}

/** What the shown flag reads comes first; the rest is there for whoever looks for it. */
function ContextForm() {
  const all = attributes.value;
  const here = all.filter(({ path }) => readHere.value.has(path));
  const others = all.filter(({ path }) => !readHere.value.has(path));
  return (
    <div class="context-form">
      <Fields all={here} />
      {here.length === 0 && <p class="hint">Nothing about the visitor matters here.</p>}
      {others.length > 0 && (
        <details class="more-fields">
          <summary>{others.length} more that others read</summary>
          <Fields all={others} />
        </details>
      )}
    </div>
  );
}

function Fields({ all }: { all: readonly ReadAttribute[] }) {
  return (
    <div class="fields">
      {all.map((attribute) => (
        <Field key={attribute.path} attribute={attribute} />
      ))}
    </div>
  );
}

function RawContext() {
  const written = useSignal(JSON.stringify(context.peek(), undefined, 2));
  const problem = useSignal("");
  const write = (source: string): void => {
    written.value = source;
    try {
      const value = JSON.parse(source) as unknown;
      if (typeof value !== "object" || value === null || Array.isArray(value))
        throw new Error("a context is an object");
      context.value = value as JsonObject;
      problem.value = "";
    } catch (error) {
      problem.value = `${error instanceof Error ? error.message : "unreadable"}. The last readable context still counts.`;
    }
  };
  return (
    <div class="raw-context">
      <textarea
        aria-label="Context, as JSON"
        aria-describedby="raw-problem"
        spellcheck={false}
        rows={Math.min(18, Math.max(6, written.value.split("\n").length + 1))}
        value={written.value}
        onInput={(event) => write(event.currentTarget.value)}
      />
      <p class="field-problem" id="raw-problem" role="status">
        {problem.value}
      </p>
    </div>
  );
}
