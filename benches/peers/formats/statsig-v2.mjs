/** Statsig: config specs, version 2: maps, and conditions that rules share. */

import { specs } from "./statsig-v1.mjs";

export function convert(description) {
  const { gates, configs } = specs(description);
  const shared = new Conditions();
  const byName = (specs) => Object.fromEntries(specs.map(({ name, ...spec }) => [name, shared.in(spec)]));
  return {
    has_updates: true,
    time: 1767225600000,
    company_id: "c",
    response_format: "dcs-v2",
    feature_gates: byName(gates),
    dynamic_configs: byName(configs),
    layer_configs: {},
    layers: {},
    condition_map: shared.byId(),
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

class Conditions {
  /** Ids by the text of a condition. */
  #ids = new Map();

  /** A spec whose rules name their conditions by ids. */
  in(spec) {
    const rules = spec.rules.map((rule) => ({ ...rule, conditions: rule.conditions.map((one) => this.#idOf(one)) }));
    return { ...spec, rules };
  }

  byId() {
    return Object.fromEntries([...this.#ids].map(([text, id]) => [id, JSON.parse(text)]));
  }

  #idOf(condition) {
    const text = JSON.stringify(condition);
    if (!this.#ids.has(text)) this.#ids.set(text, String(1_000 + this.#ids.size));
    return this.#ids.get(text);
  }
}
