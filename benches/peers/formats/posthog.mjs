/** PostHog: flag definitions for local evaluation; a cohort holds the list of ids. */

import { COUNTRIES, VARIANTS, WEIGHTS, payload } from "../neutral.mjs";

export function convert({ flags, segments }) {
  return {
    flags: flags.map((flag) => ({ ...common(flag), filters: FILTERS[flag.kind] })),
    group_type_mapping: {},
    cohorts: Object.fromEntries(
      segments.map(({ ids }) => ["1", { type: "AND", values: [property("userId", "exact", ids)] }]),
    ),
  };
}

const property = (key, operator, value) => ({ key, operator, value, type: "person" });
const group = (properties, rollout_percentage = 100) => ({ properties, rollout_percentage, variant: null });
const inCountries = property("country", "exact", COUNTRIES);
const hasPlan = (plan) => property("plan", "exact", [plan]);
const hasVersion = (version) => property("appVersion", "semver_gte", version);

const FILTERS = {
  on: { groups: [group([])] },
  rollout: { groups: [group([], 50)] },
  target: {
    groups: [
      group([inCountries, hasPlan("enterprise")]),
      group([hasPlan("pro"), hasVersion("9.0.0")]),
      group([inCountries, hasPlan("pro"), hasVersion("2.3.0")], 50),
    ],
  },
  experiment: {
    groups: [group([])],
    multivariate: { variants: VARIANTS.map((key, i) => ({ key, name: key, rollout_percentage: WEIGHTS[i] })) },
    payloads: Object.fromEntries(VARIANTS.map((key, i) => [key, JSON.stringify(payload(i))])),
  },
  segment: { groups: [group([{ key: "id", value: 1, type: "cohort" }])] },
};

function common({ i, key }) {
  return {
    id: i + 1,
    team_id: 1,
    name: key,
    key,
    deleted: false,
    active: true,
    is_simple_flag: false,
    ensure_experience_continuity: false,
  };
}
