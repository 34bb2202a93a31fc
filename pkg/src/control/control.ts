/** Control and analysis over the WebAssembly artifact: every question is asked by its name, JSON in and JSON out. */

import type { BaseEngine, EvaluationContext } from "../engine/base.js";
import type { Diagnostic } from "../engine/errors.js";
import { bytesOf } from "../engine/input.js";
import type { AttributeDeclarations } from "../engine/snapshot-types.js";
import { answerOf, type ControlArtifact } from "./artifact.js";
import { ask } from "./ask.js";
import { seen } from "./context.js";
import { InputError } from "./errors.js";
import { Journal } from "./journal.js";
import type { Questions, Verified } from "./types.js";

/** A log: its text, or its bytes in UTF-8. */
export type LogInput = string | Uint8Array | ArrayBuffer;

/** What a log gave back. */
export interface Replayed {
  /** The workspace after the last whole transaction. */
  readonly journal: Journal;
  /** How many bytes of the log, in UTF-8, that is. What follows them was cut: cut it off before more is appended. */
  readonly length: number;
}

type Name = keyof Questions;

/** What a question needs. */
export type Question<N extends Name> = Questions[N]["input"];

/** What a question is answered with. */
export type Answer<N extends Name> = Questions[N]["answer"];

/** What a question needs that is asked of an instant: `now`, which is the host's clock unless it is said. */
export type Timed<N extends Name> = Omit<Question<N>, "now"> & { readonly now?: number };

/** Of how many different problems of contexts is told: names of attributes may be made up without end. */
const MOST_TOLD = 1_000;

/** No handle, as it comes out of wasm. */
const NONE = -1;

/** Everything that `vexil/control` answers. Made by `createControl`. All of it is pure, but for journals. */
export class Control {
  readonly #artifact: ControlArtifact;

  /** @internal */
  constructor(artifact: ControlArtifact) {
    this.#artifact = artifact;
  }

  /** What will come of a plan of delivery under some traffic: the same log, byte by byte, wherever it is asked. */
  simulate(input: Question<"simulate">): Answer<"simulate"> {
    return this.#ask("simulate", input);
  }

  /** A flag of the guide as in a snapshot: the mapping of `vexil import`. */
  guideFlag(input: Question<"guideFlag">): Answer<"guideFlag"> {
    return this.#ask("guideFlag", input);
  }

  /**
   * What browsers get of a snapshot, of which `snapshot` is the text: the flags of the audience `client` and what these
   * reach, with digests in the place of units.
   *
   * @throws {RejectionError} with diagnostics, if the snapshot has errors or browsers would see what reads a private attribute.
   */
  clientSnapshot(input: Question<"clientSnapshot">): Answer<"clientSnapshot"> {
    return this.#ask("clientSnapshot", input);
  }

  /**
   * In what a context does not keep to the `attributes` of a snapshot. Every problem is a warning, whose `path` points into
   * the context, and whose message holds no value of it.
   *
   * @throws {InputError} for what is no declaration, or no context.
   */
  checkContext(attributes: AttributeDeclarations, context: EvaluationContext): readonly Diagnostic[] {
    const isObject = typeof context === "object" && context !== null && !Array.isArray(context);
    if (!isObject) throw new InputError("/context", "a context is an object");
    // What is left out would be taken for no declarations.
    return this.#ask("checkContext", { attributes: attributes ?? null, ...seen(context) });
  }

  /**
   * Checks every context that an engine evaluates one flag or service for, and tells of each problem once, until the function
   * that it returns is called. For development: a check takes longer than many evaluations. Nothing is told of `all`, and
   * nothing after 1,000 different problems.
   *
   * @throws {InputError} for what is no declaration.
   */
  watchContexts(
    engine: Pick<BaseEngine, "observe">,
    attributes: AttributeDeclarations,
    tell: (problem: Diagnostic) => void = ({ code, message }) => console.warn(`vexil: [${code}] ${message}`),
  ): () => void {
    // Declarations that are none shall be noticed here, and not at every evaluation.
    this.checkContext(attributes, {});
    const told = new Set<string>();
    return engine.observe(({ attributes: context }) => {
      for (const problem of this.checkContext(attributes, context)) {
        const name = `${problem.path} ${problem.message}`;
        if (told.has(name) || told.size === MOST_TOLD) continue;
        told.add(name);
        tell(problem);
      }
    });
  }

