/**
 * Writes attributes into the cells of a context block: the only place where attributes cross into
 * wasm. `src/evaluate/block.rs` defines the cells: 64 bytes for each attribute, first a tag in the
 * low three bits and a length above, then up to 56 bytes.
 *
 * Two things make it fast. Each attribute has a closure of its own that knows where to write, and
 * each is read at a place of its own in the code, so that the engine of JavaScript learns one
 * property for each place. A loop over names costs five times as much.
 */

import * as wasm from "../wasm/vexil.js";
import { bytes, floats, refresh, words } from "./memory.js";

/** A context as users give it: any object; only its own properties count. */
export type Attributes = { readonly [name: string]: unknown };

/** Writes an attribute of `context`, whose own property `path` is `value`; returns the mask bit of what to resolve. */
type Put = (value: unknown, context: Attributes, cells: number) => number;

/** Writes the attributes of a mask into the block at `cells`; returns the mask of what to resolve. */
export type Writer = (context: Attributes, mask: number, cells: number) => number;

/** Reserves room for an attribute that does not fit into its cell, and returns its address. */
export type Spill = (cells: number, slot: number, length: number) => number;

const TEXT = 1;
const NUMBER = 2;
const BOOLEAN = 3;
const INSTANT = 4;
const LIST = 5;
const LONG_TEXT = 6;
const OBJECT = 7;
const TAG_BITS = 3;

const CELL_BYTES = 64;
const INLINE_BYTES = 56;

const encoder = new TextEncoder();
/** UTF-8 takes at most three bytes for a unit of UTF-16. */
const scratch = new Uint8Array(3 * INLINE_BYTES);
const inherited: Attributes = Object.prototype as unknown as Attributes;

/** The own property of a context, where what was read might be inherited. */
function own(context: Attributes, name: string): unknown {
  return Object.hasOwn(context, name) ? context[name] : undefined;
}

