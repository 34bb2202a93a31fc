/** Answers for one context in the types that are asked for. */

import { type Answer, type Details, failure } from "./answers.js";
import type { EvaluateOptions } from "./base.js";
import type { Kind } from "./ruleset.js";
import type { JsonArray, JsonObject, JsonValue } from "./snapshot-types.js";

/** What can be asked of one context. */
export abstract class Reader {
  /** @internal */
  protected abstract answer(kind: Kind, key: string, options: EvaluateOptions | undefined): Answer;

  /** The value of a boolean flag, or `fallback` if there is none. */
  boolean(key: string, fallback: boolean, options?: EvaluateOptions): boolean {
    const { value } = this.answer("flag", key, options);
    return typeof value === "boolean" ? value : fallback;
  }

  /** The value of a string flag, or `fallback` if there is none. */
  string(key: string, fallback: string, options?: EvaluateOptions): string {
    const { value } = this.answer("flag", key, options);
    return typeof value === "string" ? value : fallback;
  }

  /** The value of a number flag, or `fallback` if there is none. */
  number(key: string, fallback: number, options?: EvaluateOptions): number {
    const { value } = this.answer("flag", key, options);
    return typeof value === "number" ? value : fallback;
  }

  /** The value of an object flag, deeply frozen, or `fallback` if there is none. */
  object<T extends JsonObject | JsonArray>(key: string, fallback: T, options?: EvaluateOptions): T;
  object<T extends object>(key: string, fallback: T & Json<T>, options?: EvaluateOptions): T;
  object<T extends object>(key: string, fallback: T, options?: EvaluateOptions): T {
    const { value } = this.answer("flag", key, options);
    return typeof value === "object" && value !== null ? (value as unknown as T) : fallback;
  }

  /** The answer of a flag with its reasons; without a fallback, or with null, no type is asked for. */
  details(key: string, fallback?: undefined, options?: EvaluateOptions): Details<JsonValue | undefined>;
  details(key: string, fallback: null, options?: EvaluateOptions): Details<JsonValue>;
  details<T extends NonNullable<JsonValue>>(key: string, fallback: T, options?: EvaluateOptions): Details<Widened<T>>;
  details<T extends object>(key: string, fallback: T & Json<T>, options?: EvaluateOptions): Details<T>;
  details(key: string, fallback?: JsonValue, options?: EvaluateOptions): Details<JsonValue | undefined> {
    return asked(this.answer("flag", key, options), fallback);
  }
}

/**
 * A type with `never` for what of it is no JSON. This lets interfaces be JSON, which never extend
 * `JsonObject`: another declaration could add something else to them.
 */
export type Json<T> = T extends string | number | boolean | null
  ? T
  : T extends (...args: never) => unknown
    ? never
    : T extends object
      ? { readonly [K in keyof T]: Json<T[K]> }
      : never;

/** A literal's type as the type of all its values: `false` as boolean. */
export type Widened<T> = T extends boolean ? boolean : T extends string ? string : T extends number ? number : T;

/** Gives an answer the type that is asked for, and an error the caller's default. */
export function asked(answer: Answer, fallback: JsonValue | undefined): Answer {
  if (answer.errorCode !== undefined) return Object.freeze({ ...answer, value: fallback });
  if (fallback === undefined || fallback === null || typeof fallback === typeof answer.value) return answer;
  const message = `the flag's values are of type ${typeof answer.value}, asked for is ${typeof fallback}`;
  return Object.freeze({ ...failure(answer.flagKey, "TYPE_MISMATCH", message), value: fallback });
}
