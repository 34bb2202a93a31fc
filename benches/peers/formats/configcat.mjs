/** ConfigCat: config JSON, version 6, with plain comparators. It has no values of type JSON: the payload is a string. */

import { COUNTRIES, VARIANTS, WEIGHTS, payload } from "../neutral.mjs";

export function convert({ flags, segments }) {
  const cc = (a, c, x) => ({ u: { a, c, ...x } });
  const isIn = cc("Country", 0, { l: COUNTRIES });
  const f = {};
  for (const fl of flags) {
    const T = { b: true },
      F = { b: false },
      half = [
        { p: 50, v: T, i: "on" },
        { p: 50, v: F, i: "off" },
      ];
    if (fl.kind === "on") f[fl.key] = { t: 0, v: T, i: "on" };
    else if (fl.kind === "rollout") f[fl.key] = { t: 0, v: F, i: "off", p: half };
    else if (fl.kind === "target")
      f[fl.key] = {
        t: 0,
        v: F,
        i: "off",
        r: [
          { c: [isIn, cc("plan", 28, { s: "enterprise" })], s: { v: T, i: "r1" } },
          { c: [cc("plan", 28, { s: "pro" }), cc("appVersion", 9, { s: "9.0.0" })], s: { v: T, i: "r2" } },
          { c: [isIn, cc("plan", 28, { s: "pro" }), cc("appVersion", 9, { s: "2.3.0" })], p: half },
        ],
      };
    else if (fl.kind === "experiment")
      f[fl.key] = {
        t: 1,
        v: { s: JSON.stringify(payload(0)) },
        i: VARIANTS[0],
        p: VARIANTS.map((n, i) => ({ p: WEIGHTS[i], v: { s: JSON.stringify(payload(i)) }, i: n })),
      };
    else f[fl.key] = { t: 0, v: F, i: "off", r: [{ c: [{ s: { s: 0, c: 0 } }], s: { v: T, i: "on" } }] };
  }
  return {
    p: { u: "https://cdn-global.configcat.com", r: 0, s: "c2FsdA==" },
    s: segments.map((s) => ({ n: s.key, r: [{ a: "Identifier", c: 0, l: s.ids }] })),
    f,
  };
}
