/** LaunchDarkly: flags and segments as its file data source reads them. `>=` of versions is a negated `<`. */

import { COUNTRIES, payload, uuid } from "../neutral.mjs";

export function convert({ flags, segments }) {
  const c = (attribute, op, values, negate = false) => ({ contextKind: "user", attribute, op, values, negate });
  const roll = (ws) => ({
    contextKind: "user",
    bucketBy: "key",
    variations: ws.map((weight, variation) => ({ variation, weight })),
  });
  const out = {};
  for (const f of flags) {
    const b = {
      key: f.key,
      on: true,
      version: 1,
      prerequisites: [],
      targets: [],
      contextTargets: [],
      rules: [],
      fallthrough: { variation: 1 },
      offVariation: 1,
      variations: [true, false],
      salt: uuid(f.i, 5).replaceAll("-", ""),
      clientSideAvailability: { usingEnvironmentId: true, usingMobileKey: true },
      trackEvents: false,
      deleted: false,
    };
    if (f.kind === "on") b.fallthrough = { variation: 0 };
    else if (f.kind === "rollout") b.fallthrough = { rollout: roll([50000, 50000]) };
    else if (f.kind === "target")
      b.rules = [
        {
          id: uuid(f.i, 6),
          clauses: [c("country", "in", COUNTRIES), c("plan", "in", ["enterprise"])],
          variation: 0,
          trackEvents: false,
        },
        {
          id: uuid(f.i, 7),
          clauses: [c("plan", "in", ["pro"]), c("appVersion", "semVerLessThan", ["9.0.0"], true)],
          variation: 0,
          trackEvents: false,
        },
        {
          id: uuid(f.i, 8),
          clauses: [
            c("country", "in", COUNTRIES),
            c("plan", "in", ["pro"]),
            c("appVersion", "semVerLessThan", ["2.3.0"], true),
          ],
          rollout: roll([50000, 50000]),
          trackEvents: false,
        },
      ];
    else if (f.kind === "experiment") {
      b.variations = [0, 1, 2].map(payload);
      b.offVariation = 0;
      b.fallthrough = { rollout: roll([34000, 33000, 33000]) };
    } else
      b.rules = [
        { id: uuid(f.i, 6), clauses: [c("", "segmentMatch", ["beta-users"])], variation: 0, trackEvents: false },
      ];
    out[f.key] = b;
  }
  return {
    flags: out,
    segments: Object.fromEntries(
      segments.map((s) => [
        s.key,
        {
          key: s.key,
          version: 1,
          included: s.ids,
          excluded: [],
          includedContexts: [],
          excludedContexts: [],
          rules: [],
          salt: "abcdef",
          deleted: false,
        },
      ]),
    ),
  };
}
