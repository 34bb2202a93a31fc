/**
 * Flagsmith: an environment document. Targeting is by segments of the project that override features; a percentage is
 * hashed with the segment's id, so each flag has segments of its own.
 */

import { COUNTRIES, WEIGHTS, payload, uuid } from "../neutral.mjs";

export function convert({ flags, segments: segs }) {
  const cond = (operator, property_, value) => ({ operator, property_, value: String(value) });
  const featureStates = [],
    segments = [];
  let sid = 0;
  const segment = (f, conds, prio) =>
    segments.push({
      id: ++sid,
      name: `${f.key}-s${prio}`,
      rules: [{ type: "ALL", rules: conds.map((c) => ({ type: "ANY", rules: [], conditions: [c] })), conditions: [] }],
      feature_states: [
        {
          feature: { id: f.i + 1, name: f.key, type: "STANDARD" },
          enabled: true,
          django_id: 100000 + sid,
          feature_state_value: null,
          featurestate_uuid: uuid(sid, 2),
          multivariate_feature_state_values: [],
          feature_segment: { priority: prio },
        },
      ],
    });
  for (const f of flags) {
    const fs = {
      feature: { id: f.i + 1, name: f.key, type: "STANDARD" },
      enabled: f.kind === "on" || f.kind === "experiment",
      django_id: f.i + 1,
      feature_state_value: null,
      featurestate_uuid: uuid(f.i, 1),
      multivariate_feature_state_values: [],
    };
    if (f.kind === "experiment") {
      fs.feature.type = "MULTIVARIATE";
      fs.feature_state_value = JSON.stringify(payload(0));
      fs.multivariate_feature_state_values = [1, 2].map((i) => ({
        id: f.i * 10 + i,
        mv_fs_value_uuid: uuid(f.i * 10 + i, 4),
        percentage_allocation: WEIGHTS[i],
        multivariate_feature_option: { id: f.i * 10 + i, value: JSON.stringify(payload(i)) },
      }));
    } else if (f.kind === "rollout") segment(f, [cond("PERCENTAGE_SPLIT", null, 50)], 1);
    else if (f.kind === "target") {
      segment(f, [cond("IN", "country", COUNTRIES.join(",")), cond("EQUAL", "plan", "enterprise")], 1);
      segment(f, [cond("EQUAL", "plan", "pro"), cond("GREATER_THAN_INCLUSIVE", "appVersion", "9.0.0:semver")], 2);
      segment(
        f,
        [
          cond("IN", "country", COUNTRIES.join(",")),
          cond("EQUAL", "plan", "pro"),
          cond("GREATER_THAN_INCLUSIVE", "appVersion", "2.3.0:semver"),
          cond("PERCENTAGE_SPLIT", null, 50),
        ],
        3,
      );
    } else if (f.kind === "segment") segment(f, [cond("IN", "$.identity.identifier", segs[0].ids.join(","))], 1);
    featureStates.push(fs);
  }
  return {
    id: 1,
    api_key: "ser.test",
    name: "Test",
    updated_at: "2026-01-01T00:00:00+00:00",
    feature_states: featureStates,
    identity_overrides: [],
    project: {
      id: 1,
      name: "p",
      hide_disabled_flags: false,
      enable_realtime_updates: false,
      server_key_only_feature_ids: [],
      organisation: { id: 1, name: "o", feature_analytics: false, stop_serving_flags: false, persist_trait_data: true },
      segments,
    },
  };
}
