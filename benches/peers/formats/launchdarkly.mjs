/** LaunchDarkly: flags and segments as its file data source reads them. `>=` of versions is a negated `<`. */

import { COUNTRIES, payload, uuid } from "../neutral.mjs";

export function convert({ flags, segments }) {
  return {
    flags: Object.fromEntries(flags.map((flag) => [flag.key, { ...common(flag), ...FLAG[flag.kind](flag) }])),
    segments: Object.fromEntries(segments.map((segment) => [segment.key, list(segment)])),
  };
}

const FLAG = {
  on: () => ({ fallthrough: { variation: 0 } }),
  rollout: () => ({ fallthrough: { rollout: rollout([50_000, 50_000]) } }),
  target: (flag) => ({
    rules: [
      rule(flag, 6, [inCountries, clause("plan", "in", ["enterprise"])], { variation: 0 }),
      rule(flag, 7, [isPro, isAtLeast("9.0.0")], { variation: 0 }),
      rule(flag, 8, [inCountries, isPro, isAtLeast("2.3.0")], { rollout: rollout([50_000, 50_000]) }),
    ],
  }),
  experiment: () => ({
    variations: [0, 1, 2].map(payload),
    offVariation: 0,
    fallthrough: { rollout: rollout([34_000, 33_000, 33_000]) },
  }),
  segment: (flag) => ({ rules: [rule(flag, 6, [clause("", "segmentMatch", ["beta-users"])], { variation: 0 })] }),
};

const inCountries = clause("country", "in", COUNTRIES);
const isPro = clause("plan", "in", ["pro"]);
const isAtLeast = (version) => clause("appVersion", "semVerLessThan", [version], true);

function common({ i, key }) {
  return {
    key,
    on: true,
    version: 1,
    prerequisites: [],
    targets: [],
    contextTargets: [],
    rules: [],
    fallthrough: { variation: 1 },
    offVariation: 1,
    variations: [true, false],
    salt: uuid(i, 5).replaceAll("-", ""),
    clientSideAvailability: { usingEnvironmentId: true, usingMobileKey: true },
    trackEvents: false,
    deleted: false,
  };
}

function rule({ i }, salt, clauses, served) {
  return { id: uuid(i, salt), clauses, ...served, trackEvents: false };
}

function clause(attribute, op, values, negate = false) {
  return { contextKind: "user", attribute, op, values, negate };
}

function rollout(weights) {
  const variations = weights.map((weight, variation) => ({ variation, weight }));
  return { contextKind: "user", bucketBy: "key", variations };
}

function list({ key, ids }) {
  return {
    key,
    version: 1,
    included: ids,
    excluded: [],
    includedContexts: [],
    excludedContexts: [],
    rules: [],
    salt: "abcdef",
    deleted: false,
  };
}
