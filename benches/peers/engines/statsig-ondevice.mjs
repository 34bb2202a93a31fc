/** Statsig's client that evaluates in browsers. */

export const engine = {
  name: "Statsig on device",
  package: "@statsig/js-on-device-eval-client",
  format: "statsig-v1",
  load: async () => (await import("@statsig/js-on-device-eval-client")).default,
  create({ StatsigOnDeviceEvalClient }, text) {
    const client = new StatsigOnDeviceEvalClient("client-bench", {
      networkConfig: { preventAllNetworkTraffic: true },
      disableLogging: true,
      logLevel: 0,
      disableStorage: true,
    });
    client.dataAdapter.setData(text);
    client.initializeSync({ disableBackgroundCacheRefresh: true });
    return client;
  },
  context: ({ userId, country, appVersion, plan, age, beta }) => ({
    userID: userId,
    country,
    appVersion,
    custom: { plan, age, beta },
  }),
  boolean: (client, key, user) => client.checkGate(key, user, { disableExposureLog: true }),
  object: (client, key, user) => client.getDynamicConfig(key, user, { disableExposureLog: true }).value,
  ship: {
    code: `import { StatsigOnDeviceEvalClient } from "@statsig/js-on-device-eval-client";
      const client = new StatsigOnDeviceEvalClient("k"); client.initializeSync();
      globalThis.x = client.checkGate("a", {});`,
  },
};
