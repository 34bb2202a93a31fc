/** LaunchDarkly's SDK for servers, with flags from a file. */

import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silent } from "./flagd-compiled.mjs";

export const engine = {
  name: "LaunchDarkly",
  package: "@launchdarkly/node-server-sdk",
  format: "launchdarkly",
  isAsync: true,
  load: async () => ({
    ...(await import("@launchdarkly/node-server-sdk")).default,
    ...(await import("@launchdarkly/node-server-sdk/integrations")),
  }),
  async create({ init, FileDataSourceFactory }, text) {
    const file = join(tmpdir(), `flags-${process.pid}-${Math.random()}.json`);
    writeFileSync(file, text);
    const updateProcessor = new FileDataSourceFactory({ paths: [file] }).getFactory();
    const client = init("sdk-key", { updateProcessor, sendEvents: false, diagnosticOptOut: true, logger: silent });
    await client.waitForInitialization({ timeout: 20 });
    rmSync(file);
    return client;
  },
  context: ({ userId, country, plan, appVersion, age, beta }) => ({
    kind: "user",
    key: userId,
    country,
    plan,
    appVersion,
    age,
    beta,
  }),
  boolean: (client, key, context) => client.variation(key, context, false),
  object: (client, key, context) => client.variation(key, context, null),
  all: async (client, context) => (await client.allFlagsState(context)).allValues(),
  ship: {
    isServer: true,
    code: `import { init } from "@launchdarkly/node-server-sdk"; globalThis.x = init("k").variation("a", {}, false);`,
  },
  note: "no events are sent",
};
