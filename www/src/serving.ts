/** From what is written to what is served: an engine for every good text, and the last good one while it is broken. */

import { batch, effect, untracked } from "@preact/signals";
import { type Diagnostic, type Engine, type KillMessage, SnapshotError } from "vexil";
import { engineOf } from "./engine.js";
import { documentOf } from "./snapshot/document.js";
import { clock, fixedNow, kill, now, type PageState, problems, serving, show, text } from "./state.js";

/** A text is broken most of the time while it is being written: nobody is told before they pause. In milliseconds. */
const PATIENCE = 300;

/** Timers wait for 2^31 - 1 milliseconds at most, and nobody looks more than once a second. */
const LONGEST_TIMER = 2 ** 31 - 1;
const SHORTEST_TICK = 1_000;

let turn = 0;
let complaint: ReturnType<typeof setTimeout> | undefined;

/** Opens a state, and serves what is written from now on. */
export async function start(state: PageState): Promise<void> {
  await open(state);
  await serve(text.value, kill.value);
  effect(() => {
    const [source, message] = [text.value, kill.value];
    const before = serving.peek();
    if (before?.text !== source || before.kill !== message) void serve(source, message);
  });
  effect(tick);
}

/** Replaces everything; where the text of the state cannot be served, the last one that could is. */
export async function open(state: PageState): Promise<void> {
  if (state.good !== undefined) await serve(state.good, state.kill);
  show(state);
}

/** Serves a text, unless a later one comes before it is ready. */
export async function serve(source: string, message: KillMessage | undefined): Promise<void> {
  const mine = ++turn;
  clearTimeout(complaint);
  try {
    const engine = await engineOf(source, message);
    if (mine === turn) replace(source, engine, message);
    else engine.dispose();
  } catch (error) {
    if (mine === turn) complain(problemsOf(error));
  }
}

function replace(source: string, engine: Engine, message: KillMessage | undefined): void {
  const before = serving.peek();
  batch(() => {
    serving.value = { text: source, engine, document: documentOf(source), kill: message };
    problems.value = engine.diagnostics;
  });
  before?.engine.dispose();
}

function complain(found: readonly Diagnostic[]): void {
  const wait = serving.peek() ? PATIENCE : 0;
  complaint = setTimeout(() => (problems.value = found), wait);
}

function problemsOf(error: unknown): readonly Diagnostic[] {
  if (error instanceof SnapshotError) return error.diagnostics;
  const message = `the engine could not be loaded: ${error instanceof Error ? error.message : String(error)}`;
  return [{ code: "no-engine", severity: "fatal", path: "", message }];
}

/** While the clock is followed, looks at it again when time alone can change an answer. */
function tick(): (() => void) | undefined {
  const { engine } = serving.value ?? {};
  if (fixedNow.value !== undefined) return undefined;
  const next = engine?.nextChange(now.value);
  if (next === undefined) return undefined;
  const wait = Math.max(next - untracked(() => now.value), SHORTEST_TICK);
  const timer = setTimeout(() => (clock.value = Date.now()), Math.min(wait, LONGEST_TIMER));
  return () => clearTimeout(timer);
}
