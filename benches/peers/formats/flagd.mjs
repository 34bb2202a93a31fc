/** flagd: flags with JSON Logic as targeting. */

import { COUNTRIES, VARIANTS, WEIGHTS, payload } from "../neutral.mjs";

export function convert({ flags, segments }) {
  const out = {};
  const v = (name) => ({ var: name });
  const R1 = { and: [{ in: [v("country"), COUNTRIES] }, { "===": [v("plan"), "enterprise"] }] };
  const R2 = { and: [{ "===": [v("plan"), "pro"] }, { sem_ver: [v("appVersion"), ">=", "9.0.0"] }] };
  const R3 = {
    and: [
      { in: [v("country"), COUNTRIES] },
      { "===": [v("plan"), "pro"] },
      { sem_ver: [v("appVersion"), ">=", "2.3.0"] },
    ],
  };
  for (const f of flags) {
    const b = { state: "ENABLED", variants: { on: true, off: false } };
    if (f.kind === "on") out[f.key] = { ...b, defaultVariant: "on", targeting: {} };
    else if (f.kind === "rollout")
      out[f.key] = {
        ...b,
        defaultVariant: "off",
        targeting: {
          fractional: [
            ["on", 50],
            ["off", 50],
          ],
        },
      };
    else if (f.kind === "target")
      out[f.key] = {
        ...b,
        defaultVariant: "off",
        targeting: {
          if: [
            R1,
            "on",
            R2,
            "on",
            R3,
            {
              fractional: [
                ["on", 50],
                ["off", 50],
              ],
            },
            "off",
          ],
        },
      };
    else if (f.kind === "experiment")
      out[f.key] = {
        state: "ENABLED",
        variants: Object.fromEntries(VARIANTS.map((n, i) => [n, payload(i)])),
        defaultVariant: VARIANTS[0],
        targeting: { fractional: VARIANTS.map((n, i) => [n, WEIGHTS[i]]) },
      };
    else out[f.key] = { ...b, defaultVariant: "off", targeting: { if: [{ $ref: "beta-users" }, "on", "off"] } };
  }
  const ev = Object.fromEntries(segments.map((s) => [s.key, { in: [v("targetingKey"), s.ids] }]));
  return segments.length ? { $evaluators: ev, flags: out } : { flags: out };
}
