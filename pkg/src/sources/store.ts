/** What outlives a restart: the last good document, and kills. */

import type { KillMessage } from "../engine/snapshot-types.js";
import { textOf, toBytes } from "./body.js";
import { identityOf, isNewer, isRuleset } from "./identity.js";
import { KillBook, readKill } from "./kill-book.js";

/** What is kept. */
export interface Saved {
  /** The document that was served last, and where it came from under which name. */
  readonly document?: SavedDocument;
  /** Kill messages, of each environment and lineage the last. */
  readonly kills: readonly KillMessage[];
}

/** A document that is kept. */
export interface SavedDocument {
  readonly body: Uint8Array;
  readonly etag?: string | undefined;
  /** The name of the source. */
  readonly source?: string | undefined;
  /** When it was last known to be the source's current one, as far as it was noted then; milliseconds since the epoch. */
  readonly confirmedAt: number;
}

/** Keeps it, wherever the host can. Both may fail; a connection says so and goes on. */
export interface Store {
  load(): Promise<Saved | undefined>;
  save(saved: Saved): Promise<void>;
}

/** What two know that share a store: the newer document, and all kills. */
export function joined(mine: Saved, theirs: Saved | undefined): Saved {
  if (theirs === undefined) return mine;
  const kills = new KillBook([...theirs.kills, ...mine.kills]).messages;
  const document = newerDocument(mine.document, theirs.document);
  return { ...(document !== undefined && { document }), kills };
}

function newerDocument(mine: SavedDocument | undefined, theirs: SavedDocument | undefined): SavedDocument | undefined {
  if (mine === undefined || theirs === undefined) return mine ?? theirs;
  return isNewer(identityOf(theirs.body), identityOf(mine.body)) ? theirs : mine;
}

/** What is used of `localStorage` and its like. */
export interface WebStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** Keeps it in `localStorage` or its like. */
export function webStore(storage: WebStorage, key = "vexil"): Store {
  return textStore(
    async () => storage.getItem(key),
    async (text) => storage.setItem(key, text),
  );
}

/** What is used of a key-value store, such as a KV namespace. */
export interface KeyValues {
  get(key: string): Promise<string | null>;
  put(key: string, value: string): Promise<unknown>;
}

/** Keeps it under a key of a key-value store. */
export function kvStore(values: KeyValues, key = "vexil"): Store {
  return textStore(
    () => values.get(key),
    (text) => values.put(key, text),
  );
}

/** Keeps it as a text, given how to read and write one. */
export function textStore(read: () => Promise<string | null | undefined>, write: (text: string) => Promise<unknown>): Store {
  return {
    async load() {
      const text = await read();
      return text === null || text === undefined ? undefined : decode(text);
    },
    async save(saved) {
      await write(encode(saved));
    },
  };
}

/** The form in which it is kept, with its version. A document of JSON stays legible. */
const FORMAT = "vexil-saved/1";

interface Encoded {
  readonly format: typeof FORMAT;
  readonly document?: { readonly text?: string; readonly base64?: string } & Omit<SavedDocument, "body">;
  readonly kills: readonly KillMessage[];
}

function encode({ document, kills }: Saved): string {
  if (document === undefined) return JSON.stringify({ format: FORMAT, kills });
  const { body, ...rest } = document;
  const content = isRuleset(body) ? { base64: base64Of(body) } : { text: textOf(body) };
  return JSON.stringify({ format: FORMAT, document: { ...content, ...rest }, kills });
}

function decode(text: string): Saved {
  const { format, document, kills } = JSON.parse(text) as Partial<Encoded>;
  if (format !== FORMAT || !Array.isArray(kills)) throw new Error("what the store has was not written by this version");
  const messages = (kills as unknown[]).map(readKill).filter((message) => message !== undefined);
  if (document === undefined) return { kills: messages };
  const { text: json, base64, ...rest } = document;
  return { document: { body: base64 === undefined ? toBytes(json ?? "") : bytesOf(base64), ...rest }, kills: messages };
}

function base64Of(bytes: Uint8Array): string {
  // One call for all bytes would have too many arguments.
  let binary = "";
  for (let start = 0; start < bytes.length; start += 0x8000) binary += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  return btoa(binary);
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
