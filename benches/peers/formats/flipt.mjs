/**
 * Flipt: a namespace's snapshot. It has no comparison of versions, so `appVersion` is compared as a number; and rollouts of
 * booleans cannot tie a segment to a percentage, so that W3 is a flag with the variants on and off.
 */

import { COUNTRIES, VARIANTS, WEIGHTS, payload } from "../neutral.mjs";

export function convert({ flags, segments }) {
  let id = 0;
  const C = (type, property, operator, value) => ({
    id: String(++id),
    type: `${type}_CONSTRAINT_COMPARISON_TYPE`,
    property,
    operator,
    value,
  });
  const seg = (key, constraints) => ({
    key,
    name: key,
    description: "",
    matchType: "ALL_SEGMENT_MATCH_TYPE",
    createdAt: null,
    updatedAt: null,
    constraints,
  });
  const isone = (p, l) => C("STRING", p, "isoneof", JSON.stringify(l));
  const S1 = () => seg("r1", [isone("country", COUNTRIES), C("STRING", "plan", "eq", "enterprise")]);
  const S2 = () => seg("r2", [C("STRING", "plan", "eq", "pro"), C("NUMBER", "appVersionNum", "gte", "90000")]);
  const S3 = () =>
    seg("r3", [
      isone("country", COUNTRIES),
      C("STRING", "plan", "eq", "pro"),
      C("NUMBER", "appVersionNum", "gte", "20300"),
    ]);
  const out = flags.map((f) => {
    const b = {
      key: f.key,
      name: f.key,
      description: "",
      enabled: true,
      type: "BOOLEAN_FLAG_TYPE",
      createdAt: null,
      updatedAt: null,
      rules: [],
      rollouts: [],
      defaultVariant: null,
    };
    const dist = (ruleId, arr) =>
      arr.map(([k, att, r]) => ({
        id: String(++id),
        ruleId,
        variantId: k,
        variantKey: k,
        variantAttachment: att,
        rollout: r,
      }));
    if (f.kind === "on") return b;
    if (f.kind === "rollout")
      return {
        ...b,
        enabled: false,
        rollouts: [{ type: "THRESHOLD_ROLLOUT_TYPE", rank: 1, threshold: { percentage: 50, value: true } }],
      };
    if (f.kind === "segment")
      return {
        ...b,
        enabled: false,
        rollouts: [
          {
            type: "SEGMENT_ROLLOUT_TYPE",
            rank: 1,
            segment: {
              value: true,
              segmentOperator: "OR_SEGMENT_OPERATOR",
              segments: [seg("beta-users", [C("ENTITY_ID", "entity", "isoneof", JSON.stringify(segments[0].ids))])],
            },
          },
        ],
      };
    if (f.kind === "target") {
      const mk = (n, s, d) => ({
        id: `${f.key}-${n}`,
        rank: n,
        segmentOperator: "OR_SEGMENT_OPERATOR",
        segments: [s],
        distributions: dist(`${f.key}-${n}`, d),
      });
      return {
        ...b,
        type: "VARIANT_FLAG_TYPE",
        rules: [
          mk(1, S1(), [["on", "", 100]]),
          mk(2, S2(), [["on", "", 100]]),
          mk(3, S3(), [
            ["on", "", 50],
            ["off", "", 50],
          ]),
        ],
      };
    }
    return {
      ...b,
      type: "VARIANT_FLAG_TYPE",
      rules: [
        {
          id: `${f.key}-1`,
          rank: 1,
          segmentOperator: "OR_SEGMENT_OPERATOR",
          segments: [seg("all", [])],
          distributions: dist(
            `${f.key}-1`,
            VARIANTS.map((n, i) => [n, JSON.stringify(payload(i)), WEIGHTS[i]]),
          ),
        },
      ],
    };
  });
  return { namespace: { key: "default", name: "Default" }, flags: out };
}
