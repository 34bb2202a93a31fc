/** ConfigCat: config JSON, version 6, with plain comparators. It has no values of type JSON: a payload is a string. */

import { COUNTRIES, VARIANTS, WEIGHTS, payload } from "../neutral.mjs";

export function convert({ flags, segments }) {
  return {
    p: { u: "https://cdn-global.configcat.com", r: 0, s: "c2FsdA==" },
    s: segments.map(({ key, ids }) => ({ n: key, r: [{ a: "Identifier", c: 0, l: ids }] })),
    f: Object.fromEntries(flags.map(({ key, kind }) => [key, SETTING[kind]])),
  };
}

const BOOLEAN = 0;
const STRING = 1;
/** Comparators. */
const [IS_ONE_OF, EQUALS, SEMVER_GTE] = [0, 28, 9];

const condition = (a, c, operand) => ({ u: { a, c, ...operand } });
const inCountries = condition("Country", IS_ONE_OF, { l: COUNTRIES });
const hasPlan = (plan) => condition("plan", EQUALS, { s: plan });
const hasVersion = (version) => condition("appVersion", SEMVER_GTE, { s: version });

const ON = { v: { b: true }, i: "on" };
const OFF = { v: { b: false }, i: "off" };
const HALF = [ON, OFF].map((value) => ({ p: 50, ...value }));
const TEXTS = VARIANTS.map((variant, i) => ({ v: { s: JSON.stringify(payload(i)) }, i: variant }));

const SETTING = {
  on: { t: BOOLEAN, ...ON },
  rollout: { t: BOOLEAN, ...OFF, p: HALF },
  target: {
    t: BOOLEAN,
    ...OFF,
    r: [
      { c: [inCountries, hasPlan("enterprise")], s: { ...ON, i: "r1" } },
      { c: [hasPlan("pro"), hasVersion("9.0.0")], s: { ...ON, i: "r2" } },
      { c: [inCountries, hasPlan("pro"), hasVersion("2.3.0")], p: HALF },
    ],
  },
  experiment: { t: STRING, ...TEXTS[0], p: TEXTS.map((text, i) => ({ p: WEIGHTS[i], ...text })) },
  segment: { t: BOOLEAN, ...OFF, r: [{ c: [{ s: { s: 0, c: 0 } }], s: ON }] },
};
