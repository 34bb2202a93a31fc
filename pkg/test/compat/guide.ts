/** A process of its own for each test: the state of `vexil/compat` is that of the module. */

import { afterEach, beforeEach, vi } from "vitest";

export type Guide = typeof import("../../src/compat.js");

/** On the minute, so that the first slot of a stage counts. */
export const START = Date.parse("2026-01-01T09:00:00Z");

/** Stands still until a test puts the clock forward; no timer is there that could run. */
export function useClock(): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date"], now: START });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
}

/** The guide's functions with nothing set. */
export async function begin(): Promise<Guide> {
  vi.resetModules();
  return import("../../src/compat.js");
}

/** Puts the clock forward. */
export function pass(seconds: number): void {
  vi.setSystemTime(Date.now() + seconds * 1_000);
}

export const users = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `u-${index}`);
