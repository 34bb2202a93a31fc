/**
 * Flipt: the snapshot of a namespace. It cannot compare versions, so `appVersionNum` is compared as a number; and a
 * boolean's rollout cannot tie a segment to a percentage, so W3 is a flag with the variants on and off.
 */

import { COUNTRIES, VARIANTS, WEIGHTS, payload } from "../neutral.mjs";

export function convert({ flags, segments }) {
  const converted = flags.map((flag) => ({ ...common(flag), ...FLAG[flag.kind](flag, segments) }));
  return { namespace: { key: "default", name: "Default" }, flags: converted };
}

const FLAG = {
  on: () => ({}),
  rollout: () => ({
    enabled: false,
    rollouts: [{ type: "THRESHOLD_ROLLOUT_TYPE", rank: 1, threshold: { percentage: 50, value: true } }],
  }),
  target: (flag) => ({
    type: "VARIANT_FLAG_TYPE",
    rules: [
      rule(flag, 1, segment("r1", [inCountries, hasPlan("enterprise")]), [["on", "", 100]]),
      rule(flag, 2, segment("r2", [hasPlan("pro"), hasVersion("90000")]), [["on", "", 100]]),
      rule(flag, 3, segment("r3", [inCountries, hasPlan("pro"), hasVersion("20300")]), HALF),
    ],
  }),
  experiment: (flag) => ({ type: "VARIANT_FLAG_TYPE", rules: [rule(flag, 1, segment("all", []), THREE)] }),
  segment: (_, [{ key, ids }]) => ({
    enabled: false,
    rollouts: [
      {
        type: "SEGMENT_ROLLOUT_TYPE",
        rank: 1,
        segment: { value: true, segmentOperator: "OR_SEGMENT_OPERATOR", segments: [segment(key, [isOneOf(ids)])] },
      },
    ],
  }),
};

/** Variants with their attachment and their share. */
const HALF = [
  ["on", "", 50],
  ["off", "", 50],
];
const THREE = VARIANTS.map((variant, i) => [variant, JSON.stringify(payload(i)), WEIGHTS[i]]);

const inCountries = constraint("STRING", "country", "isoneof", JSON.stringify(COUNTRIES));
const hasPlan = (plan) => constraint("STRING", "plan", "eq", plan);
const hasVersion = (version) => constraint("NUMBER", "appVersionNum", "gte", version);
const isOneOf = (ids) => constraint("ENTITY_ID", "entity", "isoneof", JSON.stringify(ids));

function common({ key }) {
  return {
    key,
    name: key,
    description: "",
    enabled: true,
    type: "BOOLEAN_FLAG_TYPE",
    createdAt: null,
    updatedAt: null,
    rules: [],
    rollouts: [],
    defaultVariant: null,
  };
}

function rule({ key }, rank, segment, variants) {
  const id = `${key}-${rank}`;
  const distributions = variants.map(([variant, attachment, rollout]) => ({
    id: `${id}-${variant}`,
    ruleId: id,
    variantId: variant,
    variantKey: variant,
    variantAttachment: attachment,
    rollout,
  }));
  return { id, rank, segmentOperator: "OR_SEGMENT_OPERATOR", segments: [segment], distributions };
}

function segment(key, constraints) {
  const numbered = constraints.map((constraint, i) => ({ id: `${key}-${i}`, ...constraint }));
  const matchType = "ALL_SEGMENT_MATCH_TYPE";
  return { key, name: key, description: "", matchType, createdAt: null, updatedAt: null, constraints: numbered };
}

function constraint(type, property, operator, value) {
  return { type: `${type}_CONSTRAINT_COMPARISON_TYPE`, property, operator, value };
}
