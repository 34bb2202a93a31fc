/** The ways to evaluate that the corpus is run by. Needs nothing of a host. */

import type { Context, Engine, EvaluateOptions, EvaluationContext } from "../../src/node.js";
import type { Engine as SlimEngine } from "../../src/node-slim.js";
import type { Fixture } from "./fixtures.js";

/** The package as a host has it. */
export type Full = Pick<typeof import("../../src/node.js"), "createEngine" | "SnapshotError">;
export type Slim = Pick<typeof import("../../src/node-slim.js"), "createEngine">;

/** What `vexil compile` makes of snapshots. */
export interface Compiler {
  readonly rulesetOf: (snapshot: string) => Uint8Array;
  /** What a snapshot has that the slim artifact cannot evaluate, such as `flag search`. */
  readonly lacking: (snapshot: string) => ReadonlySet<string>;
}

/** A way to evaluate. */
export interface Way {
  readonly name: string;
  /** How a snapshot is handed over. */
  readonly encode: (text: string) => string | Uint8Array;
  readonly make: (snapshot: string | Uint8Array) => Promise<AnyEngine>;
  readonly asker: (engine: AnyEngine, context: EvaluationContext) => Asker;
  /** Whether a fixture is of use to it. */
  readonly takes: (fixture: Fixture) => boolean;
  /** What a snapshot has that this way cannot evaluate. */
  readonly lacking: (snapshot: string) => ReadonlySet<string>;
}

/** An engine of either artifact. */
export type AnyEngine = Omit<SlimEngine, "context" | "update"> & {
  update(next: string | Uint8Array): readonly string[];
  context(context: EvaluationContext): Omit<Asker, "explain" | "explainRoute">;
};

/** One context, however it is given. Without explanations where there are none. */
export type Asker = Pick<Context, "details" | "all" | "route" | "boolean" | "string" | "number" | "object"> &
  Partial<Pick<Context, "explain" | "explainRoute">>;

/** Why a ruleset is refused that is sound in itself. */
const REFUSED_RULESETS = ["older-revision", "same-revision-other-bytes", "wrong-environment"];

/** With an object for each call, with a context that is kept, and with the slim artifact, which is given rulesets. */
export function waysOf(full: Full, slim: Slim, { rulesetOf, lacking }: Compiler): readonly Way[] {
  const everything = { make: full.createEngine, takes: () => true, lacking: () => new Set<string>() };
  return [
    {
      ...everything,
      name: "an object for each call",
      encode: (text) => text,
      asker: (engine, context) => ({
        details: ((key: string, fallback?: undefined, options?: EvaluateOptions) =>
          engine.details(key, context, fallback, options)) as Context["details"],
        all: (options) => engine.all(context, options),
        route: (service, options) => engine.route(service, context, options),
        explain: (key, options) => (engine as Engine).explain(key, context, options),
        explainRoute: (service, options) => (engine as Engine).explainRoute(service, context, options),
        boolean: (key, fallback, options) => engine.boolean(key, context, fallback, options),
        string: (key, fallback, options) => engine.string(key, context, fallback, options),
        number: (key, fallback, options) => engine.number(key, context, fallback, options),
        object: <T extends object>(key: string, fallback: T, options?: EvaluateOptions) =>
          engine.object(key, context, fallback as object, options) as T,
      }),
    },
    {
      ...everything,
      name: "a context that is kept",
      encode: (text) => new TextEncoder().encode(text),
      asker: (engine, context) => engine.context(context),
    },
    {
      name: "the slim artifact",
      encode: rulesetOf,
      make: async (ruleset) => (await slim.createEngine(ruleset as Uint8Array)) as AnyEngine,
      asker: (engine, context) => engine.context(context),
      // Problems are the command line's to tell, and of a document with a fatal one no ruleset comes.
      takes: ({ diagnostics, expect }) => {
        const { refused } = (expect ?? {}) as { refused?: string };
        return diagnostics === undefined && (refused === undefined || REFUSED_RULESETS.includes(refused));
      },
      lacking,
    },
  ];
}
