/**
 * Writes attributes into the cells of a context block: the only place where attributes cross into
 * wasm. `src/evaluate/block.rs` defines the cells: 64 bytes for each attribute, first a tag in the
 * low three bits and a length above, then up to 56 bytes.
 *
 * Two things make it fast. Each attribute has a closure of its own that knows where to write, and
 * each is read at a place of its own in the code, so that the engine of JavaScript learns one
 * property for each place. A loop over names costs five times as much.
 *
 * Reading a context can run its owner's code: getters, proxies. That code may evaluate flags, or
 * replace the ruleset, whose blocks are given back then. So the block stands in one variable that
 * whatever comes between sets to NOWHERE: what is left of the write is lost, harms nothing, and
 * whoever began it learns that it has to be done again.
 */

import type { Artifact } from "./artifact.js";
import { isPlain, timeOf } from "./kinds.js";

/** A context as users give it: any object; only its own properties count. */
export type Attributes = { readonly [name: string]: unknown };

/** Writes an attribute of `context`, whose own property of that name is `value`. */
type Put = (value: unknown, context: Attributes) => void;

/** Writes attributes into the block that was begun. */
export interface Writer {
  /** Those of a mask, of a context that inherits from no class. */
  plain(context: Attributes, mask: number): void;
  /** Those of a mask, of any context. */
  any(context: Attributes, mask: number): void;
  /** One, by its slot. */
  one(context: Attributes, slot: number): void;
}

/** Reserves room in the block that was begun for what does not fit into a cell; 0 if that is nowhere. */
type Spill = (slot: number, length: number) => number;

const TEXT = 1;
const NUMBER = 2;
const BOOLEAN = 3;
const INSTANT = 4;
const LIST = 5;
const LONG_TEXT = 6;
const OBJECT = 7;
const TAG_BITS = 3;

/** Words of 32 bits. */
const CELL_WORDS = 16;
const INLINE_BYTES = 56;

/** Longer than any room; the length of a text or list has 29 bits. */
const MOST_SPILLED = 2 ** (32 - TAG_BITS) - 1;

/** Negative with any slot added to it. Typed arrays ignore what is written there. */
export const NOWHERE = -(2 ** 30);

/** Where the cells are that are being written, in words. */
let base = NOWHERE;

/** How many contexts are being read at the moment: more than one while a getter evaluates flags. */
let reading = 0;

/** Begins to write a block, given the place of its cells in words. */
export function begin(cells: number): void {
  base = cells;
  reading++;
}

/** Ends what was begun; whether nothing came between. */
export function finish(cells: number): boolean {
  reading--;
  const isWhole = base === cells;
  base = NOWHERE;
  return isWhole;
}

/** To be called by all that could disturb a write: evaluating, changing rulesets, letting the memory grow. */
export function interrupt(): void {
  base = NOWHERE;
}

/** How many contexts are being read. */
export function readings(): number {
  return reading;
}

/** After something was thrown: how many contexts were being read before. */
export function giveUp(before: number): void {
  reading = before;
  base = NOWHERE;
}

const encoder = new TextEncoder();
/** UTF-8 takes at most three bytes for a unit of UTF-16. */
const scratch = new Uint8Array(3 * INLINE_BYTES);
const inherited: Attributes = Object.prototype as unknown as Attributes;

/** The own property of a context, where what was read might be inherited. */
function own(context: Attributes, name: string): unknown {
  return Object.hasOwn(context, name) ? context[name] : undefined;
}

/** The attribute of a path that is no whole key: every dot is a step into a plain object. */
function walk(context: Attributes, steps: readonly string[]): unknown {
  let value: unknown = context;
  for (let index = 0; index < steps.length; index++) {
    const step = steps[index] as string;
    if (typeof value !== "object" || value === null || (index > 0 && !isPlain(value))) return undefined;
    value = own(value as Attributes, step);
  }
  return value;
}

/** The attribute of a path: a whole key, else every dot is a step into a plain object. */
export function attributeOf(context: Attributes, path: string): unknown {
  return Object.hasOwn(context, path) ? context[path] : walk(context, path.split("."));
}

