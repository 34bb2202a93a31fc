/** Statsig: config specs, version 1, with gates for booleans and dynamic configs for experiments. */

import { BOUNDS, COUNTRIES, VARIANTS, payload, uuid } from "../neutral.mjs";

export function convert(description) {
  const { gates, configs } = specs(description);
  return {
    has_updates: true,
    time: 1767225600000,
    company_id: "c",
    feature_gates: gates,
    dynamic_configs: configs,
    layer_configs: [],
    layers: {},
    id_lists: {},
    diagnostics: {},
    sdk_flags: {},
    sdk_configs: {},
    param_stores: {},
  };
}

/** What both versions are made of. */
export function specs({ flags, segments }) {
  const spec = (flag) => ({ ...common(flag), ...SPEC[flag.kind](flag, segments) });
  return {
    gates: flags.filter(({ kind }) => kind !== "experiment").map(spec),
    configs: flags.filter(({ kind }) => kind === "experiment").map(spec),
  };
}

const SPEC = {
  on: (flag) => ({ rules: [rule(flag, "r1", 100, [condition("public", null, null, null)])] }),
  rollout: (flag) => ({ rules: [rule(flag, "r1", 50, [condition("public", null, null, null)])] }),
  target: (flag) => ({
    rules: [
      rule(flag, "r1", 100, [inCountries, ofUser("any", "plan", ["enterprise"])]),
      rule(flag, "r2", 100, [isPro, ofUser("version_gte", "appVersion", "9.0.0")]),
      rule(flag, "r3", 50, [inCountries, isPro, ofUser("version_gte", "appVersion", "2.3.0")]),
    ],
  }),
  // Each rule takes the users below a bound that the rules before it have left.
  experiment: (flag) => ({
    type: "dynamic_config",
    entity: "dynamic_config",
    defaultValue: {},
    rules: VARIANTS.map((variant, i) => ({
      ...rule(flag, variant, 100, [bucketBelow(BOUNDS[i] * 10, flag.key)]),
      returnValue: payload(i),
      groupName: variant,
      isExperimentGroup: true,
    })),
  }),
  segment: (flag, [{ ids }]) => ({ rules: [rule(flag, "r1", 100, [ofUser("any_case_sensitive", "userID", ids)])] }),
};

const ofUser = (operator, field, value) => condition("user_field", operator, field, value);
const inCountries = ofUser("any", "country", COUNTRIES);
const isPro = ofUser("any", "plan", ["pro"]);

function common({ i, key }) {
  return {
    name: key,
    type: "feature_gate",
    salt: uuid(i, 10),
    enabled: true,
    defaultValue: false,
    idType: "userID",
    entity: "feature_gate",
    isDeviceBased: false,
    version: 1,
  };
}

function rule({ i, key }, name, passPercentage, conditions) {
  return {
    name,
    id: `${key}-${name}`,
    salt: uuid(i, 9) + name,
    passPercentage,
    conditions,
    returnValue: true,
    idType: "userID",
    isDeviceBased: false,
  };
}

function condition(type, operator, field, targetValue) {
  return { type, targetValue, operator, field, additionalValues: {}, isDeviceBased: false, idType: "userID" };
}

function bucketBelow(bound, salt) {
  return { ...condition("user_bucket", "lt", null, bound), additionalValues: { salt } };
}
