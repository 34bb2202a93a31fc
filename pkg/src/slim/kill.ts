/** Kill messages for an artifact that reads no JSON: as the identity section of a ruleset, which `docs/ruleset.md` tells. */

import { SnapshotError, unreadable } from "../errors.js";
import type { KillMessage } from "../snapshot-types.js";

/** The fixed part of the section, and where in it is what. */
const FIXED_BYTES = 44;
const KILL_REVISION = 16;
const BITS = 24;
const COUNTS = 32;
const HAS_LINEAGE = 1 << 1;
const HAS_ENVIRONMENT = 1 << 2;
const ALL_KILLED = 1 << 3;

const FIELDS = ["revision", "all", "namespaces", "flags", "services", "environment", "lineage"];
const encoder = new TextEncoder();

/** The binary form of a kill message, strictly read: a misunderstood kill is worse than a refused one. */
export function killBytes(message: KillMessage | string): Uint8Array {
  const given = typeof message === "string" ? parsed(message) : (message as unknown);
  if (typeof given !== "object" || given === null || Array.isArray(given)) throw refused("", "must be an object");
  const fields = given as { readonly [field: string]: unknown };
  for (const field of Object.keys(fields)) {
    if (!FIELDS.includes(field)) throw refused(`/${field}`, "is no field of a kill message", "unknown-field");
  }
  const { revision, all = false, lineage, environment } = fields;
  if (typeof revision !== "number" || !Number.isSafeInteger(revision) || revision < 0) {
    throw refused("/revision", "must be a whole number, not negative");
  }
  if (typeof all !== "boolean") throw refused("/all", "must be a boolean");
  const origin = [lineage, environment].map((text, index) => textsOf(text === undefined ? [] : [text], index ? "environment" : "lineage"));
  const killed = ["namespaces", "flags", "services"].map((field) => textsOf(fields[field] ?? [], field));
  const texts = [...origin, ...killed].flat();
  const bytes = new Uint8Array(texts.reduce((length, text) => length + 4 + text.length, FIXED_BYTES));
  const view = new DataView(bytes.buffer);
  view.setBigUint64(KILL_REVISION, BigInt(revision), true);
  const bits = (all ? ALL_KILLED : 0) | (lineage === undefined ? 0 : HAS_LINEAGE) | (environment === undefined ? 0 : HAS_ENVIRONMENT);
  view.setUint32(BITS, bits, true);
  killed.forEach((keys, index) => view.setUint32(COUNTS + 4 * index, keys.length, true));
  let end = FIXED_BYTES;
  for (const text of texts) {
    view.setUint32(end, text.length, true);
    bytes.set(text, end + 4);
    end += 4 + text.length;
  }
  return bytes;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(`not JSON: ${(error as Error).message}`);
  }
}

function textsOf(texts: unknown, field: string): Uint8Array[] {
  if (!Array.isArray(texts) || !texts.every((text) => typeof text === "string")) {
    throw refused(`/${field}`, "must be text");
  }
  return texts.map((text) => encoder.encode(text as string));
}

function refused(path: string, problem: string, code = "wrong-type"): SnapshotError {
  return new SnapshotError([{ code, severity: "error", path, message: `${path.slice(1) || "a kill message"} ${problem}` }]);
}
