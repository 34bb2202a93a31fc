/**
 * Functions behind a flag: one is called where the flag is on, the other one everywhere else.
 *
 * An engine of any artifact is asked, and none is brought along.
 */

import type { BaseContext, BaseEngine, EvaluationContext } from "./engine/base.js";

/** What says for any context whether a flag is on: an engine. */
export type Evaluator = Pick<BaseEngine, "boolean">;

/** What says it for the one that it has: `context` of an engine, or in a page what `hydrate` makes. */
export type Answers = Pick<BaseContext, "boolean">;

/** What is asked, or what finds it at each call. While there is none, nothing is on. */
export type Given<T extends Evaluator | Answers> = T | (() => T | null | undefined);

/** Any function. */
export type Callable = (...args: never) => unknown;

type Arguments<F extends Callable> = F extends (...args: infer A) => unknown ? A : never;

/** Where nothing is to be given TypeScript lets anything pass, such as a promise. Here it must not. */
type Result<F extends Callable> = F extends (...args: never) => infer R ? (void extends R ? R | undefined : R) : never;

/** What can stand in for a function: it takes and gives the same, and is asynchronous if that is. */
export type Fallback<F extends Callable, This = ThisParameterType<F>> = (this: This, ...args: Arguments<F>) => Result<F>;

/** Whom a flag is evaluated for: always the same, or made of what the function is called with. */
export type ContextOf<F extends Callable, This = ThisParameterType<F>> =
  | EvaluationContext
  | ((this: This, ...args: Arguments<F>) => EvaluationContext | undefined);

