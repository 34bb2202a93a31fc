/** Unleash: features with strategies, as its client API delivers them. */

import { COUNTRIES, VARIANTS, WEIGHTS, payload } from "../neutral.mjs";

export function convert({ flags, segments }) {
  const C = (contextName, operator, v) => ({
    contextName,
    operator,
    values: Array.isArray(v) ? v : [],
    value: Array.isArray(v) ? undefined : v,
    caseInsensitive: false,
    inverted: false,
  });
  const strat = (f, rollout, constraints = [], extra = {}) => ({
    name: "flexibleRollout",
    parameters: { groupId: f.key, rollout: String(rollout), stickiness: "default" },
    constraints,
    segments: [],
    variants: [],
    ...extra,
  });
  const features = flags.map((f) => {
    const base = {
      name: f.key,
      type: "release",
      project: "default",
      description: "",
      enabled: true,
      stale: false,
      impressionData: false,
      variants: [],
    };
    if (f.kind === "on")
      return {
        ...base,
        strategies: [{ name: "default", parameters: {}, constraints: [], segments: [], variants: [] }],
      };
    if (f.kind === "rollout") return { ...base, strategies: [strat(f, 50)] };
    if (f.kind === "target")
      return {
        ...base,
        strategies: [
          strat(f, 100, [C("country", "IN", COUNTRIES), C("plan", "IN", ["enterprise"])]),
          strat(f, 100, [C("plan", "IN", ["pro"]), C("appVersion", "SEMVER_GTE", "9.0.0")]),
          strat(f, 50, [
            C("country", "IN", COUNTRIES),
            C("plan", "IN", ["pro"]),
            C("appVersion", "SEMVER_GTE", "2.3.0"),
          ]),
        ],
      };
    if (f.kind === "experiment")
      return {
        ...base,
        strategies: [
          strat(f, 100, [], {
            variants: VARIANTS.map((name, i) => ({
              name,
              weight: WEIGHTS[i] * 10,
              weightType: "variable",
              stickiness: "default",
              payload: { type: "json", value: JSON.stringify(payload(i)) },
            })),
          }),
        ],
      };
    return { ...base, strategies: [strat(f, 100, [], { segments: [1] })] };
  });
  return {
    version: 2,
    features,
    segments: segments.map((s, i) => ({ id: i + 1, name: s.key, constraints: [C("userId", "IN", s.ids)] })),
  };
}
