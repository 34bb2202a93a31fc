/** Writes every engine's snapshots, from the one neutral description. Binary files are made of the JSON by xtask. */

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { engineIds, engineOf } from "./engines.mjs";
import { neutral, neutralOf } from "./neutral.mjs";
import { SNAPSHOTS, fileOf } from "./snapshots.mjs";

const SIZES = {
  1000: neutral(1_000),
  10000: neutral(10_000),
  segment: neutral(1_000, { withSegment: true }),
};
const ROWS = Object.fromEntries(["W1", "W2", "W3", "W4", "W5"].map((row) => [row, neutralOf(row)]));

rmSync(SNAPSHOTS, { recursive: true, force: true });
mkdirSync(SNAPSHOTS);
const written = new Set();
for (const id of engineIds()) await write(await engineOf(id));
console.log(`${written.size} snapshots in benches/peers/snapshots`);

async function write({ format, hasSnapshotPerRow }) {
  const convert = format === "neutral" ? (flags) => flags : (await import(`./formats/${format}.mjs`)).convert;
  for (const [size, description] of Object.entries(hasSnapshotPerRow ? ROWS : SIZES)) {
    const file = fileOf({ format }, size);
    if (written.has(file.href)) continue;
    writeFileSync(file, JSON.stringify(convert(description)));
    written.add(file.href);
  }
}