/** Whether an object is one that paths may step through: of any realm, but of no class. */
function isPlain(value: unknown): value is Attributes {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** The attribute of a path that is no whole key: every dot is a step into a plain object. */
function walk(context: Attributes, steps: readonly string[]): unknown {
  let value: unknown = context;
  for (const [index, step] of steps.entries()) {
    if ((index > 0 && !isPlain(value)) || !Object.hasOwn(value as Attributes, step)) return undefined;
    value = (value as Attributes)[step];
  }
  return value;
}

/** Writes the values of one attribute. */
function putterOf(path: string, slot: number, spill: Spill): Put {
  const offset = slot * CELL_BYTES;
  // Attributes beyond the mask are resolved one by one.
  const bit = slot < 32 ? 1 << slot : 0;
  const steps = path.includes(".") ? path.split(".") : undefined;

  const other = (value: unknown, cells: number): number => {
    const at = (cells + offset) >> 2;
    switch (typeof value) {
      case "boolean":
        words[at] = BOOLEAN | (value ? 1 << TAG_BITS : 0);
        break;
      case "bigint": {
        const number = Number(value);
        floats[(at >> 1) + 1] = number;
        words[at] = Number.isSafeInteger(number) ? NUMBER : 0;
        break;
      }
      case "object":
        if (value === null) words[at] = 0;
        else putObject(value, cells, at);
        break;
      default:
        // Nothing, a function or a symbol.
        words[at] = 0;
    }
    return bit;
  };

  const putObject = (value: object, cells: number, at: number): void => {
    if (Array.isArray(value)) {
      const list = encodeList(value);
      const address = spill(cells, slot, list.length);
      bytes.set(list, address);
      words[at] = LIST | (list.length << TAG_BITS);
    } else if (isDate(value)) {
      floats[(at >> 1) + 1] = value.getTime();
      words[at] = INSTANT;
    } else {
      words[at] = OBJECT;
    }
  };

  const putText = (text: string, cells: number): number => {
    const at = (cells + offset) >> 2;
    if (text.length <= INLINE_BYTES) {
      const { written } = encoder.encodeInto(text, scratch);
      if (written <= INLINE_BYTES) {
        bytes.set(scratch.subarray(0, written), (at << 2) + 8);
        words[at] = TEXT | (written << TAG_BITS);
        return bit;
      }
    }
    // Short texts get room for the worst case, long ones are measured first.
    const encoded = text.length < 4096 ? undefined : encoder.encode(text);
    const room = encoded?.length ?? 3 * text.length;
    const address = spill(cells, slot, room);
    if (encoded) bytes.set(encoded, address);
    const length = encoded?.length ?? encoder.encodeInto(text, bytes.subarray(address, address + room)).written;
    words[at] = LONG_TEXT | (length << TAG_BITS);
    return bit;
  };

  return (value, context, cells) => {
    if (typeof value === "string") {
      const length = value.length;
      if (length > INLINE_BYTES) return putText(value, cells);
      const at = (cells + offset) >> 2;
      let seen = 0;
      let index = 0;
      let word = at + 2;
      // Four characters a store. Nothing behind the length is ever read, so nothing is cleared.
      for (const end = length & ~3; index < end; index += 4) {
        const a = value.charCodeAt(index);
        const b = value.charCodeAt(index + 1);
        const c = value.charCodeAt(index + 2);
        const d = value.charCodeAt(index + 3);
        seen |= a | b | c | d;
        words[word++] = a | (b << 8) | (c << 16) | (d << 24);
      }
      if (index < length) {
        let rest = 0;
        for (let shift = 0; index < length; index++, shift += 8) {
          const a = value.charCodeAt(index);
          seen |= a;
          rest |= a << shift;
        }
        words[word] = rest;
      }
      if (seen > 127) return putText(value, cells);
      words[at] = TEXT | (length << TAG_BITS);
      return bit;
    }
    if (typeof value === "number") {
      const at = (cells + offset) >> 2;
      floats[(at >> 1) + 1] = value;
      words[at] = NUMBER;
      return bit;
    }
    if (value === undefined && steps !== undefined && !Object.hasOwn(context, path)) {
      const found = walk(context, steps);
      return typeof found === "string" ? putText(found, cells) : typeof found === "number" ? putNumber(found, cells) : other(found, cells);
    }
    return other(value, cells);
  };

  function putNumber(value: number, cells: number): number {
    const at = (cells + offset) >> 2;
    floats[(at >> 1) + 1] = value;
    words[at] = NUMBER;
    return bit;
  }
}

/** Whether a value is a date, of this realm or another. */
function isDate(value: object): value is Date {
  return Object.prototype.toString.call(value) === "[object Date]";
}

/** The scalars of an array in the form that `List` of `src/evaluate/block.rs` reads. */
function encodeList(items: readonly unknown[]): Uint8Array {
  let list = new Uint8Array(16 * items.length + 64);
  let view = new DataView(list.buffer);
  let end = 0;
  for (const item of items) {
    const text = typeof item === "string" ? item : "";
    if (end + 16 + 3 * text.length > list.length) {
      const grown = new Uint8Array(2 * (end + 16 + 3 * text.length));
      grown.set(list.subarray(0, end));
      list = grown;
      view = new DataView(list.buffer);
    }
    if (typeof item === "string") {
      const { written } = encoder.encodeInto(text, list.subarray(end + 5));
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

/** A spill that asks an engine's block for room, and looks to it that the arrays are not detached. */
export function spillOf(handle: number, blockOf: (cells: number) => number): Spill {
  return (cells, slot, length) => {
    const address = wasm.spill(handle, blockOf(cells), slot, length) >>> 0;
    if (words.length === 0) refresh();
    return address;
  };
}

const nothing: Put = () => 0;

/** Writers for the attributes of a ruleset: the masked ones in one call, and any by its slot. */
export function writersOf(paths: readonly string[], spill: Spill): { write: Writer; put: Writer } {
  const puts = paths.map((path, slot) => putterOf(path, slot, spill));
  const name = (slot: number): string => paths[slot] ?? "";
  const putOf = (slot: number): Put => puts[slot] ?? nothing;
  const put = (context: Attributes, slot: number, cells: number): number =>
    putOf(slot)(own(context, name(slot)), context, cells);

  const [n0, n1, n2, n3, n4, n5, n6, n7] = [name(0), name(1), name(2), name(3), name(4), name(5), name(6), name(7)];
  const [n8, n9, n10, n11, n12, n13, n14, n15] = [name(8), name(9), name(10), name(11), name(12), name(13), name(14), name(15)];
  const [p0, p1, p2, p3, p4, p5, p6, p7] = [putOf(0), putOf(1), putOf(2), putOf(3), putOf(4), putOf(5), putOf(6), putOf(7)];
  const [p8, p9, p10, p11, p12, p13, p14, p15] = [putOf(8), putOf(9), putOf(10), putOf(11), putOf(12), putOf(13), putOf(14), putOf(15)];

  // What equals the inherited property of that name may be it: then only an own property counts.
  const write: Writer = (context, mask, cells) => {
    let written = 0;
    let value: unknown;
    if (mask & 0x1) written |= p0((value = context[n0]) === inherited[n0] ? own(context, n0) : value, context, cells);
    if (mask & 0x2) written |= p1((value = context[n1]) === inherited[n1] ? own(context, n1) : value, context, cells);
    if (mask & 0x4) written |= p2((value = context[n2]) === inherited[n2] ? own(context, n2) : value, context, cells);
    if (mask & 0x8) written |= p3((value = context[n3]) === inherited[n3] ? own(context, n3) : value, context, cells);
    if (mask & 0x10) written |= p4((value = context[n4]) === inherited[n4] ? own(context, n4) : value, context, cells);
    if (mask & 0x20) written |= p5((value = context[n5]) === inherited[n5] ? own(context, n5) : value, context, cells);
    if (mask & 0x40) written |= p6((value = context[n6]) === inherited[n6] ? own(context, n6) : value, context, cells);
    if (mask & 0x80) written |= p7((value = context[n7]) === inherited[n7] ? own(context, n7) : value, context, cells);
    if ((mask & ~0xff) === 0) return written;
    if (mask & 0x100) written |= p8((value = context[n8]) === inherited[n8] ? own(context, n8) : value, context, cells);
    if (mask & 0x200) written |= p9((value = context[n9]) === inherited[n9] ? own(context, n9) : value, context, cells);
    if (mask & 0x400) written |= p10((value = context[n10]) === inherited[n10] ? own(context, n10) : value, context, cells);
    if (mask & 0x800) written |= p11((value = context[n11]) === inherited[n11] ? own(context, n11) : value, context, cells);
    if (mask & 0x1000) written |= p12((value = context[n12]) === inherited[n12] ? own(context, n12) : value, context, cells);
    if (mask & 0x2000) written |= p13((value = context[n13]) === inherited[n13] ? own(context, n13) : value, context, cells);
    if (mask & 0x4000) written |= p14((value = context[n14]) === inherited[n14] ? own(context, n14) : value, context, cells);
    if (mask & 0x8000) written |= p15((value = context[n15]) === inherited[n15] ? own(context, n15) : value, context, cells);
    for (let rest = mask & ~0xffff; rest !== 0; rest &= rest - 1) written |= put(context, 31 - Math.clz32(rest & -rest), cells);
    return written;
  };
  return { write, put };
}
