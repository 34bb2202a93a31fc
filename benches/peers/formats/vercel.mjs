/** Vercel: packed flag definitions. There is no comparison of versions: `appVersionNum` is compared as a number. */

import { COUNTRIES, WEIGHTS, payload } from "../neutral.mjs";

export function convert({ flags, segments }) {
  const U = (a) => ["user", a];
  const split = (ws) => ({ type: "split", base: U("id"), weights: ws, defaultVariant: 0 });
  const definitions = {};
  for (const f of flags) {
    const exp = f.kind === "experiment";
    const variants = exp ? [0, 1, 2].map(payload) : [true, false];
    let env;
    if (f.kind === "on") env = 0;
    else if (f.kind === "rollout") env = { fallthrough: split([50, 50]) };
    else if (exp) env = { fallthrough: split(WEIGHTS) };
    else if (f.kind === "target")
      env = {
        rules: [
          {
            conditions: [
              [U("country"), "oneOf", COUNTRIES],
              [U("plan"), "eq", "enterprise"],
            ],
            outcome: 0,
          },
          {
            conditions: [
              [U("plan"), "eq", "pro"],
              [U("appVersionNum"), "gte", 90000],
            ],
            outcome: 0,
          },
          {
            conditions: [
              [U("country"), "oneOf", COUNTRIES],
              [U("plan"), "eq", "pro"],
              [U("appVersionNum"), "gte", 20300],
            ],
            outcome: split([50, 50]),
          },
        ],
        fallthrough: 1,
      };
    else env = { rules: [{ conditions: [["segment", "oneOf", ["beta-users"]]], outcome: 0 }], fallthrough: 1 };
    definitions[f.key] = { variants, environments: { production: env }, seed: f.i + 1 };
  }
  return {
    definitions,
    segments: Object.fromEntries(
      segments.map((s) => [s.key, { rules: [{ conditions: [[U("id"), "oneOf", s.ids]], outcome: 1 }] }]),
    ),
    environment: "production",
    projectId: "prj_x",
    configUpdatedAt: 1767225600000,
    revision: 1,
  };
}
