/** Contexts as JSON: what an evaluation can see of them. */

import { isPlain, timeOf } from "../engine/kinds.js";
import type { JsonObject, JsonValue } from "../engine/snapshot-types.js";

/**
 * The attributes of a context. A date is its text; what no condition can look into is an empty object; NaN, the infinities
 * and whole numbers beyond 2^53 - 1 of the type bigint are missing, as they are in an evaluation.
 */
export function contextOf(context: object): JsonObject {
  return objectOf(context, new Set());
}

/** `around` is what the value is in: a context may have itself as an attribute. */
function objectOf(value: object, around: Set<object>): JsonObject {
  around.add(value);
  const members = Object.getOwnPropertyNames(value).flatMap((name): [string, JsonValue][] => {
    const member = valueOf((value as { readonly [name: string]: unknown })[name], around);
    return member === undefined ? [] : [[name, member]];
  });
  around.delete(value);
  return Object.fromEntries(members);
}

function valueOf(value: unknown, around: Set<object>): JsonValue | undefined {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) ? value : undefined;
    case "bigint":
      return Number.isSafeInteger(Number(value)) ? Number(value) : undefined;
    case "object":
      return value === null ? undefined : inner(value, around);
    default:
      return undefined;
  }
}

function inner(value: object, around: Set<object>): JsonValue | undefined {
  if (around.has(value)) return {};
  if (Array.isArray(value)) {
    around.add(value);
    const items = value.map((item: unknown) => valueOf(item, around) ?? null);
    around.delete(value);
    return items;
  }
  if (isPlain(value)) return objectOf(value, around);
  const time = timeOf(value);
  if (time === undefined) return {};
  return Number.isFinite(time) ? new Date(time).toISOString() : undefined;
}
