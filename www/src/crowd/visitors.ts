/** Generated visitors: like the one of the form, but with ids of their own. */

import type { JsonObject } from "vexil";
import { lookedUp, put } from "../visitor/context.js";

/** How many are counted, and how many of them are shown as dots. */
export const COUNTED = 10_000;
export const SHOWN = 1_000;

/** The context of a visitor. Only units that the context has are replaced: who has not signed in stays nobody. */
export function visitorOf(context: JsonObject, units: readonly string[], crowd: number, index: number): JsonObject {
  const present = units.filter((unit) => lookedUp(context, unit) !== undefined);
  return present.reduce((visitor, unit) => put(visitor, unit, unitOf(unit, crowd, index)), context);
}

/** The id of a visitor under an attribute: `user-10042`, `visitor-10042`, `organisation-10042`. */
export function unitOf(attribute: string, crowd: number, index: number): string {
  const name = attribute === "targetingKey" ? "user" : (attribute.split(".").at(-1) ?? attribute);
  return `${name}-${crowd * COUNTED + index}`;
}
