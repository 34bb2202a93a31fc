/** The OpenFeature API over flagd's engine: what is more than flagd's own time is the API. */

import { engine as compiled, flagd } from "./flagd-compiled.mjs";

export const engine = {
  name: "OpenFeature over flagd-core",
  package: "@openfeature/server-sdk",
  format: "flagd",
  isAsync: true,
  noCold: true,
  load: async () => ({ ...(await import("@openfeature/server-sdk")), ...(await import("@openfeature/flagd-core")) }),
  async create(module, text) {
    await module.OpenFeature.setProviderAndWait(provider(flagd(module, text)));
    return module.OpenFeature.getClient();
  },
  context: compiled.context,
  boolean: (client, key, context) => client.getBooleanValue(key, false, context),
  object: (client, key, context) => client.getObjectValue(key, null, context),
  ship: {
    isServer: true,
    code: `import { OpenFeature } from "@openfeature/server-sdk"; import { FlagdCore } from "@openfeature/flagd-core";
      globalThis.x = [OpenFeature.getClient().getBooleanValue("a", false, {}), new FlagdCore()];`,
  },
};

function provider(core) {
  return {
    metadata: { name: "flagd in the process" },
    runsOn: "server",
    resolveBooleanEvaluation: async (key, fallback, context) => core.resolveBooleanEvaluation(key, fallback, context),
    resolveStringEvaluation: async (key, fallback, context) => core.resolveStringEvaluation(key, fallback, context),
    resolveNumberEvaluation: async (key, fallback, context) => core.resolveNumberEvaluation(key, fallback, context),
    resolveObjectEvaluation: async (key, fallback, context) => core.resolveObjectEvaluation(key, fallback, context),
  };
}
