/** What is asked, as JSON text. */

import { InputError } from "./errors.js";

/**
 * An input as JSON text. NaN and the infinities are refused, which JSON would make null of: missing data is another thing.
 *
 * @throws {InputError} for what JSON cannot hold.
 */
export function textOf(input: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(input, finite) as string | undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : "unreadable";
    throw new InputError((error === NO_NUMBER && pathOf(input)) || "", message);
  }
  if (text === undefined) throw new InputError("", `JSON cannot hold ${typeof input}`);
  return text;
}

const NO_NUMBER = new TypeError("a number is not finite");

const isNoNumber = (value: unknown): boolean => typeof value === "number" && !Number.isFinite(value);

function finite(_: string, value: unknown): unknown {
  if (isNoNumber(value)) throw NO_NUMBER;
  return value;
}

/** Where the first number stands that is not finite. */
function pathOf(value: unknown): string | undefined {
  if (isNoNumber(value)) return "";
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, member] of Object.entries(value)) {
    const rest = pathOf(member);
    if (rest !== undefined) return `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}${rest}`;
  }
  return undefined;
}
