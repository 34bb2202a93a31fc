import { deflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { EXAMPLES } from "../src/examples/examples.js";
import { fragmentOf, LinkError, stateOf } from "../src/link/link.js";
import type { PageState } from "../src/state.js";

test("every state comes back out of its fragment", async () => {
  const odd: PageState = {
    text: '{ "schema": "vexil/1", "x-чек": "🚩" ',
    good: "{}",
    context: { targetingKey: "пользователь-7", a: { b: [1, null, true] } },
    now: 0,
    subject: { kind: "service", key: "api" },
    kill: { revision: 3, services: ["api"] },
    crowd: 4,
  };
  for (const state of [odd, { text: "", context: {} }, ...EXAMPLES.map((example) => example.state)]) {
    const fragment = await fragmentOf(state);
    expect(fragment).toMatch(/^#v1\.[A-Za-z0-9_-]*$/);
    expect(await stateOf(fragment)).toEqual(state);
  }
});

test("the shop fits into a link", async () => {
  const shop = EXAMPLES.find(({ name }) => name === "The shop");
  expect((await fragmentOf(shop?.state ?? { text: "", context: {} })).length).toBeLessThan(10_000);
});

/** The fragment of any text. */
function packed(text: string): string {
  return `#v1.${deflateRawSync(text).toString("base64url")}`;
}

test("a fragment that is no state says why", async () => {
  const good = await fragmentOf({ text: "{}", context: {} });
  const broken: Readonly<Record<string, RegExp>> = {
    "#nonsense": /no state/,
    "#v9.abc": /version 9/,
    "#v1.": /damaged/,
    "#v1.%%%": /damaged/,
    [good.slice(0, -8)]: /damaged/,
    [packed("no JSON")]: /damaged/,
    [packed('{"context":{}}')]: /no snapshot/,
    [packed(" ".repeat(17 * 2 ** 20))]: /more than/,
  };
  for (const [fragment, reason] of Object.entries(broken)) {
    const problem = await stateOf(fragment).then(String, (error: unknown) => error);
    expect(problem).toBeInstanceOf(LinkError);
    expect((problem as Error).message).toMatch(reason);
  }
});

test("what else a fragment holds is left out where it is of no use", async () => {
  const strange = packed(
    JSON.stringify({
      text: "{}",
      context: 7,
      now: "x",
      subject: { kind: "dog", key: "a" },
      crowd: 1.5,
      kill: { all: true },
      more: true,
    }),
  );
  expect(await stateOf(strange)).toEqual({ text: "{}", context: {} });
});
