/** The editor of the snapshot, with the engine's problems where they stand. */

import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from "@codemirror/language";
import { type Diagnostic as Mark, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { problems, text } from "../state.js";
import { type Place, placesIn } from "./document.js";
import { type PlacedProblem, placed } from "./problems.js";

let editor: EditorView | undefined;

/** Shows a part of the snapshot by its JSON pointer, and puts the cursor there. */
export function reveal(pointer: string): void {
  if (editor) revealPlace(placesIn(editor.state.doc.toString())(pointer));
}

/** Shows a piece of the text. */
export function revealPlace({ from, to }: Place): void {
  if (!editor) return;
  const end = Math.min(to, editor.state.doc.length);
  editor.dispatch({
    selection: { anchor: Math.min(from, end), head: end },
    effects: EditorView.scrollIntoView(Math.min(from, end), { y: "center" }),
  });
  editor.focus();
}

export function Editor() {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!place.current) return undefined;
    const view = new EditorView({
      parent: place.current,
      state: EditorState.create({ doc: text.peek(), extensions: extensions() }),
    });
    editor = view;
    const stop = [effect(() => follow(view, text.value)), effect(() => mark(view, placed(text.value, problems.value)))];
    return () => {
      for (const each of stop) each();
      view.destroy();
      editor = undefined;
    };
  }, []);
  return <div class="editor" ref={place} />;
}

function extensions(): Extension[] {
  return [
    lineNumbers(),
    foldGutter(),
    lintGutter(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    highlightSelectionMatches(),
    json(),
    syntaxHighlighting(colours),
    // Tab is left to move the focus: who works without a mouse must be able to leave.
    keymap.of([...defaultKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap, ...lintKeymap]),
    EditorView.lineWrapping,
    // It has the focus in any case; that it can have it is said for tools that look for the attribute.
    EditorView.contentAttributes.of({
      tabindex: "0",
      "aria-label": "Snapshot, as JSON",
      "aria-describedby": "snapshot-status",
    }),
    EditorView.updateListener.of(({ docChanged, state }) => {
      if (docChanged) text.value = state.doc.toString();
    }),
  ];
}

/** What others write into the text changes no more of it than differs, so that the cursor stays. */
function follow(view: EditorView, next: string): void {
  const shown = view.state.doc.toString();
  if (shown === next) return;
  let from = 0;
  while (from < shown.length && from < next.length && shown[from] === next[from]) from++;
  let [to, end] = [shown.length, next.length];
  while (to > from && end > from && shown[to - 1] === next[end - 1]) [to, end] = [to - 1, end - 1];
  view.dispatch({ changes: { from, to, insert: next.slice(from, end) } });
}

function mark(view: EditorView, all: readonly PlacedProblem[]): void {
  const end = view.state.doc.length;
  const marks: Mark[] = all.map(({ problem: { code, severity, message }, from, to }) => ({
    from: Math.min(from, end),
    to: Math.min(to, end),
    severity: severity === "warning" ? "warning" : "error",
    message,
    source: `${severity} ${code}`,
  }));
  view.dispatch(setDiagnostics(view.state, marks));
}

/** Colours are those of the page, which change with its theme. */
const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--code-name)" },
  { tag: tags.string, color: "var(--code-text)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-value)" },
  { tag: [tags.punctuation, tags.separator, tags.brace, tags.squareBracket], color: "var(--code-sign)" },
]);
