/** Methods behind a flag. */

import { transform } from "esbuild";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { Engine } from "../../src/node.js";
import { behind } from "../../src/wrap.js";
import { alwaysOn, disposeAll, engineOf, flagWhen, onOff, snapshotOf } from "../support.js";

let engine: Engine;
beforeEach(async () => {
  const ofPros = flagWhen({ attribute: "plan", op: "eq", value: "pro" });
  engine = await engineOf(snapshotOf({ "new-search": ofPros, always: alwaysOn, never: { ...onOff, default: { variant: "off" } } }));
});
afterEach(disposeAll);

test("S2-20: a method is called where the flag is on, and else a function, with the same `this` and arguments", () => {
  class Shop {
    readonly #plan: string;

    constructor(plan: string) {
      this.#plan = plan;
    }

    @behind(engine, "new-search", {
      off(this: Shop, query: string) {
        return `old ${query} ${this.#plan}`;
      },
      context() {
        return { plan: this.#plan };
      },
    })
    search(query: string): string {
      return `new ${query} ${this.#plan}`;
    }
  }
  expect([new Shop("pro").search("a"), new Shop("free").search("b")]).toEqual(["new a pro", "old b free"]);
  expect([Shop.prototype.search.name, Shop.prototype.search.length]).toEqual(["search", 1]);
  expect(Object.keys(new Shop("pro"))).toEqual([]);
});

test("S2-20: another method may be called, which a subclass may have changed", async () => {
  class Shop {
    async oldSearch(query: string): Promise<string> {
      return `old ${query}`;
    }

    @behind(engine, "new-search", { off: "oldSearch", context: (_: string, plan: string) => ({ plan }) })
    async search(query: string, plan: string): Promise<string> {
      return `new ${query} ${plan}`;
    }
  }
  class Outlet extends Shop {
    override async oldSearch(query: string): Promise<string> {
      return `outlet's ${await super.oldSearch(query)}`;
    }
  }
  expect(await Promise.all([new Shop().search("a", "pro"), new Shop().search("b", "free")])).toEqual(["new a pro", "old b"]);
  expect(await new Outlet().search("c", "free")).toBe("outlet's old c");
});

test("S2-20: methods may be static, private, generators, or have a symbol for a name", () => {
  const name = Symbol("search");
  const old = Symbol("old");
  const none = function* (): Generator<string> {};
  class Shop {
    static oldTitle(): string {
      return "old";
    }
    @behind(engine, "never", { off: "oldTitle" })
    static title(): string {
      return "new";
    }
    @behind(engine, "always", { off: () => "old" })
    static #hidden(): string {
      return "new";
    }
    @behind(engine, "never", { off: () => "old" })
    #secret(): string {
      return "new";
    }
    @behind(engine, "never", { off: old })
    [name](): string {
      return "new";
    }
    [old](): string {
      return "old";
    }
    @behind(engine, "always", { off: none })
    *pages(): Generator<string> {
      yield "one";
    }
    static all(): readonly unknown[] {
      const shop = new Shop();
      return [Shop.title(), Shop.#hidden(), shop.#secret(), shop[name](), ...shop.pages()];
    }
  }
  expect(Shop.all()).toEqual(["old", "new", "old", "old", "one"]);
});

test("S2-20: is off without an engine and where the context fails, and lets errors through", () => {
  const onError = vi.fn();
  let found: Engine | undefined;
  class Shop {
    old(): string {
      return "old";
    }
    @behind(() => found, "always", { off: "old" })
    search(): string {
      throw new Error("out of stock");
    }
    @behind(() => engine, "always", { off: "old", context: () => JSON.parse("") as { plan: string }, onError })
    find(): string {
      return "new";
    }
  }
  const shop = new Shop();
  expect([shop.search(), shop.find()]).toEqual(["old", "old"]);
  expect(onError.mock.calls).toEqual([[expect.any(SyntaxError)]]);
  found = engine;
  expect(() => shop.search()).toThrow("out of stock");
});

describe("S2-20: says what to do instead", () => {
  const old = (): string => "old";

  test.each<[string, () => unknown]>([
    ["field", () => class {
      // @ts-expect-error: a field
      @behind(engine, "always", { off: old }) search = () => "new";
    }],
    ["getter", () => class {
      // @ts-expect-error: a getter
      @behind(engine, "always", { off: old }) get search() { return "new"; }
    }],
    ["setter", () => class {
      // @ts-expect-error: a setter
      @behind(engine, "always", { off: old }) set search(_: string) {}
    }],
    ["accessor", () => class {
      // @ts-expect-error: an accessor
      @behind(engine, "always", { off: old }) accessor search = "new";
    }],
    ["class", () => {
      // @ts-expect-error: a class
      @behind(engine, "always", { off: old }) class Shop {}
      return Shop;
    }],
  ])("on a %s", (kind, define) => {
    expect(define).toThrow(new TypeError(`vexil: @behind is for methods, and not for a ${kind}: move what it does into one`));
  });

  test.each(["@decorate() search() {}", "@decorate() static search() {}", "@decorate() search = () => {}", "} @decorate() class Shop {"])(
    "compiled with `experimentalDecorators`: %s",
    async (body) => {
      const tsconfigRaw = { compilerOptions: { experimentalDecorators: true, useDefineForClassFields: false } };
      const { code } = await transform(`class Store { ${body} }`, { loader: "ts", target: "es2022", tsconfigRaw });
      const define = new Function("decorate", code);
      expect(() => define(() => behind(engine, "always", { off: old }))).toThrow(
        new TypeError("vexil: @behind is a standard decorator: compile without `experimentalDecorators`"),
      );
    },
  );

  test("without what it needs", () => {
    const message = new TypeError("vexil: write @behind(engine, flagKey, { off })");
    const define = (decorator: unknown) => () => class {
      @(decorator as (method: () => string) => () => string)
      search(): string {
        return "new";
      }
    };
    expect(define(behind)).toThrow(message);
    const loose = behind as unknown as (...args: readonly unknown[]) => unknown;
    expect(() => loose(engine, "always")).toThrow(message);
    expect(() => loose(engine, "always", {})).toThrow(message);
    expect(() => loose(engine, { off: old })).toThrow(message);
  });

  test("where the class has no such method, before the flag is off", () => {
    class Shop {
      // @ts-expect-error: no such method
      @behind(engine, "always", { off: "oldSearch" })
      search(): string {
        return "new";
      }
    }
    expect(() => new Shop()).toThrow(new TypeError("vexil: the class has no method `oldSearch` for @behind to call"));
    const define = () => class {
      // @ts-expect-error: no such method
      @behind(engine, "always", { off: "oldSearch" })
      static search(): string {
        return "new";
      }
    };
    expect(define).toThrow("vexil: the class has no method `oldSearch`");
  });

  test("where a method is to stand in for itself", () => {
    const define = () => class {
      @behind(engine, "always", { off: "search" })
      search(): string {
        return "new";
      }
    };
    expect(define).toThrow(new TypeError("vexil: `search` cannot be its own fallback"));
  });
});
