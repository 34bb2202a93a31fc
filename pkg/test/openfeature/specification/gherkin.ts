/** Scenarios of Gherkin, and what runs them step by step. */

import { readFileSync } from "node:fs";
import { basename } from "node:path";

import { CucumberExpression, type Expression, ParameterType, ParameterTypeRegistry } from "@cucumber/cucumber-expressions";
import { AstBuilder, compile, GherkinClassicTokenMatcher, Parser } from "@cucumber/gherkin";
import { IdGenerator } from "@cucumber/messages";

/** One scenario, or one line of the examples of an outline. */
export interface Scenario {
  readonly feature: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly steps: readonly Step[];
}

export interface Step {
  readonly text: string;
  /** The rows of a table that belongs to the step. */
  readonly table: readonly (readonly string[])[];
}

/** What a step does in a world, given the parameters in its text. */
export type Action<W> = (world: W, ...parameters: never[]) => unknown;

/** That a scenario ended at a step. */
export class StepFailure extends Error {
  override readonly name = "StepFailure";

  constructor(
    readonly step: string,
    readonly reason: string,
    cause: unknown,
  ) {
    super(`${step}\n${reason}`, { cause });
  }
}

/** The scenarios of a file, outlines written out. */
export function scenariosOf(path: string): Scenario[] {
  const newId = IdGenerator.incrementing();
  const parser = new Parser(new AstBuilder(newId), new GherkinClassicTokenMatcher());
  const document = parser.parse(readFileSync(path, "utf8"));
  return compile(document, basename(path), newId).map(({ uri, name, tags, steps }) => ({
    feature: uri,
    name,
    tags: tags.map((tag) => tag.name),
    steps: steps.map(({ text, argument }) => ({
      text,
      table: argument?.dataTable?.rows.map(({ cells }) => cells.map(({ value }) => value)) ?? [],
    })),
  }));
}

/** What `{type}` stands for: the types of flags. */
const TYPES = ["[Bb]oolean", "[Ss]tring", "[Ii]nteger", "[Ff]loat", "[Oo]bject"];

/** Runs scenarios with the given actions: texts of steps, with `{string}` and the like for their parameters. */
export class Runner<W> {
  readonly #actions: readonly { readonly expression: Expression; readonly action: Action<W> }[];

  constructor(actions: { readonly [text: string]: Action<W> }) {
    const types = new ParameterTypeRegistry();
    types.defineParameterType(new ParameterType("type", TYPES, String, (text) => text.toLowerCase()));
    this.#actions = Object.entries(actions).map(([text, action]) => ({ expression: new CucumberExpression(text, types), action }));
  }

  /** @throws {StepFailure} at the first step that fails, or that there is no action for. */
  async run({ steps }: Scenario, world: W): Promise<void> {
    for (const { text, table } of steps) {
      try {
        await this.#perform(text, table, world);
      } catch (error) {
        throw new StepFailure(text, error instanceof Error ? error.message : String(error), error);
      }
    }
  }

  #perform(text: string, table: Step["table"], world: W): unknown {
    const matches = this.#actions.flatMap(({ expression, action }) => {
      const parameters = expression.match(text);
      return parameters ? [{ action, parameters: parameters.map((parameter) => parameter.getValue(null)) }] : [];
    });
    const [match, other] = matches;
    if (match === undefined || other !== undefined) throw new Error(`${matches.length} actions for this step`);
    return match.action(world, ...([...match.parameters, table] as never[]));
  }
}
