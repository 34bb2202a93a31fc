/** Flagsmith with an environment of one flag: what one flag costs it. */

import { engine as flagsmith } from "./flagsmith.mjs";

const { ship, isSlow, ...common } = flagsmith;

export const engine = {
  ...common,
  name: "Flagsmith, one flag",
  rows: ["context", "W1", "W2", "W3", "W4", "W5"],
  hasSnapshotPerRow: true,
  noCold: true,
  note: "the environment holds the flag that is asked for and no other",
};
