/** Counts beside the page, so that nothing on it ever waits. Only the latest question is answered to the end. */

import type { Engine } from "vexil";
import { engineOf } from "../engine.js";
import { Count, sharesOf } from "./count.js";
import type { Asked, Told } from "./messages.js";
import { COUNTED, SHOWN } from "./visitors.js";

/** Explained at a time, before looking whether there is a new question. */
const PORTION = 500;

let latest = 0;
let served: { readonly asked: Asked; readonly engine: Engine } | undefined;

addEventListener("message", ({ data }: MessageEvent<Asked>) => {
  latest = data.id;
  void answer(data);
});

async function answer(asked: Asked): Promise<void> {
  // The questions that came with this one go first, and it is no longer the latest then.
  await nextTask();
  if (asked.id !== latest) return;
  const engine = await engineFor(asked);
  if (engine === undefined) return;
  const { id, question } = asked;
  const count = new Count(engine, question);
  while (count.visitors < SHOWN) if (!(await more(asked, count, true))) return;
  tell({ id, kind: "lots", lots: count.lots });
  tell({ id, kind: "shares", ...sharesOf(engine, question, COUNTED) });
  while (count.visitors < COUNTED) if (!(await more(asked, count, false))) return;
  tell({ id, kind: "draws", draws: count.draws, visitors: count.visitors });
}

/** Whether the question still stands. */
async function more(asked: Asked, count: Count, isShown: boolean): Promise<boolean> {
  count.more(PORTION, isShown);
  await nextTask();
  return asked.id === latest;
}

/** The engine for a question, unless there is a later one by the time it is made. */
async function engineFor(asked: Asked): Promise<Engine | undefined> {
  if (served && served.asked.text === asked.text && isEqual(served.asked.kill, asked.kill)) return served.engine;
  const engine = await engineOf(asked.text, asked.kill);
  if (asked.id !== latest) return void engine.dispose();
  served?.engine.dispose();
  served = { asked, engine };
  return engine;
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function tell(told: Told): void {
  postMessage(told);
}

const { port1, port2 } = new MessageChannel();

/** Lets messages in. Timers would wait for milliseconds each time. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    port1.onmessage = () => resolve();
    port2.postMessage(undefined);
  });
}
