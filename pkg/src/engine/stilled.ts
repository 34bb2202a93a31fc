/**
 * Copies of contexts that can be read without running anybody's code: for contexts that are kept,
 * and for those whose getters evaluate flags, so that all values are read before any is written.
 */

import { isPlain, timeOf } from "./kinds.js";
import { type Attributes, begin, giveUp, NOWHERE, readings } from "./writer.js";

/** Holds the place of what exists and no condition can look into: an instance of a class. */
const opaque = Object.freeze(new (class Opaque {})());

/** A path of 256 bytes has no more steps. */
const DEEPEST = 128;

/** What was copied already: contexts may have cycles. */
type Copies = Map<object, object>;

/** A copy of plain objects, arrays, dates and scalars, to the leaves. */
export function stilled(context: Attributes): Attributes {
  const before = readings();
  begin(NOWHERE);
  try {
    return copyOf(context, undefined, 0);
  } finally {
    giveUp(before);
  }
}

function copyOf(value: Attributes, known: Copies | undefined, depth: number): Attributes {
  const copy: Record<string, unknown> = { ...value };
  // Most contexts are flat and need no record of what was copied.
  let copies = known;
  const inner = (member: object): unknown => {
    copies ??= new Map(isPlain(value) ? [[value, copy]] : []);
    return still(member, copies, depth + 1);
  };
  known?.set(value, copy);
  const names = Object.keys(copy);
  for (const name of names) {
    const member = copy[name];
    if (typeof member === "object" && member !== null) copy[name] = inner(member);
  }
  const all = Object.getOwnPropertyNames(value);
  if (all.length === names.length) return copy;
  // Some are not enumerable. They are own properties all the same.
  for (const name of all) {
    if (Object.hasOwn(copy, name)) continue;
    const member = value[name];
    Object.defineProperty(copy, name, { value: typeof member === "object" && member !== null ? inner(member) : member });
  }
  return copy;
}

function still(value: object, copies: Copies, depth: number): unknown {
  const known = copies.get(value);
  if (known !== undefined) return known;
  if (Array.isArray(value)) return listOf(value, copies, depth);
  if (isPlain(value)) return depth < DEEPEST ? copyOf(value as Attributes, copies, depth) : opaque;
  const time = timeOf(value);
  return time === undefined ? opaque : new Date(time);
}

function listOf(items: readonly unknown[], copies: Copies, depth: number): unknown[] {
  const list: unknown[] = [];
  copies.set(items, list);
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    list.push(typeof item !== "object" || item === null ? item : depth < DEEPEST ? still(item, copies, depth + 1) : opaque);
  }
  return list;
}
