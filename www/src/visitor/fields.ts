/** How the value of an attribute is shown in a field, and read from one. */

import type { JsonValue } from "vexil";
import type { AttributeKind } from "../snapshot/attributes.js";

/** The types that a field can give to its value. Nothing is ever converted by the engine: "17" is not 17. */
export const TYPES = ["text", "number", "boolean", "list", "JSON"] as const;
export type FieldType = (typeof TYPES)[number];

const GUESSED: Readonly<Record<AttributeKind, FieldType>> = {
  unit: "text",
  text: "text",
  version: "text",
  address: "text",
  instant: "text",
  number: "number",
  boolean: "boolean",
  list: "list",
};

/** What is written faintly into a field that is missing. */
export const PLACEHOLDERS: Readonly<Record<AttributeKind, string>> = {
  unit: "nobody",
  text: "missing",
  number: "missing",
  boolean: "missing",
  list: "missing",
  version: "missing, such as 2.4.0",
  address: "missing, such as 10.20.3.4",
  instant: "missing, such as 2026-03-01T09:00:00Z",
};

/** The type of a value that is there, or the type that the operators of the attribute suggest. */
export function typeOf(value: JsonValue | undefined, kind: AttributeKind): FieldType {
  if (value === undefined) return GUESSED[kind];
  if (typeof value === "string") return "text";
  if (typeof value === "number") return "number";
  if (typeof value === "boolean") return "boolean";
  return Array.isArray(value) && value.every((item) => typeof item === "string") ? "list" : "JSON";
}

/** A value as it stands in a field of its type. */
export function shownAs(value: JsonValue | undefined, type: FieldType): string {
  if (value === undefined) return "";
  if (type === "list" && Array.isArray(value)) return value.join(", ");
  return typeof value === "string" && type === "text" ? value : JSON.stringify(value);
}

/** What is written in a field of a type; undefined where that is no value, and the attribute is missing. */
export function readAs(written: string, type: FieldType): JsonValue | undefined {
  const trimmed = written.trim();
  if (trimmed === "") return undefined;
  switch (type) {
    case "text":
      return written;
    case "number":
      return Number.isFinite(Number(trimmed)) ? Number(trimmed) : undefined;
    case "boolean":
      return trimmed === "true";
    case "list":
      return trimmed
        .split(",")
        .map((item) => item.trim())
        .filter((item) => item !== "");
    case "JSON":
      return parsed(trimmed);
  }
}

/** A value in another type, as near as there is one. */
export function convertedTo(value: JsonValue | undefined, from: FieldType, to: FieldType): JsonValue | undefined {
  const written = shownAs(value, from);
  if (to === "boolean") return written === "true";
  return readAs(written, to) ?? { text: "", number: 0, list: [], JSON: null }[to];
}

function parsed(written: string): JsonValue | undefined {
  try {
    return JSON.parse(written) as JsonValue;
  } catch {
    return undefined;
  }
}
