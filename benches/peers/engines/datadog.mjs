/** Datadog's evaluation core, called directly: its provider for OpenFeature is asynchronous and adds that layer. */

import { createRequire } from "node:module";
import { withTargetingKey } from "../neutral.mjs";
import { silent } from "./flagd-compiled.mjs";

export const engine = {
  name: "Datadog flagging-core",
  package: "@datadog/flagging-core",
  format: "datadog",
  // Its ES modules import directories, which Node refuses.
  load: () => createRequire(import.meta.url)("@datadog/flagging-core"),
  create: ({ evaluateRulesBasedConfiguration }, text) => ({
    evaluate: evaluateRulesBasedConfiguration,
    configuration: JSON.parse(text),
  }),
  context: withTargetingKey,
  boolean: ({ evaluate, configuration }, key, context) =>
    evaluate(configuration, "boolean", key, false, context, silent).value,
  object: ({ evaluate, configuration }, key, context) =>
    evaluate(configuration, "object", key, null, context, silent).value,
  ship: {
    code: `import { evaluateRulesBasedConfiguration as evaluate } from "@datadog/flagging-core";
      globalThis.x = evaluate(globalThis.p, "boolean", "a", false, {}, console);`,
  },
};
