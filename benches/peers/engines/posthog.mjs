/** PostHog's SDK for Node with local evaluation. */

export const engine = {
  name: "PostHog",
  package: "posthog-node",
  format: "posthog",
  isAsync: true,
  // It hashes on other threads.
  onWallTime: true,
  load: () => import("posthog-node"),
  async create({ PostHog }, text) {
    // Taken once, so that the text does not stay in memory on the benchmark's account.
    const texts = [text];
    const client = new PostHog("phc_bench", {
      host: "http://127.0.0.1:9",
      enableLocalEvaluation: true,
      sendFeatureFlagEvent: false,
      fetch: async () => Promise.reject(new Error("offline")),
      flushInterval: 0,
      featureFlagsPollingInterval: 1e9,
      flagDefinitionCacheProvider: {
        getFlagDefinitions: () => JSON.parse(texts.pop()),
        shouldFetchFlagDefinitions: async () => false,
        onFlagDefinitionsReceived: async () => {},
        shutdown: async () => {},
      },
    });
    await client.waitForLocalEvaluationReady(5_000);
    return client;
  },
  context: ({ userId, country, plan, appVersion, age, beta }) => ({
    id: userId,
    options: {
      personProperties: { userId, country, plan, appVersion, age: String(age), beta: String(beta) },
      onlyEvaluateLocally: true,
      sendFeatureFlagEvents: false,
      disableGeoip: true,
    },
  }),
  boolean: async (client, key, { id, options }) => (await client.getFeatureFlagResult(key, id, options)).enabled,
  object: async (client, key, { id, options }) => (await client.getFeatureFlagResult(key, id, options)).payload,
  all: (client, { id, options }) => client.getAllFlags(id, options),
  ship: {
    isServer: true,
    code: `import { PostHog } from "posthog-node"; globalThis.x = new PostHog("k", {}).isFeatureEnabled("a", "u");`,
  },
  note: "W6 gives values without payloads",
};
