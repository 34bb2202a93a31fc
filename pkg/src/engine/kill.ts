/** Kill messages for an artifact that reads no JSON: as the identity section of a ruleset, which `docs/ruleset.md` tells. */

import { SnapshotError, unreadable } from "./errors.js";
import type { KillMessage } from "./snapshot-types.js";

/** The fixed part of the section, and where in it is what. */
const FIXED_BYTES = 44;
const KILL_REVISION = 16;
const BITS = 24;
const COUNTS = 32;
const HAS_LINEAGE = 1 << 1;
const HAS_ENVIRONMENT = 1 << 2;
const ALL_KILLED = 1 << 3;

const FIELDS = ["revision", "all", "namespaces", "flags", "services", "environment", "lineage"];
const KEY_BYTES = 256;
const encoder = new TextEncoder();

/** The binary form of a kill message, strictly read: a misunderstood kill is worse than a refused one. */
export function killBytes(message: KillMessage | string): Uint8Array {
  const given = parsed(message);
  if (typeof given !== "object" || given === null || Array.isArray(given)) throw refused("", "must be an object");
  // Without a prototype: what is not there must not be found elsewhere.
  const fields = Object.assign(Object.create(null), given) as { readonly [field: string]: unknown };
  for (const field of Object.keys(fields)) {
    if (FIELDS.includes(field) || field.startsWith("x-")) continue;
    throw refused(`/${field}`, "is no field of a kill message", "unknown-field");
  }
  const { revision, all = false } = fields;
  if (revision === undefined) throw refused("", "needs a revision", "missing-field");
  if (typeof revision !== "number" || !Number.isSafeInteger(revision) || revision < 0) {
    const isTooLarge = typeof revision === "number" && revision >= 2 ** 53;
    const code = isTooLarge ? "number-out-of-range" : "wrong-type";
    throw refused("/revision", "must be a whole number from 0 to 2^53 - 1", code);
  }
  if (typeof all !== "boolean") throw refused("/all", "must be a boolean");
  const origins = ["lineage", "environment"].filter((field) => field in fields);
  const origin = origins.map((field) => encoded(fields[field], `/${field}`));
  const killed = ["namespaces", "flags", "services"].map((field) => keysOf(fields[field], `/${field}`));
  const texts = [...origin, ...killed.flat()];
  const bytes = new Uint8Array(texts.reduce((length, text) => length + 4 + text.length, FIXED_BYTES));
  const view = new DataView(bytes.buffer);
  view.setBigUint64(KILL_REVISION, BigInt(revision), true);
  const bitIf = (isSet: boolean, bit: number): number => (isSet ? bit : 0);
  const hasOrigin = bitIf("lineage" in fields, HAS_LINEAGE) | bitIf("environment" in fields, HAS_ENVIRONMENT);
  view.setUint32(BITS, bitIf(all, ALL_KILLED) | hasOrigin, true);
  killed.forEach((keys, index) => view.setUint32(COUNTS + 4 * index, keys.length, true));
  let end = FIXED_BYTES;
  for (const text of texts) {
    view.setUint32(end, text.length, true);
    bytes.set(text, end + 4);
    end += 4 + text.length;
  }
  return bytes;
}

/** What a message says as JSON, in whichever form it is given. */
function parsed(message: KillMessage | string): unknown {
  try {
    return JSON.parse(typeof message === "string" ? message : JSON.stringify(message));
  } catch (error) {
    throw unreadable(`not JSON: ${error instanceof Error ? error.message : "unreadable"}`);
  }
}

function keysOf(keys: unknown = [], path: string): Uint8Array[] {
  if (!Array.isArray(keys)) throw refused(path, "must be a list");
  return keys.map((key: unknown, index) => {
    const bytes = encoded(key, `${path}/${index}`);
    if (bytes.length < 1 || bytes.length > KEY_BYTES || /\p{Cc}/u.test(key as string)) {
      throw refused(`${path}/${index}`, "must have 1 to 256 bytes and no control characters", "invalid-key");
    }
    return bytes;
  });
}

/** Text in UTF-8, which has no half of a surrogate pair. */
function encoded(text: unknown, path: string): Uint8Array {
  if (typeof text !== "string" || /\p{Cs}/u.test(text)) throw refused(path, "must be text");
  return encoder.encode(text);
}

function refused(path: string, problem: string, code = "wrong-type"): SnapshotError {
  return new SnapshotError([{ code, severity: "error", path, message: `${path.slice(1) || "a kill message"} ${problem}` }]);
}
