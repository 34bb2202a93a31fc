/** GrowthBook's classic class, one instance for each user. */

export const engine = {
  name: "GrowthBook, class",
  package: "@growthbook/growthbook",
  format: "growthbook",
  noCold: true,
  load: () => import("@growthbook/growthbook"),
  create: ({ GrowthBook }, text) => ({ GrowthBook, payload: JSON.parse(text) }),
  context: ({ userId, country, plan, appVersion, age, beta }) => ({ id: userId, country, plan, appVersion, age, beta }),
  boolean: (engine, key, context) => once(engine, context, (instance) => instance.isOn(key)),
  object: (engine, key, context) => once(engine, context, (instance) => instance.getFeatureValue(key, null)),
  all: (engine, context, flags) =>
    once(engine, context, (instance) =>
      flags.map(({ key, isObject }) => ({
        key,
        value: isObject ? instance.getFeatureValue(key, null) : instance.isOn(key),
      })),
    ),
  request: {
    open,
    boolean: (instance, key) => instance.isOn(key),
    object: (instance, key) => instance.getFeatureValue(key, null),
    close: (instance) => instance.destroy(),
  },
  ship: {
    code: `import { GrowthBook } from "@growthbook/growthbook";
      globalThis.x = new GrowthBook({ features: globalThis.p, attributes: {} }).isOn("a");`,
  },
  note: "an instance for each evaluation of W1 to W5, one for all flags of `request`, `page` and W6",
};

function open({ GrowthBook, payload }, attributes) {
  return new GrowthBook({ features: payload.features, savedGroups: payload.savedGroups, attributes });
}

function once(engine, context, evaluate) {
  const instance = open(engine, context);
  const answer = evaluate(instance);
  instance.destroy();
  return answer;
}
