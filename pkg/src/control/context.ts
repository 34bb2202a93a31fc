/** Contexts as JSON: what an evaluation can see of them. */

import { isPlain, timeOf, wellFormed } from "../engine/kinds.js";
import type { JsonObject, JsonValue } from "../engine/snapshot-types.js";

/** A context, and the places in it of what JSON does not have, as JSON pointers. */
export interface SeenContext {
  readonly context: JsonObject;
  /** Dates, which are texts in it. */
  readonly dates: readonly string[];
  /** Instances of classes, which conditions cannot look into and which are empty objects in it. */
  readonly opaque: readonly string[];
}

/** No path has more steps that is of any use, and JSON with more is not read. */
const DEEPEST = 60;

/** The attributes of a context. NaN, the infinities, and whole numbers beyond 2^53 - 1 of the type bigint are missing. */
export function seen(context: object): SeenContext {
  const reader = new Reader();
  return { context: reader.object(context, ""), dates: reader.dates, opaque: reader.opaque };
}

class Reader {
  readonly dates: string[] = [];
  readonly opaque: string[] = [];
  /** What the value is in that is read: a context may have itself as an attribute. */
  readonly #around = new Set<object>();

  object(value: object, pointer: string): JsonObject {
    this.#around.add(value);
    const members = Object.getOwnPropertyNames(value).flatMap((name): [string, JsonValue][] => {
      const key = wellFormed(name);
      const place = `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      const member = this.#value((value as { readonly [name: string]: unknown })[name], place);
      return member === undefined ? [] : [[key, member]];
    });
    this.#around.delete(value);
    return Object.fromEntries(members);
  }

  #value(value: unknown, pointer: string): JsonValue | undefined {
    switch (typeof value) {
      case "string":
        return wellFormed(value);
      case "boolean":
        return value;
      case "number":
        return Number.isFinite(value) ? value : undefined;
      case "bigint":
        return Number.isSafeInteger(Number(value)) ? Number(value) : undefined;
      case "object":
        return value === null ? undefined : this.#inner(value, pointer);
      default:
        return undefined;
    }
  }

  #inner(value: object, pointer: string): JsonValue | undefined {
    if (this.#around.has(value) || this.#around.size === DEEPEST) return {};
    if (Array.isArray(value)) {
      this.#around.add(value);
      const items = value.map((item: unknown, index) => this.#value(item, `${pointer}/${index}`) ?? null);
      this.#around.delete(value);
      return items;
    }
    if (isPlain(value)) return this.object(value, pointer);
    const time = timeOf(value);
    if (time !== undefined && !Number.isFinite(time)) return undefined;
    (time === undefined ? this.opaque : this.dates).push(pointer);
    return time === undefined ? {} : new Date(time).toISOString();
  }
}