  /** What an experiment says, and what it does not. */
  analyze(input: Question<"analyze">): Answer<"analyze"> {
    return this.#ask("analyze", input);
  }

  /** How many units an experiment needs, or what it could find. */
  power(input: Question<"power">): Answer<"power"> {
    return this.#ask("power", input);
  }

  /** The default plan of canary deployments. */
  canaryPlan(): Answer<"canaryPlan"> {
    return this.#ask("canaryPlan", {});
  }

  /** The tests of a plan, with their parts of its error probability. */
  planTests(input: Question<"planTests">): Answer<"planTests"> {
    return this.#ask("planTests", input);
  }

  /** What a plan will do, before it starts: to a healthy canary, and to a changed one. */
  characteristics(input: Question<"characteristics">): Answer<"characteristics"> {
    return this.#ask("characteristics", input);
  }

  /** Whether the stage of a plan that goes on may go on. */
  judge(input: Timed<"judge">): Answer<"judge"> {
    return this.#timed("judge", input);
  }

  /** What one guardrail is judged by. */
  seen(input: Timed<"seen">): Answer<"seen"> {
    return this.#timed("seen", input);
  }

  /** What one guardrail says of data. */
  judgeGuardrail(input: Question<"judgeGuardrail">): Answer<"judgeGuardrail"> {
    return this.#ask("judgeGuardrail", input);
  }

  /** A store without observations. */
  observations(input: Question<"observations">): Answer<"observations"> {
    return this.#ask("observations", input);
  }

  /** A store with what hosts have seen since: all of it, or nothing. */
  observe(input: Question<"observe">): Answer<"observe"> {
    return this.#ask("observe", input);
  }

  /** A store with observations as they came. */
  record(input: Question<"record">): Answer<"record"> {
    return this.#ask("record", input);
  }

  /** What several stores have seen, as one: the same bits in any order. */
  merge(input: Question<"merge">): Answer<"merge"> {
    return this.#ask("merge", input);
  }

  /** A store without the slots that are older than a span; totals stay. */
  forget(input: Timed<"forget">): Answer<"forget"> {
    return this.#timed("forget", input);
  }

  /** What a host has to find out so that a span is known. */
  queries(input: Timed<"queries">): Answer<"queries"> {
    return this.#timed("queries", input);
  }

  /** What a window says of a metric in an arm. */
  summary(input: Timed<"summary">): Answer<"summary"> {
    return this.#timed("summary", input);
  }

  /** Which way a metric moves. */
  trend(input: Timed<"trend">): Answer<"trend"> {
    return this.#timed("trend", input);
  }

  /** How an arm differs from another one, by one look; null where either was not observed. */
  compare(input: Timed<"compare">): Answer<"compare"> {
    return this.#timed("compare", input);
  }

  /** What some observations leave of a kind of metric. */
  measure(input: Question<"measure">): Answer<"measure"> {
    return this.#ask("measure", input);
  }

  /** What several hosts have seen, as one. */
  mergeMeasures(input: Question<"mergeMeasures">): Answer<"mergeMeasures"> {
    return this.#ask("mergeMeasures", input);
  }

  /** A counter of different units with some more. */
  countUnits(input: Question<"countUnits">): Answer<"countUnits"> {
    return this.#ask("countUnits", input);
  }

  /** What several counters have seen, as one. */
  mergeUnits(input: Question<"mergeUnits">): Answer<"mergeUnits"> {
    return this.#ask("mergeUnits", input);
  }

  /** Counters of different units by slots of time, with some more. */
  countUnitsAt(input: Question<"countUnitsAt">): Answer<"countUnitsAt"> {
    return this.#ask("countUnitsAt", input);
  }

