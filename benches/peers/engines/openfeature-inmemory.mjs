/** The OpenFeature API over its own provider, which has no rules: a flag that is on costs what the API costs. */

import { withTargetingKey } from "../neutral.mjs";

export const engine = {
  name: "OpenFeature, in memory",
  package: "@openfeature/server-sdk",
  format: "neutral",
  isAsync: true,
  rows: ["context", "W1"],
  load: () => import("@openfeature/server-sdk"),
  async create({ OpenFeature, InMemoryProvider }, text) {
    const flag = { variants: { on: true, off: false }, defaultVariant: "on", disabled: false };
    const flags = Object.fromEntries(JSON.parse(text).flags.map(({ key }) => [key, flag]));
    await OpenFeature.setProviderAndWait(new InMemoryProvider(flags));
    return OpenFeature.getClient();
  },
  context: withTargetingKey,
  boolean: (client, key, context) => client.getBooleanValue(key, false, context),
  noCold: true,
  note: "has no rules, so W1 alone",
};
