/**
 * Flagsmith: an environment document. Targeting is by segments of the project that override features; a percentage is
 * hashed with the segment's id, so each flag has segments of its own.
 */

import { COUNTRIES, WEIGHTS, payload, uuid } from "../neutral.mjs";

export function convert({ flags, segments: lists }) {
  const overrides = flags.flatMap((flag) =>
    SEGMENTS[flag.kind](lists).map((conditions, i) => ({ flag, conditions, priority: i + 1 })),
  );
  return {
    id: 1,
    api_key: "ser.test",
    name: "Test",
    updated_at: "2026-01-01T00:00:00+00:00",
    feature_states: flags.map(featureState),
    identity_overrides: [],
    project: {
      id: 1,
      name: "p",
      hide_disabled_flags: false,
      enable_realtime_updates: false,
      server_key_only_feature_ids: [],
      organisation: { id: 1, name: "o", feature_analytics: false, stop_serving_flags: false, persist_trait_data: true },
      segments: overrides.map(segment),
    },
  };
}

const condition = (operator, property_, value) => ({ operator, property_, value: String(value) });
const half = condition("PERCENTAGE_SPLIT", null, 50);
const inCountries = condition("IN", "country", COUNTRIES.join(","));
const hasPlan = (plan) => condition("EQUAL", "plan", plan);
const hasVersion = (version) => condition("GREATER_THAN_INCLUSIVE", "appVersion", `${version}:semver`);

/** The conditions of the segments that switch a flag on. */
const SEGMENTS = {
  on: () => [],
  rollout: () => [[half]],
  target: () => [
    [inCountries, hasPlan("enterprise")],
    [hasPlan("pro"), hasVersion("9.0.0")],
    [inCountries, hasPlan("pro"), hasVersion("2.3.0"), half],
  ],
  experiment: () => [],
  segment: ([{ ids }]) => [[condition("IN", "$.identity.identifier", ids.join(","))]],
};

function featureState({ i, key, kind }) {
  const isExperiment = kind === "experiment";
  return {
    feature: { id: i + 1, name: key, type: isExperiment ? "MULTIVARIATE" : "STANDARD" },
    enabled: kind === "on" || isExperiment,
    django_id: i + 1,
    feature_state_value: isExperiment ? JSON.stringify(payload(0)) : null,
    featurestate_uuid: uuid(i, 1),
    multivariate_feature_state_values: isExperiment ? [1, 2].map((variant) => variantState(i, variant)) : [],
  };
}

function variantState(i, variant) {
  const id = i * 10 + variant;
  return {
    id,
    mv_fs_value_uuid: uuid(id, 4),
    percentage_allocation: WEIGHTS[variant],
    multivariate_feature_option: { id, value: JSON.stringify(payload(variant)) },
  };
}

function segment({ flag, conditions, priority }, place) {
  const id = place + 1;
  return {
    id,
    name: `${flag.key}-s${priority}`,
    rules: [
      {
        type: "ALL",
        rules: conditions.map((condition) => ({ type: "ANY", rules: [], conditions: [condition] })),
        conditions: [],
      },
    ],
    feature_states: [
      {
        feature: { id: flag.i + 1, name: flag.key, type: "STANDARD" },
        enabled: true,
        django_id: 100_000 + id,
        feature_state_value: null,
        featurestate_uuid: uuid(id, 2),
        multivariate_feature_state_values: [],
        feature_segment: { priority },
      },
    ],
  };
}
