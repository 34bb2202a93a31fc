/** Vercel's flags, from a datafile. */

import { versionNumber } from "../neutral.mjs";

export const engine = {
  name: "Vercel flags-core",
  package: "@vercel/flags-core",
  format: "vercel",
  isAsync: true,
  load: () => import("@vercel/flags-core"),
  async create({ createClient }, text) {
    const client = createClient("vf_server_bench", {
      datafile: JSON.parse(text),
      stream: false,
      polling: false,
      disableMetrics: true,
      buildStep: false,
      fetch: async () => Promise.reject(new Error("offline")),
    });
    await client.initialize();
    return client;
  },
  context: ({ userId, country, plan, appVersion, age, beta }) => ({
    user: { id: userId, country, plan, appVersionNum: versionNumber(appVersion), age, beta },
  }),
  boolean: async (client, key, context) => (await client.evaluate(key, false, context)).value,
  object: async (client, key, context) => (await client.evaluate(key, null, context)).value,
  all: (client, context, flags) => client.bulkEvaluate(flags, context),
  ship: {
    isServer: true,
    code: `import { createClient } from "@vercel/flags-core";
      globalThis.x = createClient("k", { datafile: globalThis.p }).evaluate("a", false, {});`,
  },
  note: "no versions, so W3 compares a number",
};
