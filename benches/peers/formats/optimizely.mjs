/** Optimizely: a datafile, version 4, with rollouts for booleans and experiments for variants. */

import { COUNTRIES, VARIANTS, payload, BOUNDS } from "../neutral.mjs";

export function convert({ flags, segments }) {
  const audiences = [],
    experiments = [],
    rollouts = [],
    featureFlags = [],
    variables = [];
  const m = (name, match, value) => ({ name, match, value, type: "custom_attribute" });
  const or = (name, vals) => ["or", ...vals.map((v) => m(name, "exact", v))];
  const aud = (id, name, c) => (audiences.push({ id, name, conditions: c }), id);
  const A1 = aud("a1", "r1", ["and", or("country", COUNTRIES), m("plan", "exact", "enterprise")]);
  const A2 = aud("a2", "r2", ["and", m("plan", "exact", "pro"), m("appVersion", "semver_ge", "9.0.0")]);
  const A3 = aud("a3", "r3", [
    "and",
    or("country", COUNTRIES),
    m("plan", "exact", "pro"),
    m("appVersion", "semver_ge", "2.3.0"),
  ]);
  if (segments.length) aud("aseg", "beta-users", or("userId", segments[0].ids));
  let id = 1000;
  for (const f of flags) {
    const exp = f.kind === "experiment";
    const fv = exp ? [{ id: `v${f.i}`, key: "config", type: "json", defaultValue: JSON.stringify(payload(0)) }] : [];
    const variation = (key, enabled, vars = []) => ({
      id: String(++id),
      key,
      featureEnabled: enabled,
      variables: vars,
    });
    const ff = { id: `f${f.i}`, key: f.key, rolloutId: `r${f.i}`, experimentIds: [], variables: fv };
    const rules = [];
    const rule = (aud, pct) => {
      const v = variation("on", true);
      rules.push({
        id: String(++id),
        key: `rule-${id}`,
        status: "Running",
        layerId: `r${f.i}`,
        audienceIds: aud,
        audienceConditions: aud,
        forcedVariations: {},
        variations: [v],
        trafficAllocation: [{ entityId: v.id, endOfRange: pct }],
      });
    };
    if (f.kind === "on") rule([], 10000);
    else if (f.kind === "rollout") rule([], 5000);
    else if (f.kind === "target") {
      rule([A1], 10000);
      rule([A2], 10000);
      rule([A3], 5000);
    } else if (f.kind === "segment") rule(["aseg"], 10000);
    else {
      const vs = VARIANTS.map((k, i) => variation(k, true, [{ id: `v${f.i}`, value: JSON.stringify(payload(i)) }]));
      const eid = String(++id);
      experiments.push({
        id: eid,
        key: `exp-${f.key}`,
        status: "Running",
        layerId: `l${f.i}`,
        audienceIds: [],
        audienceConditions: [],
        forcedVariations: {},
        variations: vs,
        trafficAllocation: vs.map((v, i) => ({ entityId: v.id, endOfRange: BOUNDS[i] * 100 })),
      });
      ff.experimentIds.push(eid);
    }
    const off = variation("off", false); // "everyone else"
    rules.push({
      id: String(++id),
      key: `default-${id}`,
      status: "Running",
      layerId: `r${f.i}`,
      audienceIds: [],
      forcedVariations: {},
      variations: [off],
      trafficAllocation: [{ entityId: off.id, endOfRange: 10000 }],
    });
    rollouts.push({ id: `r${f.i}`, experiments: rules });
    featureFlags.push(ff);
  }
  return {
    version: "4",
    revision: "1",
    projectId: "p",
    accountId: "a",
    sdkKey: "s",
    environmentKey: "e",
    anonymizeIP: true,
    botFiltering: false,
    sendFlagDecisions: false,
    attributes: ["country", "plan", "appVersion", "userId", "age", "beta"].map((key, i) => ({
      id: String(i + 1),
      key,
    })),
    audiences: [],
    typedAudiences: audiences,
    events: [],
    groups: [],
    experiments,
    rollouts,
    featureFlags,
    variables,
    integrations: [],
    holdouts: [],
  };
}
