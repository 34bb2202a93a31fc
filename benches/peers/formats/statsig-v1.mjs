/** Statsig: config specs, version 1, with gates for booleans and dynamic configs for experiments. */

import { COUNTRIES, VARIANTS, payload, BOUNDS, uuid } from "../neutral.mjs";

export function convert(n) {
  const { gates, configs } = specs(n);
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
  const cond = (type, operator, field, targetValue) => ({
    type,
    targetValue,
    operator,
    field,
    additionalValues: {},
    isDeviceBased: false,
    idType: "userID",
  });
  const pub = cond("public", null, null, null);
  const rule = (f, id, passPercentage, conditions, returnValue = true, extra = {}) => ({
    name: id,
    id: `${f.key}-${id}`,
    salt: uuid(f.i, 9) + id,
    passPercentage,
    conditions,
    returnValue,
    idType: "userID",
    isDeviceBased: false,
    ...extra,
  });
  const gates = [],
    configs = [];
  for (const f of flags) {
    const base = {
      name: f.key,
      type: "feature_gate",
      salt: uuid(f.i, 10),
      enabled: true,
      defaultValue: false,
      idType: "userID",
      entity: "feature_gate",
      isDeviceBased: false,
      version: 1,
    };
    if (f.kind === "on") gates.push({ ...base, rules: [rule(f, "r1", 100, [pub])] });
    else if (f.kind === "rollout") gates.push({ ...base, rules: [rule(f, "r1", 50, [pub])] });
    else if (f.kind === "target")
      gates.push({
        ...base,
        rules: [
          rule(f, "r1", 100, [
            cond("user_field", "any", "country", COUNTRIES),
            cond("user_field", "any", "plan", ["enterprise"]),
          ]),
          rule(f, "r2", 100, [
            cond("user_field", "any", "plan", ["pro"]),
            cond("user_field", "version_gte", "appVersion", "9.0.0"),
          ]),
          rule(f, "r3", 50, [
            cond("user_field", "any", "country", COUNTRIES),
            cond("user_field", "any", "plan", ["pro"]),
            cond("user_field", "version_gte", "appVersion", "2.3.0"),
          ]),
        ],
      });
    else if (f.kind === "experiment")
      configs.push({
        ...base,
        type: "dynamic_config",
        entity: "dynamic_config",
        defaultValue: {},
        rules: VARIANTS.map((v, i) =>
          rule(
            f,
            v,
            100,
            [{ ...cond("user_bucket", "lt", null, BOUNDS[i] * 10), additionalValues: { salt: f.key } }],
            payload(i),
            { groupName: v, isExperimentGroup: true },
          ),
        ),
      });
    else
      gates.push({
        ...base,
        rules: [rule(f, "r1", 100, [cond("user_field", "any_case_sensitive", "userID", segments[0].ids)])],
      });
  }
  return { gates, configs };
}
