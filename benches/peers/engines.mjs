/** The engines: every file of `engines/` is one. The README says what it holds. */

import { readdirSync, readFileSync } from "node:fs";
import { isThere } from "./snapshots.mjs";

const here = (path) => new URL(path, import.meta.url);

/** The names of all engines. */
export function engineIds() {
  return readdirSync(here("engines/")).map((file) => file.replace(".mjs", ""));
}

export async function engineOf(id) {
  return { id, ...(await import(`./engines/${id}.mjs`)).engine };
}

/** Why an engine cannot be measured at all, or undefined. */
export function obstacle(engine) {
  const { package: name, entry, file } = engine;
  if (name !== undefined && versionOf(engine) === undefined) return `\`${name}\` is not installed`;
  if (entry !== undefined && !resolves(entry)) return `\`${name}\` does not export \`${entry}\``;
  if (isThere(engine)) return undefined;
  return file === undefined ? "there is no snapshot: run `node generate.mjs`" : `there is no ${file} for it`;
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
