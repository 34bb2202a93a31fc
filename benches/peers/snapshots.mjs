/** Where every engine's snapshots are: `generate.mjs` writes them. */

import { existsSync, readFileSync } from "node:fs";

export const SNAPSHOTS = new URL("snapshots/", import.meta.url);

/** The file for an engine: of 1,000 or 10,000 flags, of 1,000 with a large segment besides, or of a row alone. */
export function fileOf({ format, file = "json" }, size) {
  return new URL(`${format}.${size}.${file}`, SNAPSHOTS);
}

export function isThere(engine) {
  return existsSync(fileOf(engine, snapshotFor(engine, "W1")));
}

/** Which snapshot a row has. */
export function snapshotFor(engine, row) {
  if (engine.hasSnapshotPerRow) return row === "context" ? "W1" : row;
  return row === "W5" ? "segment" : "1000";
}

/** Text, or bytes where it is not JSON. */
export function snapshotOf(engine, size) {
  const bytes = readFileSync(fileOf(engine, size));
  return engine.file === undefined ? bytes.toString("utf8") : new Uint8Array(bytes);
}
