/** The slim engine: rulesets in their binary form, no explanations. */

import type { Artifact } from "./artifact.js";
import { attributesOf, BaseContext, BaseEngine, type EngineOptions, type EvaluationContext } from "./base.js";
import { SnapshotError } from "./errors.js";
import { bytesOf } from "./input.js";
import { killBytes } from "./kill.js";
import type { KillMessage } from "./snapshot-types.js";
import { stilled } from "./stilled.js";

/** A ruleset in its binary form, as `vexil compile` writes it. */
export type RulesetInput = Uint8Array | ArrayBuffer;

/** Evaluates the flags and services of one environment. Made by `createEngine`. */
export class Engine extends BaseEngine {
  /** @internal */
  constructor(artifact: Artifact, input: RulesetInput, options: EngineOptions = {}) {
    super(artifact, rulesetOf(input), options);
  }

  /**
   * A reusable context: its attributes cross into WebAssembly once. It keeps a copy of them, so what
   * a getter throws is thrown here.
   */
  context(context: EvaluationContext): Context {
    return new Context(this, stilled(attributesOf(context)));
  }

  /**
   * Replaces the ruleset as a whole. Returns the keys of all flags whose answer could differ.
   *
   * @throws {SnapshotError} if the ruleset is unusable; the engine then answers as before.
   */
  update(input: RulesetInput): readonly string[] {
    return this.replace(rulesetOf(input));
  }

  /**
   * Applies a kill set that comes by itself. One whose revision is not higher than that of the set
   * in force changes nothing. Returns the keys of all flags whose answer could differ.
   *
   * @throws {SnapshotError} if the message is malformed or of another environment.
   */
  kill(message: KillMessage | string): readonly string[] {
    return this.apply(killBytes(message));
  }
}

/** A context whose attributes cross into WebAssembly once, however many flags are evaluated for it. */
export class Context extends BaseContext<Engine> {}

/** Makes an engine for a ruleset in its binary form. */
export interface CreateEngine {
  /**
   * Makes an engine for a ruleset in its binary form.
   *
   * @throws {SnapshotError} if the ruleset is unusable.
   */
  (input: RulesetInput, options?: EngineOptions): Promise<Engine>;
}

/** `createEngine` of a host, which knows how to have the artifact. */
export function creator(load: () => Artifact | Promise<Artifact>): CreateEngine {
  return async (input, options) => {
    const artifact = load();
    // Where it is there already, the input is read before the caller goes on and can change it.
    return new Engine(artifact instanceof Promise ? await artifact : artifact, input, options);
  };
}

function rulesetOf(input: unknown): Uint8Array {
  const bytes = bytesOf(input);
  if (bytes !== undefined) return bytes;
  const message = "a ruleset is bytes, which `vexil compile` makes of a snapshot; `vexil` itself takes snapshots";
  throw new SnapshotError([{ code: "not-a-ruleset", severity: "fatal", path: "", message }]);
}
