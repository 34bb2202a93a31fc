/** The flags of OpenFeature's own suite, from its `test-flags.json` into a snapshot. */

import type { Condition, Flag, JsonValue, Snapshot } from "../../../src/node.js";

/** A flag as the suite writes it. */
interface SuiteFlag {
  readonly variants: { readonly [variant: string]: JsonValue };
  /** Where there is none the caller's default is served. */
  readonly defaultVariant?: string | null;
  readonly disabled?: boolean;
  readonly contextEvaluator?: string;
  readonly flagMetadata?: { readonly [name: string]: string | number | boolean } | null;
}

/** The conditions of the suite, which writes them in an expression language of its own. */
const CONDITIONS: { readonly [expression: string]: { readonly when: Condition; readonly variant: string } } = {
  "email == 'ballmer@macrosoft.com' ? 'zero' : ''": {
    when: { attribute: "email", op: "eq", value: "ballmer@macrosoft.com" },
    variant: "zero",
  },
  "!customer && email == 'ballmer@macrosoft.com' && age > 10 ? 'internal' : ''": {
    when: {
      all: [
        { not: { attribute: "customer", op: "eq", value: true } },
        { attribute: "email", op: "eq", value: "ballmer@macrosoft.com" },
        { attribute: "age", op: "gt", value: 10 },
      ],
    },
    variant: "internal",
  },
};

/** `evaluation.feature` is older than the file of flags, and asks for this one, which is not there any more. */
const CONTEXT_AWARE: Flag = {
  variants: { internal: "INTERNAL", external: "EXTERNAL" },
  offVariant: "external",
  rules: [
    {
      id: "internal",
      when: {
        all: [
          { attribute: "fn", op: "eq", value: "Sulisław" },
          { attribute: "ln", op: "eq", value: "Świętopełk" },
          { attribute: "age", op: "eq", value: 29 },
          { attribute: "customer", op: "eq", value: false },
        ],
      },
      serve: { variant: "internal" },
    },
  ],
  default: { variant: "external" },
};

/** The snapshot, and the flags that cannot be in one: those without a default, which a flag of Vexil must have. */
export function snapshotOf(text: string): { snapshot: Snapshot; left: readonly string[] } {
  const suite = Object.entries(JSON.parse(text) as { [key: string]: SuiteFlag });
  const flags = suite.flatMap(([key, flag]) => {
    const converted = flagOf(flag);
    return converted === undefined ? [] : [[key, converted] as const];
  });
  const keys = new Set(flags.map(([key]) => key));
  return {
    snapshot: { schema: "vexil/1", flags: { ...Object.fromEntries(flags), "context-aware": CONTEXT_AWARE } },
    left: suite.map(([key]) => key).filter((key) => !keys.has(key)),
  };
}

function flagOf({ variants, defaultVariant, disabled, contextEvaluator, flagMetadata }: SuiteFlag): Flag | undefined {
  if (defaultVariant === undefined || defaultVariant === null) return undefined;
  // The suite has no variant for flags that are off. It serves the caller's default then, which is always another
  // value than that of the default variant: so the other one comes closest.
  const offVariant = Object.keys(variants).find((variant) => variant !== defaultVariant) ?? defaultVariant;
  return {
    variants,
    offVariant,
    ...(disabled === true && { state: "disabled" }),
    ...(contextEvaluator !== undefined && { rules: [ruleOf(contextEvaluator)] }),
    default: { variant: defaultVariant },
    ...(flagMetadata && { metadata: flagMetadata }),
  } as Flag;
}

function ruleOf(expression: string): NonNullable<Flag["rules"]>[number] {
  const known = CONDITIONS[expression];
  if (known === undefined) throw new Error(`the suite has a new condition: ${expression}`);
  return { id: "targeted", when: known.when, serve: { variant: known.variant } };
}
