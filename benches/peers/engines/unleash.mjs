/** Unleash's SDK for Node, from a bootstrap. */

import { once } from "node:events";

export const engine = {
  name: "Unleash",
  package: "unleash-client",
  format: "unleash",
  load: () => import("unleash-client"),
  async create({ Unleash, InMemStorageProvider }, text) {
    const { features, segments } = JSON.parse(text);
    const client = new Unleash({
      appName: "bench",
      url: "http://127.0.0.1:9/",
      refreshInterval: 0,
      disableMetrics: true,
      disableAutoStart: true,
      skipInstanceCountWarning: true,
      storageProvider: new InMemStorageProvider(),
      bootstrap: { data: features, segments },
    });
    client.on("error", () => {});
    const ready = once(client, "ready");
    // What `start` does before it fetches.
    await client.repository.loadBootstrap();
    await ready;
    return client;
  },
  context: ({ userId, country, plan, appVersion, age, beta }) => ({
    userId,
    properties: { country, plan, appVersion, age, beta: String(beta) },
  }),
  boolean: (client, key, context) => client.isEnabled(key, context),
  object: (client, key, context) => client.getVariant(key, context).payload.value,
  ship: {
    isServer: true,
    code: `import { Unleash } from "unleash-client";
      globalThis.x = new Unleash({ url: "x", appName: "y" }).isEnabled("a", {});`,
  },
  note: "payloads are text",
};
