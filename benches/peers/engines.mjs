/** The engines: every file of `engines/` is one. The README says what it holds. */

import { readdirSync, readFileSync } from "node:fs";
import { isThere } from "./snapshots.mjs";

const here = (path) => new URL(path, import.meta.url);

/** The names of all engines, or of those that are asked for. */
export function engineIds(only) {
  const all = readdirSync(here("engines/")).map((file) => file.replace(".mjs", ""));
  const unknown = only?.filter((id) => !all.includes(id)) ?? [];
  if (unknown.length > 0) throw new Error(`no engine \`${unknown.join("`, `")}\`; there are ${all.join(", ")}`);
  return only ?? all;
}

export async function engineOf(id) {
  return { id, ...(await import(`./engines/${id}.mjs`)).engine };
}

/** Why an engine cannot be measured at all, or undefined. */
export function obstacle(engine) {
  if (engine.id === "vexil-slim" && !resolves("vexil/slim")) return "the package does not export `vexil/slim` yet";
  if (engine.package !== undefined && versionOf(engine) === undefined) return `\`${engine.package}\` is not installed`;
  if (!isThere(engine)) return "there is no snapshot for it: `vexil compile` is not there";
  return undefined;
}

/** The version of its package. */
export function versionOf(engine) {
  try {
    return JSON.parse(readFileSync(here(`node_modules/${engine.package}/package.json`), "utf8")).version;
  } catch {
    return undefined;
  }
}

function resolves(specifier) {
  try {
    return import.meta.resolve(specifier) !== undefined;
  } catch {
    return false;
  }
}
