/** Vexil beside the best peer and the hand-written JavaScript, with its budgets. */

import { BUDGETS } from "./budgets.mjs";
import { figure, table } from "./table.mjs";
import { TITLES, WORKLOAD } from "./titles.mjs";

const COMPARED = [...WORKLOAD, "fresh", "request", "page", "route", "cold", "load", "load10", "heap", "size"];
const COLUMNS = ["row", "<engine", "figure", "<best peer", "figure", "ratio", "<budget", "by hand", "ratio", "<budget"];

const HEADING = `## Vexil beside the others

A ratio is Vexil's figure divided by the other's: below 1 Vexil is quicker or smaller. The best peer is the best product
in that row. The hand-written JavaScript is no product: it is the least that could be done, without saying why.`;

export function comparison(engines, figures) {
  const lines = COMPARED.flatMap((row) =>
    engines
      .filter((engine) => engine.isOurs && figures.of(engine, row) !== undefined)
      .flatMap((engine) => linesFor(engine, row, engines, figures)),
  );
  return lines.length === 0 ? undefined : `${HEADING}\n\n${table(COLUMNS, lines)}`;
}

/** One line, and another for each budget that names peers of its own. */
function linesFor(engine, row, engines, figures) {
  const { name, unit } = TITLES[row];
  const own = figures.of(engine, row);
  const head = [name, engine.name, `${figure(own)} ${unit}`];
  const budgets = BUDGETS.filter((budget) => budget.row === row && (budget.engine ?? engine.id) === engine.id);
  const { ofPeer, ofReference, most } = budgets.find((budget) => budget.among === undefined) ?? {};

  const byHand = figures.of(engines.find(({ isReference }) => isReference) ?? {}, row);
  const peer = best(engines, row, figures);
  const toPeer = most === undefined ? verdict(own / peer?.figure, ofPeer) : verdict(own, most, ` ${unit}`);
  const line = [...head, ...beside(own, peer), toPeer, ...beside(own, { figure: byHand }).slice(1)];
  return [
    [...line, verdict(own / byHand, ofReference)],
    ...budgets
      .filter(({ among }) => among !== undefined)
      .map(({ among, ofPeer }) => {
        const peer = best(engines, row, figures, among);
        return [...head, ...beside(own, peer), verdict(own / peer?.figure, ofPeer), "", "", ""];
      }),
  ];
}

function beside(own, other) {
  return [other?.name ?? "", figure(other?.figure), figure(own / other?.figure)];
}

/** The best of the products that others make, or of some of them. */
function best(engines, row, figures, among) {
  return engines
    .filter(({ id, isOurs, isReference }) => (among?.includes(id) ?? true) && !isOurs && !isReference)
    .map((engine) => ({ name: engine.name, figure: figures.of(engine, row) }))
    .filter(({ figure }) => figure !== undefined)
    .sort((a, b) => a.figure - b.figure)[0];
}

function verdict(number, most, unit = "") {
  if (most === undefined || Number.isNaN(number)) return "";
  return `${most}${unit} ${number <= most ? "met" : "over"}`;
}
