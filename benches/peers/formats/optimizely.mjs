/** Optimizely: a datafile, version 4, with rollouts for booleans and experiments for variants. */

import { BOUNDS, COUNTRIES, VARIANTS, payload } from "../neutral.mjs";

export function convert({ flags, segments }) {
  return {
    ...PROJECT,
    typedAudiences: [...AUDIENCES, ...segments.map(({ key, ids }) => audience("list", key, isOneOf("userId", ids)))],
    experiments: flags.filter(isExperiment).map(experiment),
    rollouts: flags.map(rollout),
    featureFlags: flags.map(feature),
  };
}

const match = (name, match, value) => ({ name, match, value, type: "custom_attribute" });
const isOneOf = (name, values) => ["or", ...values.map((value) => match(name, "exact", value))];
const audience = (id, name, conditions) => ({ id, name, conditions });
const inCountries = isOneOf("country", COUNTRIES);
const hasPlan = (plan) => match("plan", "exact", plan);
const hasVersion = (version) => match("appVersion", "semver_ge", version);
const isExperiment = ({ kind }) => kind === "experiment";

const AUDIENCES = [
  audience("a1", "r1", ["and", inCountries, hasPlan("enterprise")]),
  audience("a2", "r2", ["and", hasPlan("pro"), hasVersion("9.0.0")]),
  audience("a3", "r3", ["and", inCountries, hasPlan("pro"), hasVersion("2.3.0")]),
];

/** Audiences, and how many of 10,000 of theirs a flag is on for. */
const RULES = {
  on: [[[], 10_000]],
  rollout: [[[], 5_000]],
  target: [
    [["a1"], 10_000],
    [["a2"], 10_000],
    [["a3"], 5_000],
  ],
  experiment: [],
  segment: [[["list"], 10_000]],
};

const PROJECT = {
  version: "4",
  revision: "1",
  projectId: "p",
  accountId: "a",
  sdkKey: "s",
  environmentKey: "e",
  anonymizeIP: true,
  botFiltering: false,
  sendFlagDecisions: false,
  attributes: ["country", "plan", "appVersion", "userId", "age", "beta"].map((key, i) => ({ id: String(i + 1), key })),
  audiences: [],
  events: [],
  groups: [],
  variables: [],
  integrations: [],
  holdouts: [],
};

function feature(flag) {
  const { i, key } = flag;
  const variable = { id: `v${i}`, key: "config", type: "json", defaultValue: JSON.stringify(payload(0)) };
  return {
    id: `f${i}`,
    key,
    rolloutId: `r${i}`,
    experimentIds: isExperiment(flag) ? [`e${i}`] : [],
    variables: isExperiment(flag) ? [variable] : [],
  };
}

/** Rules in order, the last of which switches the flag off for everyone else. */
function rollout({ i, kind }) {
  const rules = RULES[kind].map(([audiences, share], place) => rule(`r${i}`, `${i}-${place}`, audiences, "on", share));
  return { id: `r${i}`, experiments: [...rules, rule(`r${i}`, `${i}-else`, [], "off", 10_000)] };
}

function rule(layerId, id, audiences, key, share) {
  const variation = { id: `${id}-${key}`, key, featureEnabled: key === "on", variables: [] };
  return {
    ...running(`rule-${id}`, layerId, audiences),
    variations: [variation],
    trafficAllocation: [{ entityId: variation.id, endOfRange: share }],
  };
}

function experiment({ i, key }) {
  const idOf = (variant) => `e${i}-${variant}`;
  return {
    ...running(`e${i}`, `l${i}`, []),
    key: `exp-${key}`,
    variations: VARIANTS.map((variant, place) => ({
      id: idOf(variant),
      key: variant,
      featureEnabled: true,
      variables: [{ id: `v${i}`, value: JSON.stringify(payload(place)) }],
    })),
    trafficAllocation: VARIANTS.map((variant, place) => ({
      entityId: idOf(variant),
      endOfRange: BOUNDS[place] * 100,
    })),
  };
}

function running(id, layerId, audiences) {
  const common = { id, key: id, status: "Running", layerId, forcedVariations: {} };
  return { ...common, audienceIds: audiences, audienceConditions: audiences };
}
