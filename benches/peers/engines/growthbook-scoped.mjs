/** The same client with an instance for each request: in `request` and `page` one is made for many flags. */

import { engine as client } from "./growthbook-client.mjs";

const { ship, ...common } = client;
const open = (client, context) => client.createScopedInstance(context);

export const engine = {
  ...common,
  name: "GrowthBookClient, scoped",
  noCold: true,
  boolean: (client, key, context) => open(client, context).isOn(key),
  object: (client, key, context) => open(client, context).getFeatureValue(key, null),
  all(client, context, flags) {
    const scope = open(client, context);
    return flags.map(({ key, isObject }) => ({
      key,
      value: isObject ? scope.getFeatureValue(key, null) : scope.isOn(key),
    }));
  },
  request: {
    open,
    boolean: (scope, key) => scope.isOn(key),
    object: (scope, key) => scope.getFeatureValue(key, null),
  },
  note: "a scoped instance for each evaluation of W1 to W5, one for all flags of `request`, `page` and W6",
};
