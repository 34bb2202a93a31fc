/** Eppo's client for all its SDKs in JavaScript. */

export const engine = {
  name: "Eppo",
  package: "@eppo/js-client-sdk-common",
  format: "eppo",
  load: async () => (await import("@eppo/js-client-sdk-common")).default,
  async create({ EppoClient, MemoryOnlyConfigurationStore }, text) {
    const configuration = JSON.parse(text);
    const store = new MemoryOnlyConfigurationStore();
    await store.setEntries(configuration.flags);
    store.setFormat(configuration.format);
    store.setEnvironment(configuration.environment);
    store.setConfigPublishedAt(configuration.createdAt);
    store.setConfigFetchedAt(configuration.createdAt);
    return new EppoClient({ flagConfigurationStore: store });
  },
  context: ({ userId, country, plan, appVersion, age, beta }) => ({
    id: userId,
    attributes: { country, plan, appVersion, age, beta },
  }),
  boolean: (client, key, { id, attributes }) => client.getBooleanAssignment(key, id, attributes, false),
  object: (client, key, { id, attributes }) => client.getJSONAssignment(key, id, attributes, null),
  ship: {
    code: `import { EppoClient, MemoryOnlyConfigurationStore as Store } from "@eppo/js-client-sdk-common";
      const client = new EppoClient({ flagConfigurationStore: new Store() });
      globalThis.x = client.getBooleanAssignment("a", "u", {}, false);`,
  },
  note: "JSON payloads are text in its configuration, parsed at each evaluation",
};
