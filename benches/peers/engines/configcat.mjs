/** ConfigCat, from its cache and offline. */

export const engine = {
  name: "ConfigCat",
  package: "@configcat/sdk",
  format: "configcat",
  load: () => import("@configcat/sdk/node"),
  async create({ getClient, createConsoleLogger, LogLevel, PollingMode }, text) {
    // A client for each key, of which one process makes several.
    const key = `configcat-sdk-1/aaaaaaaaaaaaaaaaaaaaaa/${String(Math.random()).slice(2).padEnd(22, "b").slice(0, 22)}`;
    const client = getClient(key, PollingMode.ManualPoll, {
      offline: true,
      logger: createConsoleLogger(LogLevel.Off),
      cache: { get: () => `${Date.now()}\n"etag"\n${text}`, set() {} },
    });
    await client.waitForReady();
    return client.snapshot();
  },
  context: ({ userId, country, plan, appVersion, age, beta }) => ({
    identifier: userId,
    country,
    custom: { plan, appVersion, age, beta: String(beta) },
  }),
  boolean: (snapshot, key, context) => snapshot.getValue(key, false, context),
  object: (snapshot, key, context) => snapshot.getValue(key, "", context),
  ship: {
    code: `import { getClient, PollingMode } from "@configcat/sdk/browser";
      const client = getClient("k", PollingMode.ManualPoll, { offline: true });
      globalThis.x = client.snapshot().getValue("a", false);`,
  },
  note: "SHA-1 in JavaScript; payloads are text; comparators are plain, not the hashed ones",
};
