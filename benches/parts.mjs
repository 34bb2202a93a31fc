/**
 * Takes an evaluation apart, by what each part takes when it is run alone: where the nanoseconds of `vexil` in Node go.
 *
 *     cargo xtask build && node benches/parts.mjs
 *
 * Figures are the best of many samples: what the machine's other work did to them is left out. Unlike everything in
 * `peers/` this reaches behind the public API, since the parts are not public.
 */

import { createEngine } from "../pkg/dist/node.js";

const on = { variant: "on" };
const half = { split: { exposure: 50, weights: [{ variant: "on", weight: 1 }] } };
const country = { attribute: "country", op: "in", value: ["US", "CA", "GB", "AU", "NZ"] };
const plan = (value) => ({ attribute: "plan", op: "eq", value });
const version = (value) => ({ attribute: "appVersion", op: "semverGte", value });
const flag = { variants: { on: true, off: false }, offVariant: "off", default: { variant: "off" } };
const snapshot = {
  schema: "vexil/1",
  flags: {
    split: { ...flag, default: half },
    rules: {
      ...flag,
      rules: [
        { id: "enterprise", when: { all: [country, plan("enterprise")] }, serve: on },
        { id: "nine", when: { all: [plan("pro"), version("9.0.0")] }, serve: on },
        { id: "half", when: { all: [country, plan("pro"), version("2.3.0")] }, serve: half },
      ],
    },
    // Reads an attribute, so that it is asked, and decides nothing.
    least: { ...flag, rules: [{ id: "none", when: { attribute: "none", op: "exists" }, serve: on }] },
  },
};

/** All come to the split at the end. They go through text, so that no string is one that is put together when it is read. */
const contexts = JSON.parse(
  JSON.stringify(
    Array.from({ length: 10_000 }, (_, number) => ({
      targetingKey: `${(number * 2_654_435_761) >>> 0}`.padStart(8, "0") + "-9d4a-4e7b-8f6a-1c2d3e4f5a6b",
      country: ["US", "CA", "GB", "AU", "NZ"][number % 5],
      plan: "pro",
      appVersion: `2.${3 + (number % 6)}.${number % 10}`,
    })),
  ),
);

let sink = 0;

/** The nanoseconds of a call, the best of many samples. */
function nanoseconds(call) {
  const CALLS = 20_000;
  let best = Infinity;
  for (let sample = 0; sample < 80; sample++) {
    const start = process.hrtime.bigint();
    for (let index = 0; index < CALLS; index++) sink += call(index);
    best = Math.min(best, Number(process.hrtime.bigint() - start) / CALLS);
  }
  return best;
}

const engine = await createEngine(snapshot);
const { exports } = engine.artifact;
// The first engine of the process has the handle 0.
const handle = 0;
const masks = engine.artifact.numbers(exports.masks(handle));
const row = (key) => engine.ruleset.rowOf("flag", key);
const evaluate = (key, written) => {
  const number = row(key);
  return () => exports.evaluate(handle, number, 0, written, 0);
};
/** What resolving an attribute of the rules adds; the cell holds what the last context wrote. */
const resolving = (slot) => nanoseconds(evaluate("least", 1 << slot)) - nanoseconds(evaluate("least", 0));

const rows = [];
for (const key of ["split", "rules"]) {
  const whole = nanoseconds((index) => (engine.boolean(key, contexts[index % contexts.length], false) ? 1 : 0));
  const inWasm = nanoseconds(evaluate(key, masks[row(key)]));
  const decided = nanoseconds(evaluate(key, 0));
  rows.push([`${key}: engine.boolean, a new context`, whole]);
  rows.push(["  JavaScript: finding the flag, writing attributes, the answer", whole - inWasm]);
  rows.push(["  wasm: resolving what was written", inWasm - decided]);
  rows.push(["  wasm: deciding, the call included", decided]);
}
rows.push(["a call that does nearly nothing", nanoseconds(() => exports.flagCount(handle))]);
rows.push(["deciding a flag that nothing applies to, the call included", nanoseconds(evaluate("least", 0))]);
const paths = JSON.parse(engine.artifact.text(exports.slots(handle)));
for (const path of ["targetingKey", "country", "plan", "appVersion"]) {
  rows.push([`resolving \`${path}\``, resolving(paths.indexOf(path))]);
}

console.log(`Node ${process.versions.node}; nanoseconds, best of 80 samples`);
for (const [what, figure] of rows) console.log(`${what.padEnd(64)}${figure.toFixed(0).padStart(5)}`);
if (sink === 0) throw new Error("nothing was evaluated");
