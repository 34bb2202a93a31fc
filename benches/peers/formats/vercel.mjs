/** Vercel: packed flag definitions. It cannot compare versions: `appVersionNum` is compared as a number. */

import { COUNTRIES, WEIGHTS, payload } from "../neutral.mjs";

export function convert({ flags, segments }) {
  return {
    definitions: Object.fromEntries(flags.map((flag) => [flag.key, definition(flag)])),
    segments: Object.fromEntries(
      segments.map(({ key, ids }) => [key, { rules: [{ conditions: [[user("id"), "oneOf", ids]], outcome: 1 }] }]),
    ),
    environment: "production",
    projectId: "prj_x",
    configUpdatedAt: 1767225600000,
    revision: 1,
  };
}

const user = (attribute) => ["user", attribute];
const split = (weights) => ({ type: "split", base: user("id"), weights, defaultVariant: 0 });
const inCountries = [user("country"), "oneOf", COUNTRIES];
const hasPlan = (plan) => [user("plan"), "eq", plan];
const hasVersion = (number) => [user("appVersionNum"), "gte", number];

/** Outcomes are places of variants. */
const [ON, OFF] = [0, 1];

const ENVIRONMENT = {
  on: ON,
  rollout: { fallthrough: split([50, 50]) },
  target: {
    rules: [
      { conditions: [inCountries, hasPlan("enterprise")], outcome: ON },
      { conditions: [hasPlan("pro"), hasVersion(90_000)], outcome: ON },
      { conditions: [inCountries, hasPlan("pro"), hasVersion(20_300)], outcome: split([50, 50]) },
    ],
    fallthrough: OFF,
  },
  experiment: { fallthrough: split(WEIGHTS) },
  segment: { rules: [{ conditions: [["segment", "oneOf", ["beta-users"]]], outcome: ON }], fallthrough: OFF },
};

function definition({ i, kind }) {
  const variants = kind === "experiment" ? [0, 1, 2].map(payload) : [true, false];
  return { variants, environments: { production: ENVIRONMENT[kind] }, seed: i + 1 };
}
