/** Datadog: Eppo's configuration, with objects for JSON and an operator of its own for versions. */

import { convert as eppo } from "./eppo.mjs";

export function convert(description) {
  // Eppo's flags share parts, which must be adapted once for each flag.
  const configuration = JSON.parse(JSON.stringify(eppo(description)));
  for (const flag of Object.values(configuration.flags)) {
    if (flag.variationType === "JSON") readValues(flag.variations);
    flag.allocations.forEach(adapt);
  }
  return configuration;
}

function readValues(variations) {
  for (const variation of Object.values(variations)) variation.value = JSON.parse(variation.value);
}

function adapt({ rules = [], splits }) {
  for (const condition of rules.flatMap((rule) => rule.conditions)) {
    if (condition.operator === "GTE") condition.operator = "SEMVER_GTE";
  }
  for (const shard of splits.flatMap((split) => split.shards)) shard.totalShards = 10_000;
}
