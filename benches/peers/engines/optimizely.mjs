/** Optimizely's SDK with a datafile that does not change. */

export const engine = {
  name: "Optimizely",
  package: "@optimizely/optimizely-sdk",
  format: "optimizely",
  load: () => import("@optimizely/optimizely-sdk"),
  async create({ createInstance, createStaticProjectConfigManager, OptimizelyDecideOption: option }, text) {
    const client = createInstance({ projectConfigManager: createStaticProjectConfigManager({ datafile: text }) });
    await client.onReady({ timeout: 5_000 });
    return {
      client,
      withVariables: [option.DISABLE_DECISION_EVENT],
      plain: [option.DISABLE_DECISION_EVENT, option.EXCLUDE_VARIABLES],
    };
  },
  context: ({ userId, country, plan, appVersion, age, beta }) => ({
    id: userId,
    attributes: { userId, country, plan, appVersion, age, beta },
  }),
  boolean: (engine, key, context) => userOf(engine, context).decide(key, engine.plain).enabled,
  object: (engine, key, context) => userOf(engine, context).decide(key, engine.withVariables).variables.config,
  all: (engine, context) => userOf(engine, context).decideAll(engine.withVariables),
  request: {
    open: (engine, context) => ({ user: userOf(engine, context), engine }),
    boolean: ({ user, engine }, key) => user.decide(key, engine.plain).enabled,
    object: ({ user, engine }, key) => user.decide(key, engine.withVariables).variables.config,
  },
  ship: {
    code: `import { createInstance, createStaticProjectConfigManager as config } from "@optimizely/optimizely-sdk";
      const client = createInstance({ projectConfigManager: config({ datafile: globalThis.p }) });
      globalThis.x = client.createUserContext("u").decide("a");`,
  },
  note: "a user context for each evaluation of W1 to W5, one for all flags of `request`, `page` and W6",
};

function userOf({ client }, { id, attributes }) {
  return client.createUserContext(id, attributes);
}