  /** What several hosts have counted, as one. */
  mergeUnitWindows(input: Question<"mergeUnitWindows">): Answer<"mergeUnitWindows"> {
    return this.#ask("mergeUnitWindows", input);
  }

  /** How many of those who could use something did. */
  adoption(input: Question<"adoption">): Answer<"adoption"> {
    return this.#ask("adoption", input);
  }

  /** The same over a span. */
  adoptionInWindow(input: Timed<"adoptionInWindow">): Answer<"adoptionInWindow"> {
    return this.#timed("adoptionInWindow", input);
  }

  /** Looks at rules of alerts: how they stand, what someone should hear of, and when to look again. */
  watch(input: Timed<"watch">): Answer<"watch"> {
    return this.#timed("watch", input);
  }

  /** How well something does, and what to do about it. */
  health(input: Timed<"health">): Answer<"health"> {
    return this.#timed("health", input);
  }

  /** What follows for a circuit breaker. */
  breaker(input: Timed<"breaker">): Answer<"breaker"> {
    return this.#timed("breaker", input);
  }

  /** What a circuit breaker leaves of an exposure, in parts per million. */
  breakerExposure(input: Question<"breakerExposure">): Answer<"breakerExposure"> {
    return this.#ask("breakerExposure", input);
  }

  /** Everything that a dashboard shows, as data. */
  report(input: Timed<"report">): Answer<"report"> {
    return this.#timed("report", input);
  }

  /** The metrics of a report as CSV (RFC 4180). */
  reportCsv(input: Timed<"reportCsv">): Answer<"reportCsv"> {
    return this.#timed("reportCsv", input);
  }

  /** A report in the text format of Prometheus, version 0.0.4; all names begin with `prefix`, which is `vexil` unless it is said. */
  reportPrometheus(input: Timed<"report">, prefix?: string): string {
    const report = { ...input, now: input.now ?? Date.now() };
    return this.#ask("reportPrometheus", prefix === undefined ? { report } : { report, prefix });
  }

  /** A journal without a past. */
  begin(): Journal {
    return this.#journal(this.#artifact.exports.begin());
  }

  /**
   * Reads a log back, up to its last whole transaction.
   *
   * @throws {DamageError} if a line other than the last is not what was written.
   */
  replay(log: LogInput): Replayed {
    this.#artifact.send(logOf(log));
    const { handle, length } = answerOf<{ handle: number | null; length: number }>(this.#artifact, this.#artifact.exports.replay());
    return { journal: this.#journal(handle ?? NONE), length };
  }

  /**
   * Checks the chain of a log, without keeping anything of it.
   *
   * @throws {DamageError} if a line other than the last is not what was written.
   */
  verify(log: LogInput): Verified {
    this.#artifact.send(logOf(log));
    return answerOf(this.#artifact, this.#artifact.exports.verify());
  }

  #journal(handle: number): Journal {
    if (handle === NONE) throw new Error("vexil: 4,096 journals are alive; dispose of some");
    return new Journal(this.#artifact, handle);
  }

  /** What JSON makes of `now` is left to the question that is asked. */
  #timed<N extends Name>(name: N, input: Timed<N>): Answer<N> {
    return this.#ask(name, { ...input, now: input.now ?? Date.now() });
  }

  #ask<N extends Name>(name: N, input: object): Answer<N> {
    return ask(this.#artifact, name, input);
  }
}

/** Makes control. */
export interface CreateControl {
  /** Loads the WebAssembly, once for all. */
  (): Promise<Control>;
}

/** `createControl` of a host, which knows how to have the artifact. */
export function creator(load: () => ControlArtifact | Promise<ControlArtifact>): CreateControl {
  return async () => new Control(await load());
}

function logOf(log: LogInput): string | Uint8Array {
  const known = typeof log === "string" ? log : bytesOf(log);
  if (known === undefined) throw new InputError("", "a log is a text, or its bytes");
  return known;
}
