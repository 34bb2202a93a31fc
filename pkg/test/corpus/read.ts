import { readdirSync, readFileSync } from "node:fs";

const FIXTURES = new URL("../../../tests/fixtures/", import.meta.url);

/** The names and texts of all fixture files, in the order of their names. */
export function readFixtures(): readonly (readonly [name: string, text: string])[] {
  const names = readdirSync(FIXTURES, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"));
  return names.sort().map((name) => [name, readFileSync(new URL(name, FIXTURES), "utf8")]);
}