/** Writes the values of one attribute. */
function putterOf(path: string, slot: number, artifact: Artifact, spill: Spill): Put {
  const offset = slot * CELL_WORDS;

  const put = (value: unknown): void => {
    if (typeof value === "string") putText(value);
    else if (typeof value === "number") putNumber(value, NUMBER);
    else putOther(value);
  };

  const putText = (text: string): void => {
    const length = text.length;
    if (length > INLINE_BYTES) return putLong(text);
    const at = base + offset;
    const cells = artifact.words;
    let seen = 0;
    let index = 0;
    let word = at + 2;
    // Four characters a store. Nothing behind the length is ever read, so nothing is cleared.
    for (const end = length & ~3; index < end; index += 4) {
      const a = text.charCodeAt(index);
      const b = text.charCodeAt(index + 1);
      const c = text.charCodeAt(index + 2);
      const d = text.charCodeAt(index + 3);
      seen |= a | b | c | d;
      cells[word++] = a | (b << 8) | (c << 16) | (d << 24);
    }
    if (index < length) {
      let rest = 0;
      for (let shift = 0; index < length; index++, shift += 8) {
        const a = text.charCodeAt(index);
        seen |= a;
        rest |= a << shift;
      }
      cells[word] = rest;
    }
    if (seen > 127) return putEncoded(text);
    cells[at] = TEXT | (length << TAG_BITS);
  };

  const putNumber = (value: number, tag: number): void => {
    const at = base + offset;
    artifact.floats[(at >> 1) + 1] = value;
    artifact.words[at] = tag;
  };

  const putOther = (value: unknown): void => {
    switch (typeof value) {
      case "boolean":
        artifact.words[base + offset] = BOOLEAN | (value ? 1 << TAG_BITS : 0);
        break;
      case "bigint": {
        const number = Number(value);
        putNumber(Number.isSafeInteger(number) ? number : NaN, NUMBER);
        break;
      }
      case "object":
        if (value === null) artifact.words[base + offset] = 0;
        else putObject(value);
        break;
      default:
        // Nothing, a function or a symbol.
        artifact.words[base + offset] = 0;
    }
  };

  const putObject = (value: object): void => {
    if (Array.isArray(value)) return putSpilled(encodeList(value), LIST);
    const time = isPlain(value) ? undefined : timeOf(value);
    if (time !== undefined) putNumber(time, INSTANT);
    else artifact.words[base + offset] = OBJECT;
  };

  /** A text with other characters than ASCII. */
  const putEncoded = (text: string): void => {
    const { written } = encoder.encodeInto(text, scratch);
    if (written > INLINE_BYTES) return putLong(text);
    const at = base + offset;
    // Elsewhere than typed arrays, whose `set` throws for a place that is not there.
    if (at < 0) return;
    artifact.bytes.set(scratch.subarray(0, written), 4 * at + 8);
    artifact.words[at] = TEXT | (written << TAG_BITS);
  };

  const putLong = (text: string): void => {
    // Short texts get room for the worst case, long ones are measured first.
    if (text.length >= 4096) return putSpilled(encoder.encode(text), LONG_TEXT);
    const room = 3 * text.length;
    const address = spill(slot, room);
    if (address === 0) return;
    const { written } = encoder.encodeInto(text, artifact.bytes.subarray(address, address + room));
    artifact.words[base + offset] = LONG_TEXT | (written << TAG_BITS);
  };

  const putSpilled = (encoded: Uint8Array, tag: number): void => {
    const length = encoded.length;
    if (length > MOST_SPILLED) throw new RangeError(`the attribute \`${path}\` is too long`);
    const address = spill(slot, length);
    if (address === 0) return;
    artifact.bytes.set(encoded, address);
    artifact.words[base + offset] = tag | (length << TAG_BITS);
  };

  // What an accessor of `Object.prototype` answers cannot be told from an own value: `__proto__` is one.
  const accessed = Object.getOwnPropertyDescriptor(Object.prototype, path)?.get !== undefined;
  const steps = path.includes(".") ? path.split(".") : undefined;
  if (!accessed && steps === undefined) return put;
  return (value, context) => {
    const found = accessed ? own(context, path) : value;
    put(found === undefined && steps && !Object.hasOwn(context, path) ? walk(context, steps) : found);
  };
}

/** The scalars of an array in the form that `List` of `src/evaluate/block.rs` reads. */
function encodeList(items: readonly unknown[]): Uint8Array {
  const count = items.length;
  let list = new Uint8Array(16 * count + 64);
  let view = new DataView(list.buffer);
  let end = 0;
  for (let index = 0; index < count; index++) {
    const item = items[index];
    const text = typeof item === "string" ? item : "";
    if (end + 16 + 3 * text.length > list.length) {
      const grown = new Uint8Array(2 * (end + 16 + 3 * text.length));
      grown.set(list.subarray(0, end));
      list = grown;
      view = new DataView(list.buffer);
    }
    if (typeof item === "string") {
      const written = encodeShort(text, list, end + 5) ?? encoder.encodeInto(text, list.subarray(end + 5)).written;
      list[end] = TEXT;
      view.setUint32(end + 1, written, true);
      end += 5 + written;
    } else if (typeof item === "boolean") {
      list[end] = BOOLEAN;
      list[end + 1] = item ? 1 : 0;
      end += 2;
    } else {
      const number = typeof item === "bigint" ? Number(item) : item;
      const counts = typeof item === "bigint" ? Number.isSafeInteger(number) : Number.isFinite(number);
      if (!counts) continue;
      list[end] = NUMBER;
      view.setFloat64(end + 1, number as number, true);
      end += 9;
    }
  }
  return list.subarray(0, end);
}

