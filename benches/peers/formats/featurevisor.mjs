/** Featurevisor: a datafile. Conditions are segments that flags share. */

import { BOUNDS, COUNTRIES, VARIANTS, WEIGHTS, payload } from "../neutral.mjs";

export function convert({ flags, segments }) {
  const lists = segments.map(({ key, ids }) => [key, segment("userId", "in", ids)]);
  return {
    schemaVersion: "2",
    revision: "1",
    segments: { ...SHARED, ...Object.fromEntries(lists) },
    features: Object.fromEntries(
      flags.map(({ key, kind }) => [key, { bucketBy: "userId", hash: "h", ...FEATURE[kind] }]),
    ),
  };
}

const SHARED = {
  "in-countries": segment("country", "in", COUNTRIES),
  "plan-enterprise": segment("plan", "equals", "enterprise"),
  "plan-pro": segment("plan", "equals", "pro"),
  v9: segment("appVersion", "semverGreaterThanOrEquals", "9.0.0"),
  v23: segment("appVersion", "semverGreaterThanOrEquals", "2.3.0"),
};

const TEXTS = VARIANTS.map((_, i) => JSON.stringify(payload(i)));

const FEATURE = {
  on: { traffic: [{ ...traffic("1", "*", 100), enabled: true }] },
  rollout: { traffic: [traffic("1", "*", 50)] },
  target: {
    traffic: [
      traffic("1", ["in-countries", "plan-enterprise"], 100),
      traffic("2", ["plan-pro", "v9"], 100),
      traffic("3", ["in-countries", "plan-pro", "v23"], 50),
      traffic("4", "*", 0),
    ],
  },
  experiment: {
    variablesSchema: { config: { type: "json", defaultValue: TEXTS[0] } },
    variations: VARIANTS.map((value, i) => ({ value, weight: WEIGHTS[i], variables: { config: TEXTS[i] } })),
    traffic: [
      {
        ...traffic("1", "*", 100),
        allocation: VARIANTS.map((variation, i) => ({
          variation,
          range: [(BOUNDS[i] - WEIGHTS[i]) * 1_000, BOUNDS[i] * 1_000],
        })),
      },
    ],
  },
  segment: { traffic: [traffic("1", "beta-users", 100)] },
};

function segment(attribute, operator, value) {
  return { conditions: [{ attribute, operator, value }] };
}

function traffic(key, segments, percent) {
  return { key, segments, percentage: percent * 1_000 };
}