interface Asking<Context> {
  /** Whom the flag is evaluated for. */
  readonly context?: Context | undefined;
  /**
   * Told what was thrown by the function that makes the context, or by that which finds the engine, and of what is no
   * context: then `off` is called. What this one throws is ignored.
   */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** How a function is wrapped. */
export interface WrapOptions<F extends Callable> extends Asking<ContextOf<F>> {
  /** Called where the flag is on. */
  readonly on: F;
  /** Called everywhere else: also for an unknown flag, and without an engine. */
  readonly off: Fallback<F>;
}

/** How a method is wrapped. */
export interface BehindOptions<Off, Context> extends Asking<Context> {
  /** Called where the flag is not on: a function, or another method of the class by its name. */
  readonly off: Off;
}

/** A standard decorator, for methods that the fallback and the context fit. */
export type BehindDecorator<Off, Context> = <This, On extends (this: This, ...args: never) => unknown>(
  method: [Off extends keyof This ? This[Off] : Off, Context] extends [Fallback<On, This>, ContextOf<On, This>] ? On : never,
  decoration: ClassMethodDecoratorContext<This>,
) => On;

/**
 * A function that calls `on` where a flag is on, and `off` everywhere else, with its own `this` and arguments. The flag
 * is evaluated once for each call. What the one that is called gives or throws comes through as it is: where `on` fails,
 * `off` is not called, for `on` may have done something.
 *
 * @throws {TypeError} if there are not both of them, for what is no engine, and for a key that is no string.
 */
export function wrap<F extends Callable>(engine: Given<Evaluator>, flagKey: string, options: WrapOptions<F>): F;
export function wrap<F extends Callable>(
  answers: Given<Answers>,
  flagKey: string,
  options: Omit<WrapOptions<F>, "context">,
): F;
export function wrap<F extends Callable>(given: Given<Evaluator | Answers>, flagKey: string, options: WrapOptions<F>): F {
  const { on, off } = options ?? {};
  if (typeof on !== "function" || typeof off !== "function") {
    throw new TypeError("vexil: wrap needs two functions, `on` and `off`");
  }
  if (typeof flagKey !== "string") throw new TypeError("vexil: the key of a flag is a string");
  // A promise of an engine, above all, would never be on.
  const isMissing = given === undefined || given === null;
  if (!isMissing && typeof given !== "function" && typeof given.boolean !== "function") {
    throw new TypeError("vexil: wrap needs an engine, or a function that finds it");
  }
  function wrapped(this: unknown, ...args: readonly unknown[]): unknown {
    return Reflect.apply(isOn(given, flagKey, options, this, args) ? on : off, this, args);
  }
  for (const property of ["name", "length"] as const) {
    Object.defineProperty(wrapped, property, { value: on[property], configurable: true });
  }
  return wrapped as unknown as F;
}

/**
 * The same as a decorator of methods, also of static and private ones. It is a standard decorator, and none of
 * TypeScript's `experimentalDecorators`.
 *
 * @throws {TypeError} on what is no method; and, once there is an instance, if the class has no method named `off`.
 */
export function behind<Off extends Callable | PropertyKey>(
  answers: Given<Answers>,
  flagKey: string,
  options: Omit<BehindOptions<Off, never>, "context">,
): BehindDecorator<Off, EvaluationContext>;
export function behind<Off extends Callable>(
  engine: Given<Evaluator>,
  flagKey: string,
  options: BehindOptions<Off, ContextOf<Off>>,
): BehindDecorator<Off, EvaluationContext>;
export function behind<Off extends PropertyKey, Context extends ContextOf<Callable, never> = EvaluationContext>(
  engine: Given<Evaluator>,
  flagKey: string,
  options: BehindOptions<Off, Context>,
): BehindDecorator<Off, Context>;
export function behind(
  given: Given<Evaluator | Answers>,
  flagKey: string,
  options: BehindOptions<Callable | PropertyKey, ContextOf<Callable>>,
): (method: Callable, decoration: ClassMethodDecoratorContext) => Callable {
  // Without brackets it is given a method in the place of an engine.
  if (typeof flagKey !== "string" || options?.off === undefined) {
    throw new TypeError("vexil: write @behind(engine, flagKey, { off })");
  }
  return (method, decoration) => {
    checkMethod(decoration);
    const off = fallbackOf(options.off, decoration);
    return wrap(given as Given<Evaluator>, flagKey, { ...options, on: method, off });
  };
}

/** Whatever goes wrong on the way to an answer, the flag is not on. */
function isOn(
  given: Given<Evaluator | Answers>,
  flagKey: string,
  { context, onError }: Asking<unknown>,
  self: unknown,
  args: readonly unknown[],
): boolean {
  try {
    const engine = typeof given === "function" ? given() : given;
    if (engine === undefined || engine === null) return false;
    const about: unknown = typeof context === "function" ? Reflect.apply(context, self, args) : context;
    if (!isContext(about)) throw new TypeError("vexil: a context is an object, and no promise of one");
    // Answers take the second argument for the fallback: like the third it is not true.
    return (engine as Evaluator).boolean(flagKey, about as EvaluationContext | undefined, false) === true;
  } catch (error) {
    report(onError, error);
    return false;
  }
}

/** An engine takes what is no context for an empty one, which a flag can be on for. */
function isContext(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === "object" && typeof (value as { readonly then?: unknown }).then !== "function";
}

function report(onError: Asking<unknown>["onError"], error: unknown): void {
  try {
    onError?.(error);
  } catch {
    // Who hears of errors must not make more of them.
  }
}

/** TypeScript's own decorators are given a key there, or nothing. */
function checkMethod(decoration: DecoratorContext | string | symbol | undefined): void {
  if (typeof decoration !== "object") {
    throw new TypeError("vexil: @behind is a standard decorator: compile without `experimentalDecorators`");
  }
  const { kind } = decoration;
  if (kind !== "method") throw new TypeError(`vexil: @behind is for methods, and not for a ${kind}: move what it does into one`);
}

/** Finds a method by its name only when it is called: a subclass may have one of its own. */
function fallbackOf(off: Callable | PropertyKey, decoration: ClassMethodDecoratorContext): Callable {
  if (typeof off === "function") return off;
  const methodOf = (self: unknown): unknown => (self as { readonly [key: PropertyKey]: unknown })[off];
  if (off === decoration.name) throw new TypeError(`vexil: \`${String(off)}\` cannot be its own fallback`);
  // That there is none is to be seen before the flag is turned off.
  decoration.addInitializer(function () {
    if (typeof methodOf(this) === "function") return;
    throw new TypeError(`vexil: the class has no method \`${String(off)}\` for @behind to call`);
  });
  return function (this: unknown, ...args: never): unknown {
    return Reflect.apply(methodOf(this) as Callable, this, args);
  };
}
