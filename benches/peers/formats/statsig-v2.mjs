/** Statsig: config specs, version 2: maps, and conditions that are shared by their hash. */

import { specs } from "./statsig-v1.mjs";

export function convert(n) {
  const { gates, configs } = specs(n);
  const condition_map = {},
    ids = new Map();
  const conv = (s) => ({
    ...s,
    name: undefined,
    rules: s.rules.map((r) => ({
      ...r,
      conditions: r.conditions.map((c) => {
        const k = JSON.stringify(c);
        if (!ids.has(k)) {
          const id = String(1000 + ids.size);
          ids.set(k, id);
          condition_map[id] = c;
        }
        return ids.get(k);
      }),
    })),
  });
  return {
    has_updates: true,
    time: 1767225600000,
    company_id: "c",
    response_format: "dcs-v2",
    feature_gates: Object.fromEntries(gates.map((g) => [g.name, conv(g)])),
    dynamic_configs: Object.fromEntries(configs.map((g) => [g.name, conv(g)])),
    layer_configs: {},
    layers: {},
    condition_map,
    id_lists: {},
    sdk_flags: {},
    sdk_configs: {},
    diagnostics: {},
    sdk_keys_to_app_ids: {},
    hashed_sdk_keys_to_app_ids: {},
    param_stores: {},
    default_environment: null,
    app_id: "",
    experiment_to_layer: {},
  };
}
