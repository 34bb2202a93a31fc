/** PostHog: flag definitions for local evaluation; a cohort holds the list of ids. */

import { COUNTRIES, VARIANTS, WEIGHTS, payload } from "../neutral.mjs";

export function convert({ flags, segments }) {
  const p = (key, operator, value, type = "person") => ({ key, operator, value, type });
  const out = flags.map((f) => {
    const b = {
      id: f.i + 1,
      team_id: 1,
      name: f.key,
      key: f.key,
      deleted: false,
      active: true,
      is_simple_flag: false,
      ensure_experience_continuity: false,
    };
    const g = (properties, rollout_percentage = 100) => ({ properties, rollout_percentage, variant: null });
    if (f.kind === "on") b.filters = { groups: [g([])] };
    else if (f.kind === "rollout") b.filters = { groups: [g([], 50)] };
    else if (f.kind === "target")
      b.filters = {
        groups: [
          g([p("country", "exact", COUNTRIES), p("plan", "exact", ["enterprise"])]),
          g([p("plan", "exact", ["pro"]), p("appVersion", "semver_gte", "9.0.0")]),
          g(
            [p("country", "exact", COUNTRIES), p("plan", "exact", ["pro"]), p("appVersion", "semver_gte", "2.3.0")],
            50,
          ),
        ],
      };
    else if (f.kind === "experiment")
      b.filters = {
        groups: [g([])],
        multivariate: { variants: VARIANTS.map((key, i) => ({ key, name: key, rollout_percentage: WEIGHTS[i] })) },
        payloads: Object.fromEntries(VARIANTS.map((k, i) => [k, JSON.stringify(payload(i))])),
      };
    else b.filters = { groups: [g([{ key: "id", value: 1, type: "cohort" }])] };
    return b;
  });
  return {
    flags: out,
    group_type_mapping: {},
    cohorts: Object.fromEntries(
      segments.map((s) => [
        "1",
        { type: "AND", values: [{ key: "userId", operator: "exact", value: s.ids, type: "person" }] },
      ]),
    ),
  };
}
