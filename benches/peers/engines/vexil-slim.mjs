/** Vexil's small entry, from a binary ruleset. */

import { engine as vexil } from "./vexil.mjs";

const { explain, ...common } = vexil;

export const engine = {
  ...common,
  name: "Vexil slim",
  entry: "vexil/slim",
  file: "ruleset",
  load: () => import("vexil/slim"),
  create: ({ createEngine }, bytes) => createEngine(bytes),
  ship: { code: `import { createEngine } from "vexil/slim"; globalThis.x = await createEngine(globalThis.ruleset);` },
  note: "from a binary ruleset; explains nothing",
};
