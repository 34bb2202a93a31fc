/** The report of a run in Markdown: what it was measured on, the tables, Vexil beside the others, and remarks. */

import { comparison } from "./comparison.mjs";
import { figure, table } from "./table.mjs";
import { START, TITLES, USE, WORKLOAD } from "./titles.mjs";

export function report({ about, engines, figures, leftOut }) {
  const best = { of: (engine, row) => figures.best(engine, row) };
  const parts = [
    `# Vexil beside the engines that people use\n\n${measuredOn(about)}`,
    section("One flag for a new context, and all flags", engines, figures, WORKLOAD, "W3"),
    section("As it is used", engines, figures, USE, "fresh"),
    section("Start, memory, download", engines, figures, START, "cold"),
    comparison(engines, figures),
    section("The best round: one flag, and all", engines, best, WORKLOAD, "W3", { hasLegend: false }),
    section("The best round: as it is used", engines, best, USE, "fresh", { hasLegend: false }),
    `## Remarks\n\n${remarks(engines, leftOut)}`,
  ];
  return parts.filter((part) => part !== undefined).join("\n\n");
}

function measuredOn({ processor, cores, memory, system, node, clock, load, date, rounds }) {
  return [
    `- ${processor}, ${cores} cores, ${memory}; ${system}; Node ${node}`,
    `- ${date} UTC, load ${load} at the start; speed in ${clock}`,
    `- medians of ${rounds} rounds; each runs every engine once, in random order, in a process of its own`,
  ].join("\n");
}

/** A table with a line for each engine, the best first in the row that tells most; nothing if nothing was measured. */
function section(heading, engines, figures, rows, by, { hasLegend = true } = {}) {
  const has = (engine, row) => figures.of(engine, row) !== undefined;
  const measured = rows.filter((row) => engines.some((engine) => has(engine, row)));
  if (measured.length === 0) return undefined;
  const ranked = measured.includes(by) ? by : measured[0];
  const lines = engines
    .filter((engine) => measured.some((row) => has(engine, row)))
    .sort((a, b) => (figures.of(a, ranked) ?? Number.MAX_VALUE) - (figures.of(b, ranked) ?? Number.MAX_VALUE))
    .map((engine) => [nameOf(engine), ...measured.map((row) => figure(figures.of(engine, row)))]);
  const columns = ["engine", ...measured.map((row) => `${TITLES[row].name} ${TITLES[row].unit}`)];
  const legend = measured.map((row) => `- \`${TITLES[row].name}\`: ${TITLES[row].title}`).join("\n");
  return [`## ${heading}`, ...(hasLegend ? [legend] : []), table(columns, lines)].join("\n\n");
}

function nameOf({ name, isOurs }) {
  return isOurs ? `**${name}**` : name;
}

function remarks(engines, leftOut) {
  const lines = engines.map(({ name, package: module, version, note, isAsync }) => {
    const words = [
      module === undefined ? "no product" : `\`${module}\` ${version}`,
      isAsync ? "answers asynchronously" : undefined,
      note,
    ];
    return `- ${name}: ${words.filter((word) => word !== undefined).join("; ")}`;
  });
  return [...lines, ...leftOut.map((line) => `- Not measured: ${line}`)].join("\n");
}
