/**
 * The engines that people use beside Vexil, in one run: verifies every engine, measures it, and prints the tables.
 * `cargo xtask bench --peers` builds what this needs and starts it; the README says what is measured.
 *
 * Each round runs every engine once, in random order and in a process of its own. A figure is the median of the rounds.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { buildClock } from "./clock.mjs";
import { engineIds, engineOf, obstacle, versionOf } from "./engines.mjs";
import { Figures } from "./figures.mjs";
import { machine } from "./machine.mjs";
import { report } from "./report.mjs";
import { ROWS, has } from "./rows.mjs";
import { shippedSize } from "./size.mjs";
import { inProcess } from "./spawn.mjs";

/** How long a row is warmed up, how long a sample takes, and how many samples there are in a round. */
const EFFORT = { warmMs: 250, sampleMs: 15, samples: 5 };
const QUICK_EFFORT = { warmMs: 100, sampleMs: 8, samples: 5 };

const figures = new Figures();
/** What could not be measured, and why. */
const leftOut = [];

try {
  await run(readOptions());
} catch (error) {
  console.error(`error: ${error.message}`);
  process.exitCode = 1;
}

async function run({ ids, rows, rounds, effort }) {
  buildClock();
  const about = { ...machine(), rounds, ...effort };
  const engines = await usable(ids);
  if (rows.includes("size")) for (const engine of engines) await size(engine);
  for (let round = 1; round <= rounds; round++) {
    if (!process.stderr.isTTY) console.error(`round ${round} of ${rounds}`);
    for (const [place, engine] of shuffled(engines).entries()) {
      progress(`round ${round} of ${rounds}, ${place + 1} of ${engines.length}: ${engine.name}`);
      await measure(engine, rows, effort);
    }
  }
  progress("");
  publish(about, engines);
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string" },
      rows: { type: "string" },
      rounds: { type: "string" },
    },
  });
  const rounds = Number(values.rounds ?? (values.quick ? 2 : 5));
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`\`${values.rounds}\` is no number of rounds`);
  return {
    ids: chosen(values.only, engineIds(), "engine"),
    rows: chosen(values.rows, [...ROWS.map(({ id }) => id), "cold", "size"], "row"),
    rounds,
    effort: values.quick ? QUICK_EFFORT : EFFORT,
  };
}

/** Those that are asked for, or all. */
function chosen(list, all, what) {
  const names = list?.split(",") ?? all;
  const unknown = names.find((name) => !all.includes(name));
  if (unknown !== undefined) throw new Error(`there is no ${what} \`${unknown}\`, but ${all.join(", ")}`);
  return names;
}

/** The engines that are there and answer as they should. */
async function usable(ids) {
  const usable = [];
  for (const id of ids) {
    const engine = await engineOf(id);
    progress(`verifying ${engine.name}`);
    const reason = obstacle(engine) ?? (await refuted(engine));
    if (reason === undefined) usable.push({ ...engine, version: versionOf(engine) });
    else leftOut.push(`${engine.name}: ${reason}`);
  }
  return usable;
}

async function refuted(engine) {
  const { problems, error } = await inProcess(engine.id, "verify");
  return error ?? (problems.length > 0 ? problems.join("; ") : undefined);
}

async function size(engine) {
  try {
    figures.add(engine, "size", await shippedSize(engine), 1e3);
  } catch (error) {
    leaveOut(engine, "size", error.errors?.[0]?.text ?? error.message);
  }
}

async function measure(engine, asked, effort) {
  const rows = ROWS.filter((row) => asked.includes(row.id) && has(engine, row));
  if (rows.length > 0) await speed(engine, rows, effort);
  if (asked.includes("cold") && !engine.noCold) await start(engine);
}

async function speed(engine, rows, effort) {
  const result = await inProcess(engine.id, "speed", { ...effort, rows: rows.map((row) => row.id) });
  if (result.error !== undefined) return leaveOut(engine, "speed", result.error);
  for (const { id, unit } of rows) figures.addSamples(engine, id, result[id], unit === "µs" ? 1e3 : 1);
}

async function start(engine) {
  const few = await inProcess(engine.id, "cold", { size: 1_000 });
  const many = await inProcess(engine.id, "cold", { size: 10_000 });
  const error = few.error ?? many.error;
  if (error !== undefined) return leaveOut(engine, "start", error);
  figures.add(engine, "import", few.import);
  figures.add(engine, "load", few.load);
  figures.add(engine, "cold", few.cold);
  figures.add(engine, "load10", many.load);
  // The heap does not show an addon's memory.
  if (!engine.isNative) figures.add(engine, "heap", many.heap, 1e6);
  figures.add(engine, "resident", many.resident, 1e6);
}

function leaveOut(engine, what, error) {
  const line = `${engine.name}, ${what}: ${error}`;
  if (!leftOut.includes(line)) leftOut.push(line);
}

function publish(about, engines) {
  const text = report({ about, engines, figures, leftOut });
  const results = new URL("results/", import.meta.url);
  mkdirSync(results, { recursive: true });
  writeFileSync(new URL("report.md", results), `${text}\n`);
  writeFileSync(new URL("results.json", results), JSON.stringify({ about, leftOut, figures }, null, 1));
  console.log(text);
}

function shuffled(engines) {
  const drawn = engines.map((engine) => ({ engine, by: Math.random() }));
  return drawn.sort((a, b) => a.by - b.by).map(({ engine }) => engine);
}

/** One line that is written over, where somebody looks at it. */
function progress(line) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`);
}
