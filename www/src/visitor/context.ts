/** Reading and writing attributes of a context by their paths, as the engine finds them. */

import type { JsonObject, JsonValue } from "vexil";

/** The attribute of a path: a whole own key, or else with every dot a step into an object. */
export function lookedUp(context: JsonObject, path: string): JsonValue | undefined {
  if (Object.hasOwn(context, path)) return context[path];
  let value: JsonValue | undefined = context;
  for (const step of path.split(".")) {
    if (!isObject(value) || !Object.hasOwn(value, step)) return undefined;
    value = value[step];
  }
  return value;
}

/** A context with another value of an attribute, or without it. */
export function put(context: JsonObject, path: string, value: JsonValue | undefined): JsonObject {
  const steps = Object.hasOwn(context, path) ? [path] : path.split(".");
  return putAt(context, steps, value);
}

function putAt(object: JsonObject, [step, ...rest]: readonly string[], value: JsonValue | undefined): JsonObject {
  if (step === undefined) return object;
  const inner = Object.hasOwn(object, step) ? object[step] : undefined;
  const next = rest.length === 0 ? value : putAt(isObject(inner) ? inner : {}, rest, value);
  const { [step]: _, ...others } = object;
  // What is left without members goes with the last of them.
  const isGone = next === undefined || (rest.length > 0 && isObject(next) && Object.keys(next).length === 0);
  if (isGone) return others;
  return Object.hasOwn(object, step) ? { ...object, [step]: next } : { ...others, [step]: next };
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
