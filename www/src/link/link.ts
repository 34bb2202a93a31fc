/**
 * The whole state of the page in the fragment of its address, which no server ever sees.
 *
 * `#v1.` and then the state as JSON, deflated, in the letters of base64url.
 */

import type { JsonObject, KillMessage } from "vexil";
import { members, textual } from "../snapshot/parts.js";
import type { PageState, Subject } from "../state.js";

const VERSION = 1;
const FORM = /^#?v(\d+)\.(.*)$/s;

/** No snapshot that anybody pastes into a page is larger; a fragment of a few letters can inflate to gigabytes. */
const MOST_BYTES = 16 * 2 ** 20;

/** Says in a sentence why a fragment is no state. */
export class LinkError extends Error {
  override readonly name = "LinkError";
}

/** The fragment of a state. */
export async function fragmentOf(state: PageState): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(state));
  return `#v${VERSION}.${base64Of(await collected(through(bytes, new CompressionStream("deflate-raw"))))}`;
}

/**
 * The state of a fragment.
 *
 * @throws {LinkError} if it is none.
 */
export async function stateOf(fragment: string): Promise<PageState> {
  const [, version, letters = ""] = FORM.exec(fragment) ?? [];
  if (version === undefined) throw new LinkError("the part behind # is no state of the playground");
  if (Number(version) !== VERSION)
    throw new LinkError(`it is of version ${version}, and this playground reads version ${VERSION}`);
  return checked(await parsed(letters));
}

async function parsed(letters: string): Promise<unknown> {
  try {
    const inflated = await collected(through(bytesOf(letters), new DecompressionStream("deflate-raw")));
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(inflated));
  } catch (error) {
    throw error instanceof LinkError ? error : new LinkError("it is damaged or was cut short");
  }
}

function checked(value: unknown): PageState {
  const { text, good, context, now, subject, kill, crowd } = members(value);
  if (typeof text !== "string") throw new LinkError("it holds no snapshot");
  return {
    text,
    ...(typeof good === "string" && { good }),
    context: members(context) as JsonObject,
    ...(typeof now === "number" && { now }),
    ...subjectIn(subject),
    ...(Number.isSafeInteger(members(kill)["revision"]) && { kill: kill as KillMessage }),
    ...(Number.isSafeInteger(crowd) && { crowd: crowd as number }),
  };
}

function subjectIn(value: unknown): { readonly subject?: Subject } {
  const { kind, key } = members(value);
  return (kind === "flag" || kind === "service") && textual(key) !== undefined
    ? { subject: { kind, key: key as string } }
    : {};
}

function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
): ReadableStream<Uint8Array> {
  return new Blob([bytes]).stream().pipeThrough(stream);
}

async function collected(stream: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = stream.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    chunks.push(read.value);
    length += read.value.length;
    if (length > MOST_BYTES) throw new LinkError("it holds more than a snapshot can be");
  }
  const bytes = new Uint8Array(length);
  chunks.reduce((end, chunk) => (bytes.set(chunk, end), end + chunk.length), 0);
  return bytes;
}

function base64Of(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function bytesOf(letters: string): Uint8Array<ArrayBuffer> {
  const binary = atob(letters.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}
