/** DevCycle: a project config. A feature holds variations, each of which sets a variable, and its key is asked for. */

import { COUNTRIES, VARIANTS, objectId, payload } from "../neutral.mjs";

const AUDIENCE = objectId(77, 1);

export function convert({ flags, segments }) {
  return {
    project: PROJECT,
    environment: { _id: objectId(1, 51), key: "test" },
    features: flags.map(feature),
    variables: flags.map((flag) => ({ _id: variableOf(flag), key: flag.key, type: typeOf(flag) })),
    audiences: Object.fromEntries(segments.map(({ ids }) => [AUDIENCE, audience(AUDIENCE, [isUser(ids)])])),
    variableHashes: Object.fromEntries(flags.map(({ i, key }) => [key, 1_000_000 + i])),
    etag: "x",
  };
}

const ALL = [{ type: "all" }];
const ON = [1, 0];
const OFF = [0, 1];
const HALF = [0.5, 0.5];

const filter = (subType, comparator, values) => ({ type: "user", subType, comparator, values });
const inCountries = filter("country", "=", COUNTRIES);
const hasPlan = (plan) => ({ ...filter("customData", "=", [plan]), dataKey: "plan", dataKeyType: "String" });
const hasVersion = (version) => filter("appVersion", ">=", [version]);
const isUser = (ids) => filter("user_id", "=", ids);
const isInAudience = { type: "audienceMatch", comparator: "=", _audiences: [AUDIENCE] };

/** Filters, and the shares of the variations for those who pass. */
const TARGETS = {
  on: [[ALL, ON]],
  rollout: [[ALL, HALF]],
  target: [
    [[inCountries, hasPlan("enterprise")], ON],
    [[hasPlan("pro"), hasVersion("9.0.0")], ON],
    [[inCountries, hasPlan("pro"), hasVersion("2.3.0")], HALF],
    [ALL, OFF],
  ],
  experiment: [[ALL, [0.34, 0.33, 0.33]]],
  segment: [
    [[isInAudience], ON],
    [ALL, OFF],
  ],
};

const PROJECT = {
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
};

function feature(flag) {
  const targets = TARGETS[flag.kind].map(([filters, shares], place) => target(flag, place, filters, shares));
  return {
    _id: objectId(flag.i, 1),
    key: flag.key,
    type: flag.kind === "experiment" ? "experiment" : "release",
    variations: variations(flag),
    configuration: { _id: objectId(flag.i, 40), targets, forcedUsers: {} },
    settings: {},
  };
}

function variations(flag) {
  const values = flag.kind === "experiment" ? [0, 1, 2].map(payload) : [true, false];
  const keys = flag.kind === "experiment" ? VARIANTS : ["on", "off"];
  return keys.map((key, place) => ({
    _id: variationOf(flag, place),
    name: key,
    key,
    variables: [{ _var: variableOf(flag), value: values[place] }],
  }));
}

function target(flag, place, filters, shares) {
  const distribution = shares.map((percentage, i) => ({ _variation: variationOf(flag, i), percentage }));
  return {
    _id: objectId(flag.i, 20 + place),
    _audience: audience(objectId(flag.i, 31 + place), filters),
    distribution: distribution.filter(({ percentage }) => percentage > 0),
  };
}

function audience(_id, filters) {
  return { _id, filters: { operator: "and", filters } };
}

function typeOf({ kind }) {
  return kind === "experiment" ? "JSON" : "Boolean";
}

function variableOf({ i }) {
  return objectId(i, 2);
}

function variationOf({ i }, place) {
  return objectId(i, 10 + place);
}
