/** Looking into a document of which any part may be broken. */

import type { Subject } from "../state.js";

export type Members = { readonly [name: string]: unknown };

const NOTHING: Members = {};

/** The members of an object; none of anything else. */
export function members(value: unknown): Members {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : NOTHING;
}

/** The elements of a list; none of anything else. */
export function elements(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text, or nothing. */
export function textual(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Every flag, then every service. */
export function subjectsOf(document: unknown): Subject[] {
  const keys = (kind: Subject["kind"], name: string): Subject[] =>
    Object.keys(members(members(document)[name])).map((key) => ({ kind, key }));
  return [...keys("flag", "flags"), ...keys("service", "services")];
}

/** Where the parts of a kind of subject stand, and what they are called there. */
export const FORMS = {
  flag: { map: "flags", options: "variants", option: "variant", off: "offVariant", unit: "targetingKey" },
  service: { map: "services", options: "tracks", option: "track", off: "defaultTrack", unit: "visitor" },
} as const;

/** What is written of a flag or service. */
export function writtenOf(document: unknown, { kind, key }: Subject): Members {
  return members(members(members(document)[FORMS[kind].map])[key]);
}

/** The variants of a flag, or the tracks of a service, in the order in which they are written. */
export function optionsOf(document: unknown, subject: Subject): string[] {
  return Object.keys(members(writtenOf(document, subject)[FORMS[subject.kind].options]));
}

/** The variant, or track, of what is off. */
export function offOf(document: unknown, subject: Subject): string | undefined {
  return textual(writtenOf(document, subject)[FORMS[subject.kind].off]);
}

export function isSame(one: Subject | undefined, other: Subject | undefined): boolean {
  return one?.kind === other?.kind && one?.key === other?.key;
}
