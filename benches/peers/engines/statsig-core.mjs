/** Statsig's core in Rust, as a native addon: for servers only. */

export const engine = {
  name: "Statsig core (native)",
  package: "@statsig/statsig-node-core",
  format: "statsig-v2",
  isNative: true,
  load: async () => (await import("@statsig/statsig-node-core")).default,
  async create(module, text) {
    // Taken once, so that the text does not stay in memory on the benchmark's account.
    const texts = [text];
    const dataStore = {
      initialize: async () => {},
      shutdown: async () => {},
      get: async () => ({ result: texts.pop(), time: 1767225600000 }),
      set: async () => {},
      supportPollingUpdatesFor: async () => false,
    };
    const client = new module.Statsig("secret-bench", {
      dataStore,
      disableNetwork: true,
      disableAllLogging: true,
      specAdaptersConfig: [{ adapterType: "data_store", initTimeoutMs: 3000 }],
      outputLogLevel: "none",
      disableCountryLookup: true,
      enableIdLists: false,
    });
    const { isSuccess } = await client.initialize();
    if (!isSuccess) throw new Error("Statsig could not be initialized");
    return { client, StatsigUser: module.StatsigUser };
  },
  context: ({ userId, country, appVersion, plan, age, beta }, { StatsigUser }) =>
    new StatsigUser({ userID: userId, country, appVersion, custom: { plan, age, beta } }),
  boolean: ({ client }, key, user) => client.checkGate(user, key, { disableExposureLogging: true }),
  object: ({ client }, key, user) => client.getDynamicConfig(user, key, { disableExposureLogging: true }).value,
  all: ({ client }, user) => client.getClientInitializeResponse(user, { hashAlgorithm: "none" }),
  note: "an addon of 8 MB for each platform; W6 is one JSON text",
};
