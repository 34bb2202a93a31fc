/** What several tests use. */

import { inject } from "vitest";

import { fileOf } from "../src/hosts/file.js";
import { createEngine as createFullEngine, SnapshotError } from "../src/node.js";
import type { Engine, EngineOptions, Flag, Segment, Snapshot, SnapshotInput } from "../src/node.js";
import * as slim from "../src/node-slim.js";
import { rulesetOf } from "./compiler.js";

export { rulesetOf, vexil } from "./compiler.js";

declare module "vitest" {
  interface ProvidedContext {
    artifact: "full" | "slim";
  }
}

/** Whether the tests run with the full artifact; with the slim one, what that lacks is not looked at. */
export const isFull = inject("artifact") === "full";

const alive: Engine[] = [];

type Make = (input: SnapshotInput, options?: EngineOptions) => Promise<Engine>;

const loadSlim = fileOf(new URL("../wasm/vexil-slim.wasm", import.meta.url));
const createSlimEngine: Make = async (input, options) => new SlimEngine(loadSlim(), input, options) as unknown as Engine;

/** `createEngine` of the artifact that the tests run with; the slim one gets snapshots compiled. */
export const createEngine: Make = isFull ? createFullEngine : createSlimEngine;

/** That of the other artifact. */
export const createOtherEngine: Make = isFull ? createSlimEngine : createFullEngine;

/** A slim engine that takes snapshots, so that a test is the same for both artifacts. */
class SlimEngine extends slim.Engine {
  constructor(artifact: ReturnType<typeof loadSlim>, input: SnapshotInput, options?: EngineOptions) {
    super(artifact, rulesetOf(input), options);
  }

  override update(input: SnapshotInput): readonly string[] {
    return super.update(rulesetOf(input));
  }
}

/** An engine that `disposeAll` disposes of. */
export async function engineOf(input: SnapshotInput): Promise<Engine> {
  const engine = await createEngine(input);
  alive.push(engine);
  return engine;
}

/** An engine for flags, and for segments if they need some. */
export function engineFor(flags: { [key: string]: Flag }, segments: { [key: string]: Segment } = {}): Promise<Engine> {
  return engineOf({ schema: "vexil/1", flags, segments });
}

/** To be called after each test that makes engines. */
export function disposeAll(): void {
  for (const engine of alive.splice(0)) engine.dispose();
}

/** Two variants, of which rules choose one. */
export const onOff = { variants: { on: true, off: false }, offVariant: "off" } as const;

/** A flag that serves `on` where a condition holds. */
export function flagWhen(when: NonNullable<NonNullable<Flag["rules"]>[number]["when"]>): Flag {
  return { ...onOff, rules: [{ id: "rule", when, serve: { variant: "on" } }], default: { variant: "off" } };
}

/** A flag that is always on. */
export const alwaysOn: Flag = { ...onOff, default: { variant: "on" } };

/** A snapshot with nothing but flags. */
export function snapshotOf(flags: { [key: string]: Flag }, rest: Partial<Snapshot> = {}): Snapshot {
  return { schema: "vexil/1", flags, ...rest };
}

/** What a refused snapshot, ruleset or kill message is refused with. */
export function refusalOf(change: () => unknown): SnapshotError {
  try {
    change();
  } catch (error) {
    if (error instanceof SnapshotError) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

/** A generator of pseudo-random numbers below 1 (mulberry32): the same for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Lets the memory grow, which detaches every array over it, as any call that allocates may do. */
export function growMemory(engine: Engine): void {
  engine.artifact.exports.memory.grow(1);
}
