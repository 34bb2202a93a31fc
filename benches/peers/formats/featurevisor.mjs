/** Featurevisor: a datafile. Conditions are segments that flags share. */

import { COUNTRIES, VARIANTS, WEIGHTS, payload, BOUNDS } from "../neutral.mjs";

export function convert({ flags, segments }) {
  const seg = {
    "in-countries": { conditions: [{ attribute: "country", operator: "in", value: COUNTRIES }] },
    "plan-enterprise": { conditions: [{ attribute: "plan", operator: "equals", value: "enterprise" }] },
    "plan-pro": { conditions: [{ attribute: "plan", operator: "equals", value: "pro" }] },
    v9: { conditions: [{ attribute: "appVersion", operator: "semverGreaterThanOrEquals", value: "9.0.0" }] },
    v23: { conditions: [{ attribute: "appVersion", operator: "semverGreaterThanOrEquals", value: "2.3.0" }] },
  };
  for (const s of segments) seg[s.key] = { conditions: [{ attribute: "userId", operator: "in", value: s.ids }] };
  const features = {};
  for (const f of flags) {
    const b = { bucketBy: "userId", hash: "h" };
    if (f.kind === "on") b.traffic = [{ key: "1", segments: "*", percentage: 100000, enabled: true }];
    else if (f.kind === "rollout") b.traffic = [{ key: "1", segments: "*", percentage: 50000 }];
    else if (f.kind === "target")
      b.traffic = [
        { key: "1", segments: ["in-countries", "plan-enterprise"], percentage: 100000 },
        { key: "2", segments: ["plan-pro", "v9"], percentage: 100000 },
        { key: "3", segments: ["in-countries", "plan-pro", "v23"], percentage: 50000 },
        { key: "4", segments: "*", percentage: 0 },
      ];
    else if (f.kind === "experiment") {
      b.variablesSchema = { config: { type: "json", defaultValue: JSON.stringify(payload(0)) } };
      b.variations = VARIANTS.map((value, i) => ({
        value,
        weight: WEIGHTS[i],
        variables: { config: JSON.stringify(payload(i)) },
      }));
      b.traffic = [
        {
          key: "1",
          segments: "*",
          percentage: 100000,
          allocation: VARIANTS.map((variation, i) => ({
            variation,
            range: [(BOUNDS[i] - WEIGHTS[i]) * 1000, BOUNDS[i] * 1000],
          })),
        },
      ];
    } else b.traffic = [{ key: "1", segments: "beta-users", percentage: 100000 }];
    features[f.key] = b;
  }
  return { schemaVersion: "2", revision: "1", segments: seg, features };
}
