/** Eppo: its Universal Flag Configuration. */

import { COUNTRIES, VARIANTS, WEIGHTS, payload, BOUNDS } from "../neutral.mjs";

export function convert({ flags, segments }) {
  const out = {};
  const cond = (attribute, operator, value) => ({ attribute, operator, value });
  const T = 10000,
    all = [{ variationKey: "on", shards: [] }];
  const shards = (f, arr) =>
    arr.map(([variationKey, start, end]) => ({
      variationKey,
      shards: [{ salt: `${f.key}-1`, ranges: [{ start, end }] }],
    }));
  for (const f of flags) {
    const b = {
      key: f.key,
      enabled: true,
      variationType: "BOOLEAN",
      variations: { on: { key: "on", value: true }, off: { key: "off", value: false } },
      totalShards: T,
    };
    const al = (key, rules, splits) => ({
      key: `${f.key}-${key}`,
      ...(rules ? { rules: rules.map((conditions) => ({ conditions })) } : {}),
      splits,
      doLog: false,
    });
    if (f.kind === "on") b.allocations = [al("a1", null, all)];
    else if (f.kind === "rollout")
      b.allocations = [
        al(
          "a1",
          null,
          shards(f, [
            ["on", 0, 5000],
            ["off", 5000, T],
          ]),
        ),
      ];
    else if (f.kind === "target")
      b.allocations = [
        al("a1", [[cond("country", "ONE_OF", COUNTRIES), cond("plan", "ONE_OF", ["enterprise"])]], all),
        al("a2", [[cond("plan", "ONE_OF", ["pro"]), cond("appVersion", "GTE", "9.0.0")]], all),
        al(
          "a3",
          [[cond("country", "ONE_OF", COUNTRIES), cond("plan", "ONE_OF", ["pro"]), cond("appVersion", "GTE", "2.3.0")]],
          shards(f, [
            ["on", 0, 5000],
            ["off", 5000, T],
          ]),
        ),
      ];
    else if (f.kind === "experiment") {
      b.variationType = "JSON";
      b.variations = Object.fromEntries(VARIANTS.map((k, i) => [k, { key: k, value: JSON.stringify(payload(i)) }]));
      b.allocations = [
        al(
          "a1",
          null,
          shards(
            f,
            VARIANTS.map((k, i) => [k, (BOUNDS[i] - WEIGHTS[i]) * 100, BOUNDS[i] * 100]),
          ),
        ),
      ];
    } else
      b.allocations = [
        al("a1", [[cond("id", "ONE_OF", segments[0].ids)]], all),
        al("a2", null, [{ variationKey: "off", shards: [] }]),
      ];
    out[f.key] = b;
  }
  return {
    createdAt: "2026-01-01T00:00:00.000Z",
    format: "SERVER",
    environment: { name: "Test" },
    flags: out,
    bandits: {},
  };
}
