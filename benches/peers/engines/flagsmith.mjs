/** Flagsmith's SDK for Node, which evaluates the whole environment for an identity, whichever flag is wanted. */

const silent = { error() {}, warn() {}, info() {}, debug() {}, trace() {}, fatal() {}, child: () => silent };

export const engine = {
  name: "Flagsmith",
  package: "flagsmith-nodejs",
  format: "flagsmith",
  isAsync: true,
  isSlow: true,
  // It would only read what was evaluated before.
  without: ["page"],
  load: async () => ({
    ...(await import("flagsmith-nodejs")),
    // How the SDK reads an environment document, which it does not export.
    ...(await import("../node_modules/flagsmith-nodejs/build/esm/flagsmith-engine/environments/util.js")),
  }),
  create({ Flagsmith, buildEnvironmentModel }, text) {
    const environment = buildEnvironmentModel(JSON.parse(text));
    const offlineHandler = { getEnvironment: () => environment };
    return new Flagsmith({ offlineMode: true, offlineHandler, logger: silent });
  },
  context: ({ userId, country, plan, appVersion, age, beta }) => ({
    id: userId,
    traits: { country, plan, appVersion, age, beta },
  }),
  boolean: async (client, key, context) => (await identity(client, context)).isFeatureEnabled(key),
  object: async (client, key, context) => (await identity(client, context)).getFeatureValue(key),
  all: async (client, context) => (await identity(client, context)).allFlags(),
  request: {
    open: identity,
    boolean: (flags, key) => flags.isFeatureEnabled(key),
    object: (flags, key) => flags.getFeatureValue(key),
  },
  ship: {
    isServer: true,
    code: `import { Flagsmith } from "flagsmith-nodejs";
      const client = new Flagsmith({ offlineMode: true, offlineHandler: globalThis.h });
      globalThis.x = client.getIdentityFlags("u", {});`,
  },
  note: "evaluates the whole environment, so W1 to W5 are one flag wanted of 1,000 evaluated",
};

function identity(client, { id, traits }) {
  return client.getIdentityFlags(id, traits);
}
