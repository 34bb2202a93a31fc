/** One attribute of the context. */

import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { crowd, context } from "../state.js";
import type { ReadAttribute } from "../snapshot/attributes.js";
import { COUNTED, unitOf } from "../crowd/visitors.js";
import { lookedUp, put } from "./context.js";
import { convertedTo, type FieldType, PLACEHOLDERS, readAs, shownAs, TYPES, typeOf } from "./fields.js";

export function Field({ attribute }: { attribute: ReadAttribute }) {
  const id = useId();
  const { path, kind } = attribute;
  const value = lookedUp(context.value, path);
  const wished = useSignal<FieldType | undefined>(undefined);
  const type = value === undefined ? (wished.value ?? typeOf(value, kind)) : typeOf(value, kind);
  const choose = (next: FieldType): void => {
    wished.value = next;
    if (value !== undefined) context.value = put(context.value, path, convertedTo(value, type, next));
  };
  return (
    <div class="field" data-missing={value === undefined}>
      <label for={id}>{path}</label>
      <select
        class="field-type"
        aria-label={`Type of ${path}`}
        value={type}
        onChange={(event) => choose(event.currentTarget.value as FieldType)}
      >
        {TYPES.map((each) => (
          <option key={each}>{each}</option>
        ))}
      </select>
      {type === "boolean" ? (
        <BooleanInput id={id} path={path} />
      ) : (
        <WrittenInput key={type} id={id} attribute={attribute} type={type} />
      )}
      {kind === "unit" && (
        <button
          type="button"
          class="field-other quiet"
          title="Somebody else"
          aria-label={`Somebody else for ${path}`}
          onClick={() => replace(path)}
        >
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="M2.5 8a5.5 5.5 0 0 1 9.6-3.7M13.5 8a5.5 5.5 0 0 1-9.6 3.7M12.5 1.5v3h-3M3.5 14.5v-3h3" />
          </svg>
        </button>
      )}
    </div>
  );
}

/** Another of the generated visitors. */
function replace(path: string): void {
  const index = Math.floor(Math.random() * COUNTED);
  context.value = put(context.value, path, unitOf(path, crowd.value, index));
}

function BooleanInput({ id, path }: { id: string; path: string }) {
  const value = lookedUp(context.value, path);
  const write = (written: string): void => {
    context.value = put(context.value, path, readAs(written, "boolean"));
  };
  return (
    <select
      id={id}
      class="field-value"
      value={shownAs(value, "boolean")}
      onChange={(event) => write(event.currentTarget.value)}
    >
      <option value="">missing</option>
      <option>true</option>
      <option>false</option>
    </select>
  );
}

interface WrittenProps {
  readonly id: string;
  readonly attribute: ReadAttribute;
  readonly type: FieldType;
}

/** What is being written is kept as it is written, for `1.` is on the way to `1.5`. */
function WrittenInput({ id, attribute: { path, kind, hints }, type }: WrittenProps) {
  const value = lookedUp(context.value, path);
  const draft = useSignal<string | undefined>(undefined);
  const isRead = draft.value === undefined || draft.value.trim() === "" || readAs(draft.value, type) !== undefined;
  const write = (written: string): void => {
    draft.value = written;
    context.value = put(context.value, path, readAs(written, type));
  };
  return (
    <>
      <input
        id={id}
        class="field-value"
        list={hints.length > 0 ? `${id}-hints` : undefined}
        inputMode={type === "number" ? "decimal" : "text"}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        placeholder={PLACEHOLDERS[kind]}
        aria-invalid={!isRead}
        value={draft.value ?? shownAs(value, type)}
        onInput={(event) => write(event.currentTarget.value)}
        onBlur={() => (draft.value = undefined)}
      />
      {hints.length > 0 && (
        <datalist id={`${id}-hints`}>
          {hints.map((hint) => (
            <option key={hint} value={hint} />
          ))}
        </datalist>
      )}
    </>
  );
}
