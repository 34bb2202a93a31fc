/** The platform as a host: its timers. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { platform } from "../../src/sources/host.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("timers of the platform", () => {
  test("call back once, in time, unless they are cancelled", () => {
    const [called, cancelled, never] = [vi.fn(), vi.fn(), vi.fn()];
    platform.after(100, called);
    platform.after(100, cancelled).cancel();
    platform.after(Infinity, never).cancel();
    platform.after(-5, called);
    vi.advanceTimersByTime(99);
    expect(called).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1);
    vi.runAllTimers();
    expect([called, cancelled, never].map(({ mock }) => mock.calls.length)).toEqual([2, 0, 0]);
  });

  test("know delays that are longer than those of the platform", () => {
    const called = vi.fn();
    const days = 60 * 86_400_000;
    platform.after(days, called);
    vi.advanceTimersByTime(days - 1);
    expect(called).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(called).toHaveBeenCalledOnce();
  });

  test("of a long delay are cancelled in the second half, too", () => {
    const called = vi.fn();
    const timer = platform.after(60 * 86_400_000, called);
    vi.advanceTimersByTime(40 * 86_400_000);
    timer.cancel();
    vi.runAllTimers();
    expect(called).not.toHaveBeenCalled();
  });

  test("keep nothing alive that does not wait for them, where timers are objects and where they are numbers", () => {
    const object = { ref: vi.fn(), unref: vi.fn() };
    const handles = [object, 7];
    vi.stubGlobal("setTimeout", () => handles.shift());
    const deno = { refTimer: vi.fn(), unrefTimer: vi.fn() };
    vi.stubGlobal("Deno", deno);
    const one = platform.after(1, () => {});
    expect(object.unref).toHaveBeenCalledOnce();
    one.hold();
    expect(object.ref).toHaveBeenCalledOnce();
    platform.after(1, () => {}).hold();
    expect([deno.unrefTimer.mock.calls, deno.refTimer.mock.calls]).toEqual([[[7]], [[7]]]);
  });
});
