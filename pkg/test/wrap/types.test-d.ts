/** What TypeScript makes of wrapped functions. `npm run typecheck` runs these: nothing here is executed. */

import { expectTypeOf, test } from "vitest";

import type { Hydrated } from "../../src/bootstrap.js";
import type { Engine } from "../../src/node.js";
import type { Engine as SlimEngine } from "../../src/node-slim.js";
import type { Connection } from "../../src/sources.js";
import { behind, wrap } from "../../src/wrap.js";

interface User {
  readonly id: string;
}
declare const engine: Engine;
declare const slim: SlimEngine;
declare const page: Hydrated;
declare const flags: Connection<Engine>;
declare function newSearch(query: string, user: User): Promise<string[]>;
declare function oldSearch(query: string, user: User): Promise<string[]>;
declare function syncSearch(query: string, user: User): string[];
const nothing = (): void => {};
const nothingLater = async (): Promise<void> => {};

test("a wrapped function is of the type of `on`, and the context is made of its arguments", () => {
  const search = wrap(engine, "flag", { on: newSearch, off: oldSearch, context: (query, user) => ({ targetingKey: user.id, query }) });
  expectTypeOf(search).toEqualTypeOf<typeof newSearch>();
  const measure = wrap(engine, "flag", { on: (text: string) => text.length, off: (text) => text.length * 2, context: (text) => ({ text }) });
  expectTypeOf(measure).toEqualTypeOf<(text: string) => number>();
  const same = wrap(engine, "flag", { on: <T>(value: T): T => value, off: (value) => value });
  expectTypeOf(same(1 as number)).toEqualTypeOf<number>();
  wrap(engine, "flag", { on: nothing, off: () => {} });
  wrap(engine, "flag", { on: nothingLater, off: async () => {} });
  // @ts-expect-error: of another argument
  wrap(engine, "flag", { on: newSearch, off: oldSearch, context: (query: number) => ({ query }) });
});

test("S2-20: what is asynchronous needs what is asynchronous to stand in for it", () => {
  // @ts-expect-error: not asynchronous
  wrap(engine, "flag", { on: newSearch, off: syncSearch });
  // @ts-expect-error: asynchronous
  wrap(engine, "flag", { on: syncSearch, off: oldSearch });
  // @ts-expect-error: not asynchronous, though nothing is given
  wrap(engine, "flag", { on: nothingLater, off: nothing });
  // @ts-expect-error: asynchronous, though nothing is given
  wrap(engine, "flag", { on: nothing, off: nothingLater });
});

test("`this` is that of `on`", () => {
  function on(this: Shop, query: string): string[] {
    return [this.plan, query];
  }
  const search = wrap(engine, "flag", { on, off: () => [], context() { return { plan: this.plan }; } });
  expectTypeOf(search).toEqualTypeOf<(this: Shop, query: string) => string[]>();
  // @ts-expect-error: another `this`
  wrap(engine, "flag", { on, off(this: User) { return [this.id]; } });
});

test("engines of all artifacts can be asked, also those that are not there yet, and answers without a context", () => {
  const both = { on: newSearch, off: oldSearch };
  const context = { targetingKey: "u-1" };
  wrap(slim, "flag", { ...both, context });
  wrap(() => flags.engine, "flag", { ...both, context });
  wrap(() => null, "flag", { ...both, context });
  wrap({ boolean: (_flag, _context, fallback) => fallback }, "flag", { ...both, context });
  wrap(page, "flag", both);
  wrap(() => page, "flag", both);
  wrap(engine.context(context), "flag", both);
  // @ts-expect-error: a page has its own
  wrap(page, "flag", { ...both, context });
  // @ts-expect-error: it may not be there: a function finds it later
  wrap(flags.engine, "flag", both);
  // @ts-expect-error: a promise is not waited for
  wrap(async () => engine, "flag", both);
});

test("S2-20: a decorator takes what fits the method", () => {
  class Inside {
    plan = "pro";
    async older(_: string): Promise<string[]> {
      return [];
    }
    sync(_: string): string[] {
      return [];
    }
    static older(_: string): string[] {
      return [];
    }

    @behind(engine, "flag", { off: oldSearch, context: (query, user) => ({ query, targetingKey: user.id }) })
    async one(_query: string, _user: User): Promise<string[]> {
      return [];
    }
    @behind(() => flags.engine, "flag", { off: "older", context(this: Inside, query: string) { return { plan: this.plan, query }; } })
    async two(_: string): Promise<string[]> {
      return [];
    }
    @behind(page, "flag", { off: "older" })
    static three(_: string): string[] {
      return [];
    }
    @behind(engine, "flag", { off: <T>(value: T): T[] => [value] })
    four<T>(value: T): T[] {
      return [value];
    }

    // @ts-expect-error: not asynchronous
    @behind(engine, "flag", { off: syncSearch })
    async five(_query: string, _user: User): Promise<string[]> {
      return [];
    }
    // @ts-expect-error: not asynchronous either
    @behind(engine, "flag", { off: "sync" })
    async six(_: string): Promise<string[]> {
      return [];
    }
    // @ts-expect-error: not asynchronous, though nothing is given
    @behind(engine, "flag", { off: () => {} })
    async seven(): Promise<void> {}
    // @ts-expect-error: no method
    @behind(engine, "flag", { off: "plan" })
    eight(): string {
      return "";
    }
    // @ts-expect-error: a context of another argument
    @behind(engine, "flag", { off: "sync", context: (query: number) => ({ query }) })
    nine(_: string): string[] {
      return [];
    }
    // @ts-expect-error: a page has its own context
    @behind(page, "flag", { off: "sync", context: { plan: "pro" } })
    ten(_: string): string[] {
      return [];
    }
  }
  expectTypeOf(new Inside().one).toEqualTypeOf<(query: string, user: User) => Promise<string[]>>();
});

interface Shop {
  readonly plan: string;
}
