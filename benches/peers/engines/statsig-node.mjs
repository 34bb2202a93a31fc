/** Statsig's older SDK for Node, in JavaScript. */

export const engine = {
  name: "Statsig, JavaScript",
  package: "statsig-node",
  format: "statsig-v1",
  load: async () => (await import("statsig-node")).default,
  async create({ StatsigServer }, text) {
    const client = new StatsigServer("secret-bench", {
      bootstrapValues: text,
      localMode: true,
      disableRulesetsSync: true,
      disableIdListsSync: true,
      disableDiagnostics: true,
      initStrategyForIDLists: "none",
      initStrategyForIP3Country: "none",
    });
    await client.initializeAsync();
    return client;
  },
  context: ({ userId, country, appVersion, plan, age, beta }) => ({
    userID: userId,
    country,
    appVersion,
    custom: { plan, age, beta },
  }),
  boolean: (client, key, user) => client.checkGateWithExposureLoggingDisabledSync(user, key),
  object: (client, key, user) => client.getConfigWithExposureLoggingDisabledSync(user, key).value,
  all: (client, user) => client.getClientInitializeResponse(user, undefined, { hash: "none" }),
  ship: {
    isServer: true,
    code: `import Statsig from "statsig-node"; globalThis.x = Statsig.checkGateSync({}, "a");`,
  },
};
