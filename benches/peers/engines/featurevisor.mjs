/** Featurevisor. */

export const engine = {
  name: "Featurevisor",
  package: "@featurevisor/sdk",
  format: "featurevisor",
  load: () => import("@featurevisor/sdk"),
  create: ({ createInstance }, text) => createInstance({ datafile: text, logLevel: "error" }),
  context: ({ userId, country, plan, appVersion, age, beta }) => ({ userId, country, plan, appVersion, age, beta }),
  boolean: (instance, key, context) => instance.isEnabled(key, context),
  object: (instance, key, context) => instance.getVariable(key, "config", context),
  all: (instance, context) => instance.getAllEvaluations(context),
  ship: {
    code: `import { createInstance } from "@featurevisor/sdk";
      globalThis.x = createInstance({ datafile: globalThis.p }).isEnabled("a", {});`,
  },
  note: "W4 reads a variable of type JSON, parsed at each evaluation",
};
