/** How numbers, values and instants are written on the page. */

import type { JsonValue } from "vexil";

const whole = new Intl.NumberFormat("en");
const fine = new Intl.NumberFormat("en", { maximumFractionDigits: 4 });

/** `357,690` */
export function grouped(number: number): string {
  return whole.format(number);
}

/** Parts per million as `12.5 %`. */
export function percent(ppm: number, digits = 4): string {
  const written = digits === 4 ? fine.format(ppm / 10_000) : (ppm / 10_000).toFixed(digits);
  return `${written} %`;
}

/** A value as JSON on one line. */
export function jsonOf(value: JsonValue | undefined): string {
  return value === undefined ? "missing" : JSON.stringify(value);
}

/** `2026-03-10 12:00:00 UTC` */
export function instant(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** `1 thing`, `2 things` */
export function counted(number: number, thing: string): string {
  return `${grouped(number)} ${thing}${number === 1 ? "" : "s"}`;
}
