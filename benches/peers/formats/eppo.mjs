/** Eppo: its Universal Flag Configuration. */

import { BOUNDS, COUNTRIES, VARIANTS, WEIGHTS, payload } from "../neutral.mjs";

const SHARDS = 10_000;

export function convert({ flags, segments }) {
  return {
    createdAt: "2026-01-01T00:00:00.000Z",
    format: "SERVER",
    environment: { name: "Test" },
    flags: Object.fromEntries(flags.map((flag) => [flag.key, { ...common(flag), ...FLAG[flag.kind](flag, segments) }])),
    bandits: {},
  };
}

const FLAG = {
  on: (flag) => ({ allocations: [allocation(flag, 1, null, ALL)] }),
  rollout: (flag) => ({ allocations: [allocation(flag, 1, null, half(flag))] }),
  target: (flag) => ({
    allocations: [
      allocation(flag, 1, [inCountries, condition("plan", "ONE_OF", ["enterprise"])], ALL),
      allocation(flag, 2, [isPro, condition("appVersion", "GTE", "9.0.0")], ALL),
      allocation(flag, 3, [inCountries, isPro, condition("appVersion", "GTE", "2.3.0")], half(flag)),
    ],
  }),
  experiment: (flag) => ({
    variationType: "JSON",
    variations: Object.fromEntries(VARIANTS.map((key, i) => [key, { key, value: JSON.stringify(payload(i)) }])),
    allocations: [
      allocation(
        flag,
        1,
        null,
        VARIANTS.map((key, i) => split(flag, key, (BOUNDS[i] - WEIGHTS[i]) * 100, BOUNDS[i] * 100)),
      ),
    ],
  }),
  segment: (flag, [{ ids }]) => ({
    allocations: [
      allocation(flag, 1, [condition("id", "ONE_OF", ids)], ALL),
      allocation(flag, 2, null, [{ variationKey: "off", shards: [] }]),
    ],
  }),
};

const ALL = [{ variationKey: "on", shards: [] }];
const inCountries = condition("country", "ONE_OF", COUNTRIES);
const isPro = condition("plan", "ONE_OF", ["pro"]);

function common({ key }) {
  return {
    key,
    enabled: true,
    variationType: "BOOLEAN",
    variations: { on: { key: "on", value: true }, off: { key: "off", value: false } },
    totalShards: SHARDS,
  };
}

function allocation({ key }, number, conditions, splits) {
  const rules = conditions === null ? {} : { rules: [{ conditions }] };
  return { key: `${key}-a${number}`, ...rules, splits, doLog: false };
}

function half(flag) {
  return [split(flag, "on", 0, SHARDS / 2), split(flag, "off", SHARDS / 2, SHARDS)];
}

function split({ key }, variationKey, start, end) {
  return { variationKey, shards: [{ salt: `${key}-1`, ranges: [{ start, end }] }] };
}

function condition(attribute, operator, value) {
  return { attribute, operator, value };
}
