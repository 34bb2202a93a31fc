/** What several tests need. */

import { readFileSync } from "node:fs";

/** The snapshot of an example, as it is written. */
export function exampleText(name: string): string {
  return readFileSync(new URL(`../src/examples/${name}.json`, import.meta.url), "utf8");
}

/** A snapshot with one boolean flag, the rest of which is given. */
export function snapshotOf(flag: object, rest: object = {}): string {
  const whole = { variants: { on: true, off: false }, offVariant: "off", default: { variant: "off" }, ...flag };
  return JSON.stringify({ schema: "vexil/1", flags: { flag: whole }, ...rest }, undefined, 2);
}
