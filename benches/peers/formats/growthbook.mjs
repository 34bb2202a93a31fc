/** GrowthBook: a payload of features and saved groups. */

import { COUNTRIES, VARIANTS, payload } from "../neutral.mjs";

export function convert({ flags, segments }) {
  const features = {};
  for (const f of flags) {
    if (f.kind === "on") features[f.key] = { defaultValue: true };
    else if (f.kind === "rollout")
      features[f.key] = { defaultValue: false, rules: [{ id: "r1", force: true, coverage: 0.5, hashAttribute: "id" }] };
    else if (f.kind === "target")
      features[f.key] = {
        defaultValue: false,
        rules: [
          { id: "r1", condition: { country: { $in: COUNTRIES }, plan: "enterprise" }, force: true },
          { id: "r2", condition: { plan: "pro", appVersion: { $vgte: "9.0.0" } }, force: true },
          {
            id: "r3",
            condition: { country: { $in: COUNTRIES }, plan: "pro", appVersion: { $vgte: "2.3.0" } },
            force: true,
            coverage: 0.5,
            hashAttribute: "id",
          },
        ],
      };
    else if (f.kind === "experiment")
      features[f.key] = {
        defaultValue: payload(0),
        rules: [
          {
            id: "r1",
            key: "exp-" + f.key,
            coverage: 1,
            hashAttribute: "id",
            hashVersion: 2,
            variations: [0, 1, 2].map(payload),
            weights: [0.34, 0.33, 0.33],
            meta: VARIANTS.map((key) => ({ key })),
          },
        ],
      };
    else
      features[f.key] = {
        defaultValue: false,
        rules: [{ id: "r1", condition: { id: { $inGroup: "beta-users" } }, force: true }],
      };
  }
  return { features, savedGroups: Object.fromEntries(segments.map((s) => [s.key, s.ids])) };
}
