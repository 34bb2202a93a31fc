/** GrowthBook: a payload of features and saved groups. */

import { COUNTRIES, VARIANTS, payload } from "../neutral.mjs";

export function convert({ flags, segments }) {
  return {
    features: Object.fromEntries(flags.map((flag) => [flag.key, FEATURE[flag.kind](flag)])),
    savedGroups: Object.fromEntries(segments.map(({ key, ids }) => [key, ids])),
  };
}

const HALF = { force: true, coverage: 0.5, hashAttribute: "id" };
const inCountries = { country: { $in: COUNTRIES } };

const FEATURE = {
  on: () => ({ defaultValue: true }),
  rollout: () => ({ defaultValue: false, rules: [{ id: "r1", ...HALF }] }),
  target: () => ({
    defaultValue: false,
    rules: [
      { id: "r1", condition: { ...inCountries, plan: "enterprise" }, force: true },
      { id: "r2", condition: { plan: "pro", appVersion: { $vgte: "9.0.0" } }, force: true },
      { id: "r3", condition: { ...inCountries, plan: "pro", appVersion: { $vgte: "2.3.0" } }, ...HALF },
    ],
  }),
  experiment: ({ key }) => ({
    defaultValue: payload(0),
    rules: [
      {
        id: "r1",
        key: `exp-${key}`,
        coverage: 1,
        hashAttribute: "id",
        hashVersion: 2,
        variations: [0, 1, 2].map(payload),
        weights: [0.34, 0.33, 0.33],
        meta: VARIANTS.map((key) => ({ key })),
      },
    ],
  }),
  segment: () => ({
    defaultValue: false,
    rules: [{ id: "r1", condition: { id: { $inGroup: "beta-users" } }, force: true }],
  }),
};
