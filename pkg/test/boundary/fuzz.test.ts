/**
 * What a context leaves behind in a block must not show in the next one. Random contexts with odd
 * values are evaluated on an engine that has seen many others, and on blocks that were never written.
 */

import { afterEach, describe, expect, test } from "vitest";

import type { Condition, Engine, EvaluationContext, Flag, Snapshot } from "../../src/node.js";
import { createEngine, disposeAll, engineOf, flagWhen, isFull, onOff, randomOf, snapshotOf } from "../support.js";

afterEach(disposeAll);

/** Blocks of an engine for contexts that are kept. */
const BLOCKS = 63;

type Random = () => number;

const pick = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;

/** Texts that operands and contexts share, so that conditions hold now and then. */
const texts = [
  "", "a", "A", "DE", "de", "pro", "user-1", "17", "0", "true", "null", "1.2.3", "v2.3.0-rc.1", "10.1.2.3", "::ffff:10.0.0.1",
  "2026-01-01T00:00:00Z", "2026-06-01T00:00:00.123+02:00", "é", "😀", "x".repeat(55), "x".repeat(56), "x".repeat(57), "x".repeat(5000),
  `${"x".repeat(54)}é`, `${"x".repeat(55)}é`, `${"x".repeat(52)}😀`, `${"x".repeat(53)}😀`, "é".repeat(28), "é".repeat(29), "😀".repeat(14),
  "😀".repeat(15), "é".repeat(2000), "a\0b", "\ufffd", "constructor", "__proto__",
];

const numbers = [0, -0, 1, 17, -1, 0.5, 1e21, 2 ** 53, -(2 ** 53), Number.MAX_SAFE_INTEGER, Number.MIN_VALUE, NaN, Infinity, -Infinity, Date.UTC(2026, 0)];

const oddities: readonly ((random: Random) => unknown)[] = [
  () => undefined,
  () => null,
  () => true,
  () => false,
  () => 17n,
  () => 10n ** 40n,
  () => Symbol("a"),
  () => () => "a",
  () => new Date(Date.UTC(2026, 0)),
  () => new Date(NaN),
  () => ({}),
  () => ({ plan: "pro", "": "a" }),
  () => Object.create(null),
  () => new Map([["plan", "pro"]]),
  () => new String("a"),
  () => "\ud800",
  () => `${"x".repeat(60)}\udc00`,
  (random) => "x".repeat(Math.floor(random() * 71)),
  (random) => pick(random, ["é", "€", "😀", "xé"]).repeat(Math.floor(random() * 71)),
  (random) => String.fromCharCode(...Array.from({ length: Math.floor(random() * 70) }, () => random() * 0xffff)),
  (random) => Array.from({ length: Math.floor(random() * 8) }, () => valueOf(random)),
  (random) => ({ plan: valueOf(random) }),
  (random) => random() * 100,
  (random) => new Date(random() * 4e12),
];

function valueOf(random: Random): unknown {
  const kind = random();
  if (kind < 0.4) return pick(random, texts);
  return kind < 0.6 ? pick(random, numbers) : pick(random, oddities)(random);
}

/** A context of some kind of object, with some of the attributes. */
function contextOf(random: Random, attributes: readonly string[]): EvaluationContext {
  const share = random();
  const some = attributes.filter(() => random() < share);
  // Own properties in another order, so that contexts are of many shapes.
  if (random() < 0.3) some.reverse();
  const context = pick(random, [() => ({}), () => Object.create(null) as object, () => new (class Visitor {})()])();
  for (const attribute of some) {
    const value = valueOf(random);
    const accessor = random() < 0.05;
    Object.defineProperty(context, attribute, { enumerable: true, ...(accessor ? { get: () => value } : { value }) });
  }
  return random() < 0.05 ? new Proxy(context, {}) : context;
}

