/** Documents as bytes, the one form that all engines take. */

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The bytes of a document that is given as an object, as JSON text or as bytes; a copy where the caller could change them. */
export function toBytes(input: unknown): Uint8Array {
  if (typeof input === "string") return encoder.encode(input);
  if (ArrayBuffer.isView(input)) return new Uint8Array(input.buffer, input.byteOffset, input.byteLength).slice();
  if (Object.prototype.toString.call(input) === "[object ArrayBuffer]") return new Uint8Array(input as ArrayBuffer).slice();
  const text = JSON.stringify(input) as string | undefined;
  if (text === undefined) throw new TypeError(`no snapshot: ${typeof input}`);
  return encoder.encode(text);
}

/** The text of a document of JSON. */
export function textOf(body: Uint8Array): string {
  return decoder.decode(body);
}

export function isSame(one: Uint8Array, other: Uint8Array): boolean {
  if (one === other) return true;
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index++) if (one[index] !== other[index]) return false;
  return true;
}
