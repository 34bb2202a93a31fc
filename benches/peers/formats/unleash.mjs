/** Unleash: features with strategies, as its client API delivers them. */

import { COUNTRIES, VARIANTS, WEIGHTS, payload } from "../neutral.mjs";

export function convert({ flags, segments }) {
  return {
    version: 2,
    features: flags.map((flag) => ({ ...feature(flag), strategies: STRATEGIES[flag.kind](flag) })),
    segments: segments.map(({ key, ids }, i) => ({
      id: i + 1,
      name: key,
      constraints: [constraint("userId", "IN", ids)],
    })),
  };
}

const STRATEGIES = {
  on: () => [{ name: "default", parameters: {}, constraints: [], segments: [], variants: [] }],
  rollout: (flag) => [strategy(flag, 50)],
  target: (flag) => [
    strategy(flag, 100, { constraints: [inCountries, constraint("plan", "IN", ["enterprise"])] }),
    strategy(flag, 100, { constraints: [isPro, constraint("appVersion", "SEMVER_GTE", "9.0.0")] }),
    strategy(flag, 50, { constraints: [inCountries, isPro, constraint("appVersion", "SEMVER_GTE", "2.3.0")] }),
  ],
  experiment: (flag) => [strategy(flag, 100, { variants: VARIANTS.map(variant) })],
  segment: (flag) => [strategy(flag, 100, { segments: [1] })],
};

const inCountries = constraint("country", "IN", COUNTRIES);
const isPro = constraint("plan", "IN", ["pro"]);

function feature({ key }) {
  return {
    name: key,
    type: "release",
    project: "default",
    description: "",
    enabled: true,
    stale: false,
    impressionData: false,
    variants: [],
  };
}

function strategy({ key }, rollout, more) {
  const parameters = { groupId: key, rollout: String(rollout), stickiness: "default" };
  return { name: "flexibleRollout", parameters, constraints: [], segments: [], variants: [], ...more };
}

function constraint(contextName, operator, operand) {
  const operands = Array.isArray(operand) ? { values: operand } : { values: [], value: operand };
  return { contextName, operator, ...operands, caseInsensitive: false, inverted: false };
}

function variant(name, i) {
  return {
    name,
    weight: WEIGHTS[i] * 10,
    weightType: "variable",
    stickiness: "default",
    payload: { type: "json", value: JSON.stringify(payload(i)) },
  };
}
