/** GrowthBook's client for many users, as servers use it. */

export const engine = {
  name: "GrowthBookClient",
  package: "@growthbook/growthbook",
  format: "growthbook",
  load: () => import("@growthbook/growthbook"),
  create: ({ GrowthBookClient }, text) => new GrowthBookClient({}).initSync({ payload: JSON.parse(text) }),
  context: ({ userId, country, plan, appVersion, age, beta }) => ({
    attributes: { id: userId, country, plan, appVersion, age, beta },
  }),
  boolean: (client, key, context) => client.isOn(key, context),
  object: (client, key, context) => client.getFeatureValue(key, null, context),
  ship: {
    code: `import { GrowthBookClient } from "@growthbook/growthbook";
      globalThis.x = new GrowthBookClient({}).initSync({ payload: globalThis.p }).isOn("a", { attributes: {} });`,
  },
};
