/** flagd's engine in the process, with rules compiled by `new Function`. */

import { withTargetingKey } from "../neutral.mjs";

export const silent = { error() {}, warn() {}, info() {}, debug() {} };

export const engine = {
  name: "flagd-core, compiled",
  package: "@openfeature/flagd-core",
  format: "flagd",
  load: () => import("@openfeature/flagd-core"),
  create: (module, text) => flagd(module, text, { disableDynamicCodeGeneration: false }),
  context: withTargetingKey,
  boolean: (core, key, context) => core.resolveBooleanEvaluation(key, false, context).value,
  object: (core, key, context) => core.resolveObjectEvaluation(key, null, context).value,
  all: (core, context) => core.resolveAll(context),
  ship: {
    code: `import { FlagdCore } from "@openfeature/flagd-core"; const core = new FlagdCore();
      core.setConfigurations(globalThis.p); globalThis.x = core.resolveBooleanEvaluation("a", false, {});`,
  },
  note: "`new Function` is not allowed in edge workers or under a strict content security policy",
};

export function flagd({ FlagdCore }, text, options) {
  const core = new FlagdCore(undefined, silent, options);
  core.setConfigurations(text);
  return core;
}
