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

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    rows: { type: "string" },
    rounds: { type: "string" },
  },
});
const rounds = Number(options.rounds ?? (options.quick ? 2 : 5));
const effort = options.quick ? { warmMs: 100, sampleMs: 8, samples: 5 } : { warmMs: 200, sampleMs: 15, samples: 5 };
const wanted = wantedRows(options.rows?.split(","));

buildClock();
const about = { ...machine(), rounds, ...effort };
const figures = new Figures();
const leftOut = [];
const engines = await usable(options.only?.split(","));
if (wanted.includes("size")) for (const engine of engines) await size(engine);
for (let round = 1; round <= rounds; round++) {
  if (!process.stderr.isTTY) console.error(`round ${round} of ${rounds}`);
  for (const [place, engine] of shuffled(engines).entries()) {
    progress(`round ${round} of ${rounds}, ${place + 1} of ${engines.length}: ${engine.name}`);
    await measure(engine);
  }
}
progress("");

const text = report({ about, engines, figures, leftOut });
console.log(text);
const results = new URL("results/", import.meta.url);
mkdirSync(results, { recursive: true });
writeFileSync(new URL("report.md", results), `${text}\n`);
writeFileSync(new URL("results.json", results), JSON.stringify({ about, leftOut, figures }, null, 1));

function wantedRows(asked) {
  const all = [...ROWS.map((row) => row.id), "cold", "size"];
  const unknown = asked?.filter((row) => !all.includes(row)) ?? [];
  if (unknown.length > 0) throw new Error(`no row \`${unknown.join("`, `")}\`; there are ${all.join(", ")}`);
  return asked ?? all;
}

/** The engines that are there and answer as they should. */
async function usable(only) {
  const usable = [];
  for (const id of engineIds(only)) {
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
    leftOut.push(`${engine.name}, size: ${error.errors?.[0]?.text ?? error.message}`);
  }
}

async function measure(engine) {
  const rows = ROWS.filter((row) => wanted.includes(row.id) && has(engine, row));
  for (const row of rows.length > 0 ? [rows] : []) note(engine, "speed", await speed(engine, row));
  if (wanted.includes("cold") && !engine.noCold) note(engine, "start", await start(engine));
}

async function speed(engine, rows) {
  const result = await inProcess(engine.id, "speed", { ...effort, rows: rows.map((row) => row.id) });
  if (result.error !== undefined) return result.error;
  for (const { id, unit } of rows) figures.addSamples(engine, id, result[id], unit === "µs" ? 1e3 : 1);
  return undefined;
}

async function start(engine) {
  const few = await inProcess(engine.id, "cold", { size: 1_000 });
  const many = await inProcess(engine.id, "cold", { size: 10_000 });
  if (few.error !== undefined || many.error !== undefined) return few.error ?? many.error;
  figures.add(engine, "import", few.import);
  figures.add(engine, "load", few.load);
  figures.add(engine, "cold", few.cold);
  figures.add(engine, "load10", many.load);
  // The heap does not show an addon's memory.
  if (!engine.isNative) figures.add(engine, "heap", many.heap, 1e6);
  figures.add(engine, "resident", many.resident, 1e6);
  return undefined;
}

function note(engine, what, error) {
  const line = `${engine.name}, ${what}: ${error}`;
  if (error !== undefined && !leftOut.includes(line)) leftOut.push(line);
}

function shuffled(engines) {
  return engines
    .map((engine) => ({ engine, by: Math.random() }))
    .sort((a, b) => a.by - b.by)
    .map(({ engine }) => engine);
}

function progress(line) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`);
}
