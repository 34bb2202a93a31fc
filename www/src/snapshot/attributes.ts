/** Which attributes a snapshot reads, to know what to ask of whoever plays a visitor. */

import type { Subject } from "../state.js";
import { elements, FORMS, type Members, members, subjectsOf, textual, writtenOf } from "./parts.js";

/** What an attribute holds: as the document declares it, else as far as its operators tell. */
export type AttributeKind = "unit" | "text" | "number" | "boolean" | "list" | "instant" | "version" | "address";

/** An attribute that is read. */
export interface ReadAttribute {
  readonly path: string;
  readonly kind: AttributeKind;
  /** Values that it is compared with. */
  readonly hints: readonly string[];
}

/** Every attribute that a snapshot reads, units first. */
export function attributesOf(document: unknown): ReadAttribute[] {
  return new Reader(document).all(subjectsOf(document));
}

/** Every attribute that a flag or service reads, with all that it reaches. */
export function attributesReadBy(document: unknown, subject: Subject): ReadAttribute[] {
  return new Reader(document).all([subject]);
}

/** The attributes that hold the units which splits, layers and holdouts draw. */
export function drawnUnits(document: unknown): string[] {
  const reader = new Reader(document);
  reader.all(subjectsOf(document));
  return [...reader.drawn];
}

/** The types that documents declare. */
const DECLARED = new Map<string, AttributeKind>([
  ["string", "text"],
  ...(["unit", "number", "boolean", "list", "instant", "version", "address"] as const).map((type) => [type, type] as const),
]);

/** More would be a list to search, not one to choose from. */
const MOST_HINTS = 12;

class Reader {
  readonly drawn = new Set<string>();
  readonly #document: Members;
  readonly #found = new Map<string, { kind: AttributeKind; readonly hints: Set<string> }>();
  /** What was walked already: parts may refer to each other in circles. */
  readonly #seen = new Set<string>();

  constructor(document: unknown) {
    this.#document = members(document);
  }

  all(subjects: readonly Subject[]): ReadAttribute[] {
    for (const subject of subjects) this.#subject(subject);
    const found = [...this.#found].map(([path, { kind, hints }]) => ({
      path,
      kind: kind === "unit" ? kind : (this.#declared(path) ?? kind),
      hints: [...hints].slice(0, MOST_HINTS),
    }));
    const isUnit = (attribute: ReadAttribute): number => Number(attribute.kind === "unit");
    return found.sort((one, other) => isUnit(other) - isUnit(one));
  }

  /** What the document says itself; an object says nothing of what is in it. */
  #declared(path: string): AttributeKind | undefined {
    const type = textual(members(members(this.#document["attributes"])[path])["type"]) ?? "";
    return DECLARED.get(type);
  }

  #subject(subject: Subject): void {
    if (!this.#isNew(subject.kind, subject.key)) return;
    const part = writtenOf(this.#document, subject);
    const unit = FORMS[subject.kind].unit;
    for (const required of elements(part["prerequisites"])) this.#required(members(required)["flag"]);
    for (const override of elements(part["overrides"])) this.#unit(override);
    for (const rule of elements(part["rules"])) this.#rule(members(rule), unit);
    this.#split(members(part["default"])["split"] ?? part["split"], unit);
    this.#holdouts(subject);
  }

  #required(key: unknown): void {
    if (typeof key === "string") this.#subject({ kind: "flag", key });
  }

  #rule(rule: Members, unit: string): void {
    this.#condition(rule["when"]);
    const layer = textual(members(rule["layer"])["key"]);
    if (layer !== undefined) this.#draw(members(this.#document["layers"])[layer]);
    this.#split(members(rule["serve"])["split"], unit);
  }

  #split(split: unknown, unit: string): void {
    if (split !== undefined) this.#draw(split, unit);
  }

  #holdouts(subject: Subject): void {
    if (subject.kind !== "flag") return;
    for (const holdout of Object.values(members(this.#document["holdouts"]))) {
      if (elements(members(holdout)["flags"]).includes(subject.key)) this.#draw(holdout);
    }
  }

  #condition(condition: unknown): void {
    const form = members(condition);
    for (const inner of [...elements(form["all"]), ...elements(form["any"])]) this.#condition(inner);
    if (form["not"] !== undefined) this.#condition(form["not"]);
    if (typeof form["segment"] === "string") this.#segment(form["segment"]);
    if (typeof form["ring"] === "string") this.#ring(form["ring"]);
    if (typeof form["attribute"] === "string") this.#read(form["attribute"], kindOf(form), hintsOf(form["value"]));
  }

  /** With all rings before it. */
  #ring(name: string): void {
    const rings = elements(this.#document["rings"]).map(members);
    const last = rings.findIndex((ring) => ring["name"] === name);
    for (const { segment } of rings.slice(0, last + 1)) this.#segment(segment);
  }

  #segment(key: unknown): void {
    if (typeof key !== "string" || !this.#isNew("segment", key)) return;
    const segment = members(members(this.#document["segments"])[key]);
    if (["include", "exclude", "includeDigests", "excludeDigests"].some((list) => list in segment)) this.#unit(segment);
    this.#condition(segment["when"]);
  }

  #draw(part: unknown, unit?: string): void {
    this.drawn.add(this.#unit(part, unit));
  }

  #unit(part: unknown, unit = "targetingKey"): string {
    const by = textual(members(part)["by"]) ?? unit;
    this.#read(by, "unit", []);
    return by;
  }

  #read(path: string, kind: AttributeKind, hints: readonly string[]): void {
    const known = this.#found.get(path) ?? { kind, hints: new Set<string>() };
    // What is a unit anywhere is a unit; what is only looked for tells nothing.
    if (kind === "unit" || known.kind === "text") known.kind = kind;
    for (const hint of hints) known.hints.add(hint);
    this.#found.set(path, known);
  }

  #isNew(kind: string, key: string): boolean {
    const name = `${kind} ${key}`;
    if (this.#seen.has(name)) return false;
    this.#seen.add(name);
    return true;
  }
}

function kindOf({ op, value }: Members): AttributeKind {
  const operator = textual(op) ?? "";
  if (operator.startsWith("semver")) return "version";
  if (operator === "inCidr") return "address";
  if (operator === "before" || operator === "after") return "instant";
  if (operator === "containsAny" || operator === "containsAll") return "list";
  if (operator === "exists") return "text";
  const operand = Array.isArray(value) ? (value[0] as unknown) : value;
  return typeof operand === "number" ? "number" : typeof operand === "boolean" ? "boolean" : "text";
}

function hintsOf(value: unknown): string[] {
  const operands = Array.isArray(value) ? (value as readonly unknown[]) : [value];
  return operands.filter((operand) => typeof operand === "string" || typeof operand === "number").map(String);
}
