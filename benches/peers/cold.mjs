/** The start of an engine in a fresh process, in milliseconds of wall time, and what it holds then, in bytes. */

import { wallClock as now } from "./clock.mjs";
import { FLAG, users } from "./neutral.mjs";
import { allFlags, asker } from "./rows.mjs";
import { snapshotOf } from "./snapshots.mjs";

export async function cold(engine, { size }) {
  const user = users()[0];
  const first = firstQuestion(engine);

  const start = now();
  const module = await engine.load();
  const imported = now();
  const before = await held();
  let snapshot = snapshotOf(engine, size);

  const loading = now();
  const made = await engine.create(module, snapshot);
  const loaded = now();
  const answer = await first(made, engine.context(user, made));
  const answered = now();

  if (answer === undefined) throw new Error("no answer");
  // Memory is what stays, without the text or the bytes that it was made of.
  snapshot = undefined;
  const after = await held();
  // The engine must live until here.
  globalThis.kept = [made, module, answer];
  return {
    import: imported - start,
    load: loaded - loading,
    cold: imported - start + (answered - loading),
    heap: after.heap - before.heap,
    resident: after.resident - before.resident,
  };
}

function firstQuestion(engine) {
  const flags = allFlags();
  if (engine.boolean === undefined) return (made, context) => engine.all(made, context, flags);
  const ask = asker(engine, FLAG.W3.kind);
  return (made, context) => ask(made, FLAG.W3.key, context);
}

/** External memory has that of WebAssembly in it; resident memory is the only one to show a native addon's. */
async function held() {
  for (let i = 0; i < 2; i++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    collect();
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, resident: rss };
}

function collect() {
  globalThis.gc();
  globalThis.gc();
}
