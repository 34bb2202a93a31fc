/** What TypeScript makes of sources. `npm run typecheck` runs these: nothing here is executed. */

import type { createClient } from "redis";
import { expectTypeOf, test } from "vitest";

import { createEngine, type Details, type Engine, type JsonValue } from "../../src/node.js";
import { createEngine as createSlimEngine, type Engine as SlimEngine } from "../../src/node-slim.js";
import type { RedisClient, RedisSubscriber } from "../../src/sources-redis.js";
import { type Connection, connect, http, memory, type WebStorage, webStore } from "../../src/sources.js";

test("a connection has the engine that its `createEngine` makes", () => {
  expectTypeOf(connect(createEngine, http("/flags.json"))).toEqualTypeOf<Connection<Engine>>();
  expectTypeOf(connect(createSlimEngine, [memory()])).toEqualTypeOf<Connection<SlimEngine>>();
  expectTypeOf(connect(createEngine, memory()).ready()).resolves.toEqualTypeOf<Engine>();
  expectTypeOf(connect(createEngine, memory()).engine).toEqualTypeOf<Engine | undefined>();
});

test("events are those of their names", () => {
  const flags = connect(createEngine, memory());
  flags.on("change", (event) => expectTypeOf(event.cause).toEqualTypeOf<"snapshot" | "kill" | "time">());
  flags.on("error", (event) => expectTypeOf(event.error).toEqualTypeOf<unknown>());
  flags.watch("flag", (event) => expectTypeOf(event.details).toEqualTypeOf<Details<JsonValue | undefined> | undefined>(), { country: "DE" });
  // @ts-expect-error: no such event
  flags.on("changed", () => {});
});

test("what hosts have can be used as it is", () => {
  expectTypeOf<Storage>().toExtend<WebStorage>();
  expectTypeOf(webStore).parameter(0).toEqualTypeOf<WebStorage>();
  expectTypeOf<ReturnType<typeof createClient>>().toExtend<RedisClient & RedisSubscriber>();
  http(new URL("https://flags.example/"), { request: { headers: new Headers(), credentials: "include" } });
  http("/flags.json", { request: async () => ({ headers: { authorization: "x" } }) });
  // @ts-expect-error: no such option of `fetch`
  http("/flags.json", { request: { header: {} } });
  // @ts-expect-error: a number is no document
  memory(1);
});
