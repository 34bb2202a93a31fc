/** DevCycle's bucketing in JavaScript, which only evaluates the whole config. */

export const engine = {
  name: "DevCycle, JavaScript",
  package: "@devcycle/bucketing",
  format: "devcycle",
  rows: ["context", "W6"],
  isSlow: true,
  load: async () => (await import("@devcycle/bucketing")).default,
  create: (module, text) => ({ module, config: JSON.parse(text) }),
  context: ({ userId, country, appVersion, plan, age, beta }) => ({
    user_id: userId,
    country,
    appVersion,
    customData: { plan, age, beta },
    platform: "NodeJS",
    platformVersion: "20",
    createdDate: new Date(),
    lastSeenDate: new Date(),
  }),
  all: ({ module, config }, user) => module.generateBucketedConfig({ config, user }).variables,
  ship: {
    isServer: true,
    code: `import { generateBucketedConfig } from "@devcycle/bucketing"; globalThis.x = generateBucketedConfig;`,
  },
};