/** A flag for each operator and attribute, and some that combine them. */
function snapshotWith(attributes: readonly string[]): Snapshot {
  const random = randomOf(attributes.length);
  const list = (): string[] => [pick(random, texts), pick(random, texts), "a"];
  const operators: readonly ((attribute: string) => Condition)[] = [
    (attribute) => ({ attribute, op: "eq", value: pick(random, texts) }),
    (attribute) => ({ attribute, op: "ne", value: pick(random, [17, true, "a"]) }),
    (attribute) => ({ attribute, op: "in", value: [...texts, 17, true] }),
    (attribute) => ({ attribute, op: "notIn", value: list(), ignoreCase: true }),
    (attribute) => ({ attribute, op: "gte", value: pick(random, [0, 1, 17, -1]) }),
    (attribute) => ({ attribute, op: "startsWith", value: pick(random, ["x", "é", ""]) }),
    (attribute) => ({ attribute, op: "endsWith", value: pick(random, ["x", "é", "😀"]), ignoreCase: true }),
    (attribute) => ({ attribute, op: "contains", value: pick(random, ["a", "x", 17, true]) }),
    (attribute) => ({ attribute, op: "containsAny", value: list() }),
    (attribute) => ({ attribute, op: "containsAll", value: ["a"] }),
    (attribute) => ({ attribute, op: "semverGte", value: "1.2.3" }),
    (attribute) => ({ attribute, op: "after", value: "2026-01-01T00:00:00Z" }),
    (attribute) => ({ attribute, op: "inCidr", value: "10.0.0.0/8" }),
    (attribute) => ({ attribute, op: "exists" }),
    // The slim artifact has no patterns.
    ...(isFull ? [(attribute: string) => ({ attribute, op: "matches", value: pick(random, ["^x+$", "[é😀]", "^$", "\\d"]) }) as const] : []),
  ];
  const flags: Record<string, Flag> = {};
  for (const [index, attribute] of attributes.entries()) {
    const operator = operators[index % operators.length] as (attribute: string) => Condition;
    flags[`one ${attribute} ${index}`] = flagWhen(operator(attribute));
  }
  for (const [index, operator] of operators.entries()) {
    const [first, second, third] = [pick(random, attributes), pick(random, attributes), pick(random, attributes)];
    flags[`some ${index}`] = flagWhen({ any: [operator(first), { all: [operator(second), { not: operator(third) }] }] });
    const by = pick(random, attributes);
    flags[`split ${index}`] = { ...onOff, default: { split: { by, exposure: 50, weights: [{ variant: "on", weight: 1 }] } } };
    flags[`list ${index}`] = { ...onOff, overrides: [{ by, units: [...texts.filter(Boolean).slice(0, 20), 1], variant: "on" }], default: { variant: "off" } };
  }
  return snapshotOf(flags);
}

/** Hands out blocks that were never written, of engines that are made anew when they have no more. */
class Pristine {
  readonly #snapshot: string;
  #engine: Engine | undefined;
  #used = BLOCKS;

  constructor(snapshot: Snapshot) {
    this.#snapshot = JSON.stringify(snapshot);
  }

  async evaluate(context: EvaluationContext): Promise<string> {
    if (this.#used === BLOCKS) {
      this.#engine?.dispose();
      this.#engine = await createEngine(this.#snapshot);
      this.#used = 0;
    }
    this.#used++;
    return shown((this.#engine as Engine).context(context).all());
  }

  dispose(): void {
    this.#engine?.dispose();
  }
}

const shown = (answers: ReturnType<Engine["all"]>): string => answers.map(({ variant, reason }) => `${variant} ${reason}`).join("\n");

const narrow = ["targetingKey", "country", "account.plan", "age", "version", "at", "ip", "tags", "text", "constructor", "__proto__"];
const wide = [...narrow, ...Array.from({ length: 109 }, (_, index) => `a${index}${index % 10 === 0 ? ".plan" : ""}`)];

describe.each([["a dozen attributes", narrow, 8_000], ["120 attributes", wide, 2_000]])("%s", (_, attributes, contexts) => {
  const own = [...new Set(attributes.flatMap((path) => [path, path.split(".")[0] as string]))];

  test(`${contexts} random contexts, evaluated in several ways`, async () => {
    const snapshot = snapshotWith(attributes);
    const engine = await engineOf(snapshot);
    expect(engine.diagnostics.filter(({ severity }) => severity !== "warning")).toEqual([]);
    const keys = engine.all().map(({ flagKey }) => flagKey);
    expect(keys).toHaveLength(Object.keys(snapshot.flags ?? {}).length);
    const pristine = new Pristine(snapshot);
    const random = randomOf(42);
    let on = 0;
    for (let round = 0; round < contexts; round++) {
      const context = contextOf(random, own);
      const expected = await pristine.evaluate(context);
      const variants = expected.split("\n");
      on += variants.filter((variant) => variant.startsWith("on")).length;
      const where = `context ${round}`;
      for (let times = 0; times < 2; times++) {
        const flag = Math.floor(random() * keys.length);
        const { variant, reason } = engine.details(keys[flag] as string, context);
        if (`${variant} ${reason}` !== variants[flag]) expect.fail(`${where}: ${keys[flag]}: ${variant} ${reason}, not ${variants[flag]}`);
      }
      if (round % 3 === 0 && shown(engine.all(context)) !== expected) expect(shown(engine.all(context)), where).toBe(expected);
      if (round % 3 === 1) {
        const kept = engine.context(context);
        const flag = Math.floor(random() * keys.length);
        const { variant, reason } = kept.details(keys[flag] as string);
        if (`${variant} ${reason}` !== variants[flag]) expect.fail(`${where}, kept: ${keys[flag]}: ${variant} ${reason}, not ${variants[flag]}`);
        if (shown(kept.all()) !== expected) expect(shown(kept.all()), `${where}, kept`).toBe(expected);
      }
      if (round % 1000 === 999) engine.update(snapshot);
    }
    // The contexts are odd, but not so odd that nothing ever holds.
    expect(on / contexts / keys.length).toBeGreaterThan(0.05);
    pristine.dispose();
  });
});
