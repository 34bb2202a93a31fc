/**
 * The rows: what is asked of an engine. Each makes, for an engine, a function that is called once for each context.
 *
 * Every context is a new object that the engine has never seen: contexts are made in batches outside the measured time,
 * in the engine's own form, and each is handed over once. What making one costs is the row `context`.
 */

import { FLAG, neutral } from "./neutral.mjs";
import { snapshotFor, snapshotOf } from "./snapshots.mjs";

/** In `request` and `page`: flags of W2 to W4, spread over the snapshot. */
const PER_REQUEST = 50;

export const ROWS = [
  { id: "W1", title: "boolean, no rules", make: single("W1") },
  { id: "W2", title: "50 % rollout", make: single("W2") },
  { id: "W3", title: "three rules, then 50 %", make: single("W3") },
  { id: "W4", title: "three variants with a payload", make: single("W4") },
  { id: "W5", title: "a list of 1,000 ids", make: single("W5") },
  { id: "W6", title: "all of 1,000 flags", unit: "µs", make: all },
  { id: "fresh", title: "1,000 flags in rotation, a new context each", make: fresh },
  { id: "request", title: "50 flags for a new context, per flag", per: PER_REQUEST, make: request },
  { id: "page", title: "50 flags in rotation for one context that stays", make: page, keepsContext: true },
  {
    id: "route",
    title: "a service with two tracks, in a worker thread (peers have none: the flag of W2)",
    make: route,
    inWorker: true,
  },
  { id: "explain", title: "an explanation of W3", unit: "µs", make: explain },
  { id: "context", title: "making the engine's own form of a user", make: context, takesUser: true },
];

/** Whether an engine can be asked for a row. */
export function has(engine, { id }) {
  if (engine.rows !== undefined) return engine.rows.includes(id);
  if (engine.without?.includes(id)) return false;
  return id !== "explain" || engine.explain !== undefined;
}

/** The same engine for all rows that have the same snapshot. */
export function engines(engine, module) {
  const made = new Map();
  return async (row) => {
    const snapshot = snapshotFor(engine, row);
    if (!made.has(snapshot)) made.set(snapshot, await engine.create(module, snapshotOf(engine, snapshot)));
    return made.get(snapshot);
  };
}

/** What asks for a flag: its value, by the call that its kind needs. */
export function asker({ boolean, object, target = boolean }, kind) {
  return kind === "experiment" ? object : kind === "target" ? target : boolean;
}

function single(row) {
  return (engine, made) => {
    const { key, kind } = FLAG[row];
    const ask = asker(engine, kind);
    return (context) => ask(made, key, context);
  };
}

function all(engine, made) {
  const flags = allFlags();
  if (engine.all !== undefined) return (context) => engine.all(made, context, flags);
  const asked = flags.map(({ key, kind }) => ({ key, ask: asker(engine, kind) }));
  const answer = (key, value) => ({ key, value });
  if (!engine.isAsync) return (context) => asked.map(({ key, ask }) => answer(key, ask(made, key, context)));
  return async (context) => {
    const answers = [];
    for (const { key, ask } of asked) answers.push(answer(key, await ask(made, key, context)));
    return answers;
  };
}

function fresh(engine, made) {
  const asked = allFlags().map(({ key, kind }) => ({ key, ask: asker(engine, kind) }));
  let next = 0;
  return (context) => {
    const { key, ask } = asked[next];
    next = next + 1 < asked.length ? next + 1 : 0;
    return ask(made, key, context);
  };
}

function request(engine, made) {
  const { open, close, asked } = scope(engine, made);
  if (engine.isAsync) {
    return async (context) => {
      const opened = await open(context);
      let last;
      for (const { key, ask } of asked) last = await ask(opened, key);
      return last;
    };
  }
  return (context) => {
    const opened = open(context);
    let last;
    for (let i = 0; i < asked.length; i++) last = asked[i].ask(opened, asked[i].key);
    close?.(opened);
    return last;
  };
}

async function page(engine, made, context) {
  const { open, asked } = scope(engine, made);
  const opened = await open(context);
  let next = 0;
  return () => {
    const { key, ask } = asked[next];
    next = next + 1 < asked.length ? next + 1 : 0;
    return ask(opened, key);
  };
}

/** What an engine has for many questions about one context: that, or its usual calls. */
export function scope(engine, made) {
  const flags = allFlags().filter(({ kind }) => kind !== "on");
  // 14 is not a multiple of the three kinds, so all three take turns.
  const some = Array.from({ length: PER_REQUEST }, (_, i) => flags[i * 14]);
  if (engine.request !== undefined) {
    const asked = some.map(({ key, kind }) => ({ key, ask: asker(engine.request, kind) }));
    return { open: (context) => engine.request.open(made, context), close: engine.request.close, asked };
  }
  const asked = some.map(({ key, kind }) => {
    const ask = asker(engine, kind);
    return { key, ask: (context, key) => ask(made, key, context) };
  });
  return { open: (context) => context, asked };
}

/** Who has no services is asked for the flag that comes nearest: on for half of the users. */
function route(engine, made) {
  return engine.route === undefined ? single("W2")(engine, made) : (context) => engine.route(made, context);
}

function explain(engine, made) {
  return (context) => engine.explain(made, FLAG.W3.key, context);
}

function context(engine, made) {
  return (user) => engine.context(user, made);
}

export function allFlags() {
  return neutral(1_000).flags.map((flag) => ({ ...flag, isObject: flag.kind === "experiment" }));
}
