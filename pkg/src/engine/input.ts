/** What documents are given as. */

import { unreadable } from "./errors.js";

/** Bytes of any realm, in whatever form they are given; undefined for what is no bytes. */
export function bytesOf(input: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(input)) return new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
  const isBuffer = Object.prototype.toString.call(input) === "[object ArrayBuffer]";
  return isBuffer ? new Uint8Array(input as ArrayBuffer) : undefined;
}

/** JSON as text or as its bytes, of a document in whatever form it is given. */
export function jsonOf(input: unknown): string | Uint8Array {
  if (typeof input === "string") return input;
  const bytes = bytesOf(input);
  // A mark of the byte order is no JSON, and yet begins many a file.
  if (bytes !== undefined) return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
  let text: string | undefined;
  try {
    text = JSON.stringify(input) as string | undefined;
  } catch (error) {
    throw unreadable(`not JSON: ${error instanceof Error ? error.message : "unreadable"}`);
  }
  if (text === undefined) throw unreadable(`not JSON: ${typeof input}`);
  return text;
}
