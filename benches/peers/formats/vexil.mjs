/** Vexil: a snapshot, with one service besides the flags. */

import { COUNTRIES, VARIANTS, WEIGHTS, payload } from "../neutral.mjs";

const BOOLEAN = { variants: { on: true, off: false }, offVariant: "off" };
const ON = { variant: "on" };
const OFF = { variant: "off" };
const HALF = {
  split: {
    weights: [
      { ...ON, weight: 50 },
      { ...OFF, weight: 50 },
    ],
  },
};

export function convert({ flags, segments }) {
  return {
    schema: "vexil/1",
    flags: Object.fromEntries(flags.map(({ key, kind }) => [key, FLAGS[kind]])),
    segments: Object.fromEntries(segments.map(({ key, ids }) => [key, { include: ids }])),
    services: { api: SERVICE },
  };
}

const condition = (attribute, op, value) => ({ attribute, op, value });
const inCountries = condition("country", "in", COUNTRIES);
const isPro = condition("plan", "eq", "pro");

const FLAGS = {
  on: { ...BOOLEAN, default: ON },
  rollout: { ...BOOLEAN, default: HALF },
  target: {
    ...BOOLEAN,
    rules: [
      { id: "r1", when: { all: [inCountries, condition("plan", "eq", "enterprise")] }, serve: ON },
      { id: "r2", when: { all: [isPro, condition("appVersion", "semverGte", "9.0.0")] }, serve: ON },
      { id: "r3", when: { all: [inCountries, isPro, condition("appVersion", "semverGte", "2.3.0")] }, serve: HALF },
    ],
    default: OFF,
  },
  experiment: {
    variants: Object.fromEntries(VARIANTS.map((variant, i) => [variant, payload(i)])),
    offVariant: VARIANTS[0],
    default: { split: { weights: VARIANTS.map((variant, i) => ({ variant, weight: WEIGHTS[i] })) } },
  },
  segment: { ...BOOLEAN, rules: [{ id: "r1", when: { segment: "beta-users" }, serve: ON }], default: OFF },
};

const SERVICE = {
  tracks: { stable: { version: "v1" }, canary: { version: "v2" } },
  defaultTrack: "stable",
  split: {
    by: "targetingKey",
    weights: [
      { track: "stable", weight: 50 },
      { track: "canary", weight: 50 },
    ],
  },
};
