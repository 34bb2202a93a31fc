/** The full engine: JSON snapshots, explanations. */

import type { Artifact, FullExports } from "./artifact.js";
import {
  attributesOf,
  BaseContext,
  BaseEngine,
  type EngineOptions,
  type EvaluateOptions,
  type EvaluationContext,
} from "./base.js";
import type { Explanation } from "./explanation.js";
import { jsonOf } from "./input.js";
import type { Kind } from "./ruleset.js";
import type { KillMessage, Snapshot } from "./snapshot-types.js";
import { stilled } from "./stilled.js";

/** A snapshot: an object, JSON text, or its bytes in UTF-8. */
export type SnapshotInput = Snapshot | string | Uint8Array | ArrayBuffer;

/** Evaluates the flags and services of one environment. Made by `createEngine`. */
export class Engine extends BaseEngine {
  /** @internal */
  constructor(artifact: Artifact<FullExports>, input: SnapshotInput, options: EngineOptions = {}) {
    super(artifact, jsonOf(input), options);
  }

  /**
   * A reusable context: its attributes cross into WebAssembly once. It keeps a copy of them, so what
   * a getter throws is thrown here.
   */
  context(context: EvaluationContext): Context {
    return new Context(this, stilled(attributesOf(context)));
  }

  /** How the answer of a flag comes about, step by step; undefined if there is no such flag. */
  explain(key: string, context?: EvaluationContext, options?: EvaluateOptions): Explanation | undefined {
    return this.#explain("flag", key, context, options);
  }

  /** How a request of a service comes to its track, step by step; undefined if there is no such service. */
  explainRoute(service: string, context?: EvaluationContext, options?: EvaluateOptions): Explanation | undefined {
    return this.#explain("service", service, context, options);
  }

  #explain(
    kind: Kind,
    key: string,
    context: EvaluationContext | undefined,
    options: EvaluateOptions | undefined,
  ): Explanation | undefined {
    try {
      return this.explanation(kind, key, attributesOf(context), options) as Explanation | undefined;
    } catch {
      return { kind, key, value: null, reason: "ERROR", errorCode: "GENERAL", steps: [] };
    }
  }

  /**
   * Replaces the snapshot as a whole. Returns the keys of all flags whose answer could differ.
   *
   * @throws {SnapshotError} if the snapshot is unusable; the engine then answers as before.
   */
  update(input: SnapshotInput): readonly string[] {
    return this.replace(jsonOf(input));
  }

  /**
   * Applies a kill set that comes by itself. One whose revision is not higher than that of the set
   * in force changes nothing. Returns the keys of all flags whose answer could differ.
   *
   * @throws {SnapshotError} if the message is malformed or of another environment.
   */
  kill(message: KillMessage | string): readonly string[] {
    return this.apply(jsonOf(message));
  }
}

/** A context whose attributes cross into WebAssembly once, however many flags are evaluated for it. */
export class Context extends BaseContext<Engine> {
  /** How the answer of a flag comes about, step by step. */
  explain(key: string, options?: EvaluateOptions): Explanation | undefined {
    return this.engine.explain(key, this.attributes, options);
  }

  /** How a request of a service comes to its track, step by step. */
  explainRoute(service: string, options?: EvaluateOptions): Explanation | undefined {
    return this.engine.explainRoute(service, this.attributes, options);
  }
}

/** Makes an engine for a snapshot. */
export interface CreateEngine {
  /**
   * Makes an engine for a snapshot.
   *
   * @throws {SnapshotError} if the snapshot is unusable. Lesser problems are in `engine.diagnostics`.
   */
  (input: SnapshotInput, options?: EngineOptions): Promise<Engine>;
}

/** `createEngine` of a host, which knows how to have the artifact. */
export function creator(load: () => Artifact<FullExports> | Promise<Artifact<FullExports>>): CreateEngine {
  return async (input, options) => {
    const artifact = load();
    // Where it is there already, the input is read before the caller goes on and can change it.
    return new Engine(artifact instanceof Promise ? await artifact : artifact, input, options);
  };
}