/** Encodes a short text of ASCII, faster than the encoder; undefined for any other text. */
function encodeShort(text: string, list: Uint8Array, start: number): number | undefined {
  const length = text.length;
  if (length > INLINE_BYTES) return undefined;
  let seen = 0;
  for (let index = 0; index < length; index++) {
    const a = text.charCodeAt(index);
    seen |= a;
    list[start + index] = a;
  }
  return seen > 127 ? undefined : length;
}

/** Room in the blocks of an engine. Reserving it may let the memory grow, and with that detach the arrays. */
function spillOf(artifact: Artifact, handle: number, blockAt: (cells: number) => number): Spill {
  return (slot, length) => {
    if (base < 0) return 0;
    const address = artifact.exports.spill(handle, blockAt(base), slot, length) >>> 0;
    if (artifact.words.length === 0) artifact.refresh();
    return address;
  };
}

const nothing: Put = () => {};

/** Writers for the attributes of a ruleset. `blockAt` tells the block by the place of its cells. */
export function writerOf(
  paths: readonly string[],
  artifact: Artifact,
  handle: number,
  blockAt: (cells: number) => number,
): Writer {
  const spill = spillOf(artifact, handle, blockAt);
  const puts = paths.map((path, slot) => putterOf(path, slot, artifact, spill));
  const name = (slot: number): string => paths[slot] ?? "";
  const putOf = (slot: number): Put => puts[slot] ?? nothing;
  const one = (context: Attributes, slot: number): void => putOf(slot)(own(context, name(slot)), context);
  const any = (context: Attributes, mask: number): void => {
    for (let rest = mask; rest !== 0; rest &= rest - 1) one(context, 31 - Math.clz32(rest & -rest));
  };

  const [n0, n1, n2, n3, n4, n5, n6, n7] = [name(0), name(1), name(2), name(3), name(4), name(5), name(6), name(7)];
  const [n8, n9, n10, n11, n12, n13, n14, n15] = [name(8), name(9), name(10), name(11), name(12), name(13), name(14), name(15)];
  const [p0, p1, p2, p3, p4, p5, p6, p7] = [putOf(0), putOf(1), putOf(2), putOf(3), putOf(4), putOf(5), putOf(6), putOf(7)];
  const [p8, p9, p10, p11, p12, p13, p14, p15] = [putOf(8), putOf(9), putOf(10), putOf(11), putOf(12), putOf(13), putOf(14), putOf(15)];

  // What equals the inherited property of that name may be it: then only an own property counts.
  const plain = (context: Attributes, mask: number): void => {
    let value: unknown;
    if (mask & 0x1) p0((value = context[n0]) === inherited[n0] ? own(context, n0) : value, context);
    if (mask & 0x2) p1((value = context[n1]) === inherited[n1] ? own(context, n1) : value, context);
    if (mask & 0x4) p2((value = context[n2]) === inherited[n2] ? own(context, n2) : value, context);
    if (mask & 0x8) p3((value = context[n3]) === inherited[n3] ? own(context, n3) : value, context);
    if (mask & 0x10) p4((value = context[n4]) === inherited[n4] ? own(context, n4) : value, context);
    if (mask & 0x20) p5((value = context[n5]) === inherited[n5] ? own(context, n5) : value, context);
    if (mask & 0x40) p6((value = context[n6]) === inherited[n6] ? own(context, n6) : value, context);
    if (mask & 0x80) p7((value = context[n7]) === inherited[n7] ? own(context, n7) : value, context);
    if ((mask & ~0xff) === 0) return;
    if (mask & 0x100) p8((value = context[n8]) === inherited[n8] ? own(context, n8) : value, context);
    if (mask & 0x200) p9((value = context[n9]) === inherited[n9] ? own(context, n9) : value, context);
    if (mask & 0x400) p10((value = context[n10]) === inherited[n10] ? own(context, n10) : value, context);
    if (mask & 0x800) p11((value = context[n11]) === inherited[n11] ? own(context, n11) : value, context);
    if (mask & 0x1000) p12((value = context[n12]) === inherited[n12] ? own(context, n12) : value, context);
    if (mask & 0x2000) p13((value = context[n13]) === inherited[n13] ? own(context, n13) : value, context);
    if (mask & 0x4000) p14((value = context[n14]) === inherited[n14] ? own(context, n14) : value, context);
    if (mask & 0x8000) p15((value = context[n15]) === inherited[n15] ? own(context, n15) : value, context);
    any(context, mask & ~0xffff);
  };
  return { plain, any, one };
}
