/** Whether an engine answers as it should: an engine that decides something else is not measured. */

import { inspect, isDeepStrictEqual } from "node:util";
import { FLAG, VARIANTS, WEIGHTS, users as makeUsers } from "./neutral.mjs";
import { ROWS, allFlags, asker, engines, has, scope } from "./rows.mjs";

const USERS = 2_000;
const USERS_IF_SLOW = 300;

/** The shares of the users that get `true`, by rows. */
const SHARES = { W1: 1, W2: 0.5, W3: 0.5, W5: 0.1 };

/** What is wrong, as sentences; empty if nothing is. */
export async function verify(engine) {
  const users = makeUsers().slice(0, engine.isSlow ? USERS_IF_SLOW : USERS);
  const engineFor = engines(engine, await engine.load());
  const wanted = ROWS.filter((row) => has(engine, row)).map((row) => row.id);
  const problems = [];
  for (const row of wanted.filter((row) => row in SHARES)) {
    problems.push(...(await verifyShare(engine, await engineFor(row), row, users)));
  }
  if (wanted.includes("W4")) problems.push(...(await verifyVariants(engine, await engineFor("W4"), users)));
  if (wanted.includes("W6")) problems.push(...(await verifyAll(engine, await engineFor("W6"), users[0])));
  if (wanted.includes("request")) problems.push(...(await verifyScope(engine, await engineFor("request"), users)));
  if (wanted.includes("route")) problems.push(...(await verifyRoute(engine, await engineFor("route"), users)));
  if (wanted.includes("explain")) problems.push(...(await verifyExplanation(engine, await engineFor("W3"), users[0])));
  return { problems };
}

async function verifyShare(engine, made, row, users) {
  const { key, kind } = FLAG[row];
  const ask = asker(engine, kind);
  const answers = [];
  for (const user of users) answers.push(await ask(made, key, engine.context(user, made)));
  const odd = answers.find((answer) => typeof answer !== "boolean");
  if (odd !== undefined) return [`${row}: the answer ${inspect(odd)}`];
  // Segments hold a tenth exactly, and what is on is on; hashing gives shares that are nearly so.
  const exact = kind === "segment" || kind === "on";
  return near(row, SHARES[row], answers.filter(Boolean).length / users.length, exact ? 0 : tolerance(users));
}

async function verifyVariants(engine, made, users) {
  const counts = new Map(VARIANTS.map((variant) => [variant, 0]));
  for (const user of users) {
    const answer = await engine.object(made, FLAG.W4.key, engine.context(user, made));
    const { variant } = typeof answer === "string" ? JSON.parse(answer) : answer;
    if (!counts.has(variant)) return [`W4: the answer ${inspect(answer)}`];
    counts.set(variant, counts.get(variant) + 1);
  }
  const shares = [...counts.values()].map((count) => count / users.length);
  return shares.flatMap((share, i) => near(`W4, ${VARIANTS[i]}`, WEIGHTS[i] / 100, share, tolerance(users)));
}

/** All flags must be named in what comes of asking for all, whatever its form. */
async function verifyAll(engine, made, user) {
  const row = ROWS.find(({ id }) => id === "W6");
  const answers = await row.make(engine, made)(engine.context(user, made));
  const shown = inspect(answers, { depth: 6, maxArrayLength: null, maxStringLength: null });
  const missing = allFlags().filter(({ key }) => !shown.includes(key));
  return missing.length > 0 ? [`W6: ${missing.length} flags are missing`] : [];
}

/** What an engine has for many questions must answer like its single calls. */
async function verifyScope(engine, made, users) {
  const { open, asked } = scope(engine, made);
  const { asked: single } = scope({ ...engine, request: undefined }, made);
  for (const user of users.slice(0, 20)) {
    const opened = await open(engine.context(user, made));
    for (const [place, { key, ask }] of asked.entries()) {
      const answer = await ask(opened, key);
      const expected = await single[place].ask(engine.context(user, made), key);
      if (!isDeepStrictEqual(answer, expected))
        return [`request: ${key} is ${inspect(answer)}, not ${inspect(expected)}`];
    }
  }
  return [];
}

async function verifyRoute(engine, made, users) {
  const { make } = ROWS.find(({ id }) => id === "route");
  const ask = make(engine, made);
  let canary = 0;
  for (const user of users) canary += (await ask(engine.context(user, made))) ? 1 : 0;
  return near("route", 0.5, canary / users.length, tolerance(users));
}

async function verifyExplanation(engine, made, user) {
  const { value, steps } = await engine.explain(made, FLAG.W3.key, engine.context(user, made));
  const expected = await engine.boolean(made, FLAG.W3.key, engine.context(user, made));
  if (value !== expected) return [`explain: ${value}, but the answer is ${expected}`];
  return steps.length > 0 ? [] : ["explain: no steps"];
}

function near(what, expected, share, tolerance) {
  return Math.abs(share - expected) <= tolerance ? [] : [`${what}: ${share} of the users instead of ${expected}`];
}

/** Nearly four standard deviations of an even split. */
function tolerance(users) {
  return 1.9 / Math.sqrt(users.length);
}
