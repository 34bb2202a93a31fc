/** Where the problems of a text stand in it. */

import type { Diagnostic } from "vexil";
import { type Place, placesIn } from "./document.js";

/** A problem with its place. */
export interface PlacedProblem extends Place {
  readonly problem: Diagnostic;
  /** Counted from 1. */
  readonly line: number;
}

/** How the engine says where a text stops being JSON. */
const POSITION = / at line (\d+) column (\d+)$/;

/** Problems in the order of the text. */
export function placed(text: string, problems: readonly Diagnostic[]): PlacedProblem[] {
  const placeOf = placesIn(text);
  const all = problems.map((problem) => {
    const place = unreadable(text, problem) ?? placeOf(problem.path);
    return { problem, ...place, line: text.slice(0, place.from).split("\n").length };
  });
  return all.sort((one, other) => one.from - other.from);
}

/** Text that is no JSON has no pointers, but a line and a column. */
function unreadable(text: string, { code, message }: Diagnostic): Place | undefined {
  const [, line, column] = POSITION.exec(message) ?? [];
  if (code !== "not-json" || line === undefined) return undefined;
  const lines = text.split("\n").slice(0, Number(line));
  const start = lines.slice(0, -1).reduce((sum, each) => sum + each.length + 1, 0);
  const to = Math.min(start + Number(column), start + (lines.at(-1)?.length ?? 0));
  return { from: Math.max(start, to - 1), to };
}
