/** How long an engine takes for each row: nanoseconds for each sample. Runs in a process of the engine's own. */

import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";
import { cpuClock, wallClock } from "./clock.mjs";
import { users as makeUsers } from "./neutral.mjs";
import { ROWS, engines, has } from "./rows.mjs";

/** At most so many contexts, and so many batches of them for one sample. */
const MOST_CONTEXTS = 10_000;
const MOST_BATCHES = 25;

export async function speed(engine, options) {
  const wanted = ROWS.filter(
    (row) => has(engine, row) && (options.rows === undefined || options.rows.includes(row.id)),
  );
  const here = wanted.filter((row) => !isMainThread || !row.inWorker);
  const samples = here.length > 0 ? await measureAll(engine, here, options) : {};
  const elsewhere = wanted.filter((row) => !here.includes(row)).map((row) => row.id);
  return elsewhere.length > 0
    ? { ...samples, ...(await inWorker(engine.id, { ...options, rows: elsewhere })) }
    : samples;
}

async function measureAll(engine, rows, options) {
  const now = engine.onWallTime ? wallClock : cpuClock;
  const engineFor = engines(engine, await engine.load());
  const samples = {};
  for (const row of rows) samples[row.id] = await measure(engine, row, await engineFor(row.id), now, options);
  return samples;
}

async function measure(engine, row, made, now, { warmMs, sampleMs, samples }) {
  const contexts = new Contexts(engine, row, made);
  const call = await row.make(engine, made, contexts.next(1)[0]);
  const { loop, asyncLoop } = await import(`./loop.mjs?${row.id}`);
  const kept = [];
  /** Calls it for so many contexts, and returns how long that took in milliseconds. */
  const batch = async (size) => {
    const some = contexts.next(size);
    const start = now();
    if (engine.isAsync) await asyncLoop(call, some, kept);
    else loop(call, some, kept);
    return now() - start;
  };

  let size = 1;
  let took = 0;
  // Making contexts can take longer than what is measured.
  const latest = wallClock() + 2 * warmMs;
  for (let warmed = 0; warmed < warmMs && wallClock() < latest; warmed += took) {
    took = Math.max(await batch(size), 0.001);
    size = Math.min(MOST_CONTEXTS, Math.ceil(size * Math.min(8, Math.max(0.25, sampleMs / took))));
  }
  const batches = Math.min(MOST_BATCHES, Math.max(1, Math.round(sampleMs / (await batch(size)))));
  const times = [];
  for (let sample = 0; sample < samples; sample++) {
    let total = 0;
    for (let i = 0; i < batches; i++) total += await batch(size);
    times.push((total / (batches * size * (row.per ?? 1))) * 1e6);
  }
  if (kept.length === 0) throw new Error("nothing was called");
  return times;
}

/** Contexts that no engine has seen, made outside the measured time and moved out of the young generation there. */
class Contexts {
  #make;
  #users = makeUsers();
  #place = Math.floor(Math.random() * MOST_CONTEXTS);

  constructor(engine, { takesUser, keepsContext }, made) {
    this.#make = takesUser ? (user) => user : (user) => engine.context(user, made);
    if (!keepsContext) return;
    const kept = this.next(1)[0];
    this.#make = () => kept;
  }

  next(size) {
    const contexts = [];
    for (let i = 0; i < size; i++) contexts.push(this.#make(this.#users[this.#place++ % this.#users.length]));
    for (let i = 0; i < 2; i++) globalThis.gc?.({ type: "minor" });
    return contexts;
  }
}

/** Engines in a worker thread, as edge workers and thread pools have them. */
function inWorker(id, options) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { id, options } });
    worker.once("message", ({ samples, error }) => (error === undefined ? resolve(samples) : reject(new Error(error))));
    worker.once("error", reject);
  });
}

if (!isMainThread) {
  const { engineOf } = await import("./engines.mjs");
  try {
    parentPort.postMessage({ samples: await speed(await engineOf(workerData.id), workerData.options) });
  } catch (error) {
    parentPort.postMessage({ error: String(error) });
  }
}
