/** What a document says of itself: where it stands in which history, and its kills. */

import type { KillMessage } from "../engine/snapshot-types.js";
import { textOf } from "./body.js";
import { readKill } from "./kill-book.js";

export interface Identity {
  readonly lineage?: string;
  readonly revision?: number;
  /** Its kill set as a message of its own. */
  readonly kills?: KillMessage;
}

const MAGIC = "VEXILRS\0";

/** Whether a document is a ruleset in its binary form, and not JSON. */
export function isRuleset(body: Uint8Array): boolean {
  return body.length >= MAGIC.length && [...MAGIC].every((character, index) => body[index] === character.charCodeAt(0));
}

/** Reads no more than this. Of what no engine would take, nothing. */
export function identityOf(body: Uint8Array): Identity {
  try {
    return isRuleset(body) ? identityOfRuleset(body) : identityOfSnapshot(textOf(body));
  } catch {
    return {};
  }
}

/** Whether a document follows another in one history. */
export function isNewer(one: Identity, other: Identity): boolean {
  return one.lineage !== undefined && one.lineage === other.lineage && (one.revision ?? -1) > (other.revision ?? -1);
}

type Fields = { readonly [name: string]: unknown };

function identityOfSnapshot(text: string): Identity {
  const { lineage, revision, environment, kills } = Object.assign(Object.create(null), JSON.parse(text)) as Fields;
  return {
    ...(typeof lineage === "string" && { lineage }),
    ...(typeof revision === "number" && { revision }),
    ...killsOf(kills, environment),
  };
}

/** As a message. In a snapshot what is not known is a warning, in a message an error: so it is left out. */
function killsOf(kills: unknown, environment: unknown): { readonly kills?: KillMessage } {
  const read = readKill(kills);
  if (read === undefined) return {};
  const { revision, all, namespaces, flags, services } = read;
  return { kills: JSON.parse(JSON.stringify({ revision, all, namespaces, flags, services, environment })) as KillMessage };
}

/** The header and the identity section, as `docs/ruleset.md` tells. */
const HEADER_BYTES = 40;
const SECTION_HEADER_BYTES = 16;
const IDENTITY = 1;
const KILL_SET_BYTES = 44;

function identityOfRuleset(bytes: Uint8Array): Identity {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const number = (at: number): number => Number(view.getBigUint64(at, true));
  let at = HEADER_BYTES;
  while (view.getUint32(at, true) !== IDENTITY) at += SECTION_HEADER_BYTES + 8 * Math.ceil(number(at + 8) / 8);
  at += SECTION_HEADER_BYTES;

  const bits = view.getUint32(at + 24, true);
  const has = (bit: number): boolean => (bits & (1 << bit)) !== 0;
  let end = at + KILL_SET_BYTES;
  const text = (): string => {
    const start = end + 4;
    end = start + view.getUint32(end, true);
    return textOf(bytes.subarray(start, end));
  };
  const lineage = has(1) ? text() : undefined;
  const environment = has(2) ? text() : undefined;
  const texts = (countAt: number): string[] => {
    const list: string[] = [];
    // Nothing is reserved by a count that could be damaged: reading ends with the bytes.
    for (let rest = view.getUint32(at + countAt, true); rest > 0; rest--) list.push(text());
    return list;
  };
  const [namespaces, flags, services] = [texts(32), texts(36), texts(40)];
  const kills = { revision: number(at + 16), all: has(3), namespaces, flags, services };
  return {
    ...(lineage !== undefined && { lineage }),
    ...(has(0) && { revision: number(at + 8) }),
    // A ruleset does not say that there are no kills; their revision is 0 then.
    ...(kills.revision > 0 && killsOf(kills, environment)),
  };
}
