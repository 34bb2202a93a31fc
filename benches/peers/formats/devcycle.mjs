/** DevCycle: a project config. A feature holds variations, each of which sets a variable, whose key is what is asked for. */

import { COUNTRIES, VARIANTS, payload, objectId } from "../neutral.mjs";

export function convert({ flags, segments }) {
  const features = [],
    variables = [],
    audiences = {},
    variableHashes = {};
  const F = (subType, comparator, values, x = {}) => ({ type: "user", subType, comparator, values, ...x });
  const plan = (v) => F("customData", "=", [v], { dataKey: "plan", dataKeyType: "String" });
  for (const s of segments)
    audiences[objectId(77, 1)] = {
      _id: objectId(77, 1),
      filters: { operator: "and", filters: [F("user_id", "=", s.ids)] },
    };
  for (const f of flags) {
    const fid = objectId(f.i, 1),
      vid = objectId(f.i, 2),
      exp = f.kind === "experiment";
    variables.push({ _id: vid, key: f.key, type: exp ? "JSON" : "Boolean" });
    variableHashes[f.key] = 1000000 + f.i;
    const vals = exp
      ? VARIANTS.map((k, i) => [k, payload(i)])
      : [
          ["on", true],
          ["off", false],
        ];
    const variations = vals.map(([k, value], i) => ({
      _id: objectId(f.i, 10 + i),
      name: k,
      key: k,
      variables: [{ _var: vid, value }],
    }));
    const dist = (ps) => ps.map(([i, percentage]) => ({ _variation: variations[i]._id, percentage }));
    let t = 0;
    const target = (filters, distribution) => ({
      _id: objectId(f.i, 20 + t++),
      _audience: { _id: objectId(f.i, 30 + t), filters: { operator: "and", filters } },
      distribution,
    });
    const all = [{ type: "all" }],
      on = dist([[0, 1]]),
      half = dist([
        [0, 0.5],
        [1, 0.5],
      ]),
      off = dist([[1, 1]]);
    const ctry = F("country", "=", COUNTRIES);
    const targets =
      f.kind === "on"
        ? [target(all, on)]
        : f.kind === "rollout"
          ? [target(all, half)]
          : f.kind === "target"
            ? [
                target([ctry, plan("enterprise")], on),
                target([plan("pro"), F("appVersion", ">=", ["9.0.0"])], on),
                target([ctry, plan("pro"), F("appVersion", ">=", ["2.3.0"])], half),
                target(all, off),
              ]
            : exp
              ? [
                  target(
                    all,
                    dist([
                      [0, 0.34],
                      [1, 0.33],
                      [2, 0.33],
                    ]),
                  ),
                ]
              : [
                  target([{ type: "audienceMatch", comparator: "=", _audiences: [objectId(77, 1)] }], on),
                  target(all, off),
                ];
    features.push({
      _id: fid,
      key: f.key,
      type: exp ? "experiment" : "release",
      variations,
      configuration: { _id: objectId(f.i, 40), targets, forcedUsers: {} },
      settings: {},
    });
  }
  return {
    project: {
      _id: objectId(1, 50),
      key: "p",
      a0_organization: "org_x",
      settings: {
        edgeDB: { enabled: false },
        optIn: {
          enabled: false,
          title: "",
          description: "",
          imageURL: "",
          colors: { primary: "#000000", secondary: "#000000" },
        },
      },
    },
    environment: { _id: objectId(1, 51), key: "test" },
    features,
    variables,
    audiences,
    variableHashes,
    etag: "x",
  };
}
