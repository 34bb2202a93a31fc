/** Datadog: Eppo's configuration, with objects for JSON and an operator of its own for versions. */

import { convert as eppo } from "./eppo.mjs";

export function convert(neutral) {
  const configuration = eppo(neutral);
  for (const flag of Object.values(configuration.flags)) {
    if (flag.variationType === "JSON")
      for (const variation of Object.values(flag.variations)) variation.value = JSON.parse(variation.value);
    for (const allocation of flag.allocations) adapt(allocation);
  }
  return configuration;
}

function adapt(allocation) {
  const conditions = (allocation.rules ?? []).flatMap((rule) => rule.conditions);
  for (const condition of conditions) if (condition.operator === "GTE") condition.operator = "SEMVER_GTE";
  for (const shard of allocation.splits.flatMap((split) => split.shards)) shard.totalShards = 10_000;
}
