/** Vexil by its npm package, from a JSON snapshot. */

import { withTargetingKey } from "../neutral.mjs";

const NOTHING = Object.freeze({});

export const engine = {
  name: "Vexil",
  package: "vexil",
  isOurs: true,
  format: "vexil",
  load: () => import("vexil"),
  create: ({ createEngine }, text) => createEngine(text),
  context: withTargetingKey,
  boolean: (engine, key, context) => engine.boolean(key, context, false),
  object: (engine, key, context) => engine.object(key, context, NOTHING),
  all: (engine, context) => engine.all(context),
  request: {
    open: (engine, context) => engine.context(context),
    boolean: (context, key) => context.boolean(key, false),
    object: (context, key) => context.object(key, NOTHING),
  },
  route: (engine, context) => engine.route("api", context).track === "canary",
  explain: (engine, key, context) => engine.explain(key, context),
  ship: { code: `import { createEngine } from "vexil"; globalThis.x = await createEngine(globalThis.snapshot);` },
};
