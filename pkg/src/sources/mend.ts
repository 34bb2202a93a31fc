/**
 * Keeps the last good form of broken parts: their text in the document before takes the place of their
 * text in the next one. All else, byte for byte, is the next document.
 */

import type { Diagnostic } from "../engine/errors.js";
import { textOf, toBytes } from "./body.js";

/** A document in which broken parts are as they were. */
export interface Mended {
  readonly body: Uint8Array;
  /** JSON pointers to the parts that were kept. */
  readonly kept: readonly string[];
}

/**
 * The parts of a document that can be kept: members of these. What rings say is one list, and no part of it. What
 * others refer to comes first: a flag is not broken any more once the segment is mended that it needs.
 */
const TURNS = [["segments", "layers", "holdouts", "attributes"], ["flags", "services"]];

/** Says what validation has to say of a document. */
export type Validate = (body: Uint8Array) => Promise<readonly Diagnostic[]>;

/** What is served, which may have broken parts itself. */
export interface Previous {
  readonly body: Uint8Array;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Mends `next`. Keeping parts is given up where it would break another that is fine, such as by a circle of
 * prerequisites; then nothing is kept.
 */
export async function mended(next: Uint8Array, previous: Previous, validate: Validate): Promise<Mended> {
  const asItIs = { body: next, kept: [] };
  const brokenAtFirst = brokenParts(await validate(next));
  if (brokenAtFirst.size === 0) return asItIs;
  const brokenBefore = brokenParts(previous.diagnostics);
  const before = textOf(previous.body);
  const former = partsOf(before);
  let [text, broken] = [textOf(next), brokenAtFirst];
  const kept: string[] = [];
  for (const sections of TURNS) {
    const isTheirTurn = (part: string): boolean => sections.includes(part.split("/")[1] as string);
    const candidates = [...broken].filter((part) => isTheirTurn(part) && former.has(part) && !brokenBefore.has(part));
    if (candidates.length === 0) continue;
    text = replaced(text, candidates, (part) => former.get(part) as Span, before);
    broken = brokenParts(await validate(toBytes(text)));
    if ([...broken].some((part) => !brokenAtFirst.has(part))) return asItIs;
    kept.push(...candidates.filter((part) => !broken.has(part)));
  }
  return kept.length === 0 ? asItIs : { body: toBytes(text), kept };
}

/** JSON pointers to the parts that have an error. */
function brokenParts(diagnostics: readonly Diagnostic[]): Set<string> {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  return new Set(errors.flatMap(({ path }) => /^\/\w+\/[^/]*/.exec(path) ?? []));
}

/** Where a value stands in a text. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** The parts of a document by their JSON pointers, with where their values stand. */
function partsOf(text: string): Map<string, Span> {
  const parts = new Map<string, Span>();
  const sections = membersOf(text, text.indexOf("{"));
  for (const section of TURNS.flat()) {
    const span = sections.get(section);
    if (span === undefined || text[span.start] !== "{") continue;
    for (const [key, value] of membersOf(text, span.start)) {
      parts.set(`/${section}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`, value);
    }
  }
  return parts;
}

/** The text with parts of another in the place of its own. */
function replaced(text: string, parts: readonly string[], other: (part: string) => Span, from: string): string {
  const own = partsOf(text);
  const edits = parts
    .flatMap((part) => {
      const span = own.get(part);
      return span === undefined ? [] : [{ ...span, by: other(part) }];
    })
    .sort((a, b) => a.start - b.start);
  let result = "";
  let end = 0;
  for (const edit of edits) {
    result += text.slice(end, edit.start) + from.slice(edit.by.start, edit.by.end);
    end = edit.end;
  }
  return result + text.slice(end);
}

/** The members of the object that begins at a place; of a name that is there twice, the last. The text is known to be JSON. */
function membersOf(text: string, start: number): Map<string, Span> {
  const members = new Map<string, Span>();
  const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[^\s{}[\]:,"]+|[{}[\]:,]/gsy;
  const spaces = /\s*/gy;
  let depth = 0;
  let name: string | undefined;
  let valueAt: number | undefined;
  let end = start;
  for (let at = start; ; ) {
    spaces.lastIndex = at;
    spaces.test(text);
    tokens.lastIndex = spaces.lastIndex;
    const index = spaces.lastIndex;
    const token = tokens.exec(text)?.[0];
    if (token === undefined) return members;
    at = tokens.lastIndex;
    if (depth === 1 && (token === "," || token === "}")) {
      if (name !== undefined && valueAt !== undefined) members.set(name, { start: valueAt, end });
      name = valueAt = undefined;
    } else if (depth === 1 && token !== ":") {
      if (name === undefined) name = JSON.parse(token) as string;
      else valueAt ??= index;
    }
    if (token === "{" || token === "[") depth++;
    if ((token === "}" || token === "]") && --depth === 0) return members;
    end = at;
  }
}
