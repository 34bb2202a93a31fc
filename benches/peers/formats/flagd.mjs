/** flagd: flags with JSON Logic as targeting. */

import { COUNTRIES, VARIANTS, WEIGHTS, payload } from "../neutral.mjs";

export function convert({ flags, segments }) {
  const evaluators = segments.map(({ key, ids }) => [key, { in: [attribute("targetingKey"), ids] }]);
  return {
    ...(evaluators.length > 0 ? { $evaluators: Object.fromEntries(evaluators) } : {}),
    flags: Object.fromEntries(flags.map(({ key, kind }) => [key, { state: "ENABLED", ...FLAG[kind] }])),
  };
}

const attribute = (name) => ({ var: name });
const fractional = (...shares) => ({ fractional: shares });
const inCountries = { in: [attribute("country"), COUNTRIES] };
const hasPlan = (plan) => ({ "===": [attribute("plan"), plan] });
const hasVersion = (version) => ({ sem_ver: [attribute("appVersion"), ">=", version] });

const ON = { variants: { on: true, off: false }, defaultVariant: "on" };
const OFF = { ...ON, defaultVariant: "off" };
const HALF = fractional(["on", 50], ["off", 50]);

const FLAG = {
  on: { ...ON, targeting: {} },
  rollout: { ...OFF, targeting: HALF },
  target: {
    ...OFF,
    targeting: {
      if: [
        ...[{ and: [inCountries, hasPlan("enterprise")] }, "on"],
        ...[{ and: [hasPlan("pro"), hasVersion("9.0.0")] }, "on"],
        ...[{ and: [inCountries, hasPlan("pro"), hasVersion("2.3.0")] }, HALF],
        "off",
      ],
    },
  },
  experiment: {
    variants: Object.fromEntries(VARIANTS.map((variant, i) => [variant, payload(i)])),
    defaultVariant: VARIANTS[0],
    targeting: fractional(...VARIANTS.map((variant, i) => [variant, WEIGHTS[i]])),
  },
  segment: { ...OFF, targeting: { if: [{ $ref: "beta-users" }, "on", "off"] } },
};
