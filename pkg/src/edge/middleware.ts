/** Sends every request to the track that the snapshot gives its visitor, and counts how the tracks do. */

import type { Route } from "../engine/answers.js";
import type { EvaluationContext } from "../engine/base.js";
import { isPromise, within } from "./awaited.js";
import { type BatchOptions, type Problem, Recorder, type Sink, type WaitUntil } from "./batches.js";
import { requestContext } from "./context.js";
import { withCookie } from "./cookies.js";
import { answered, type Ask, askerOf, attempt, discard, type Origin, type Outcome, type Passed } from "./forward.js";
import type { RowKey } from "./metrics.js";
import { type CookieForm, cookieForm, type CookieOptions, type Visitor, visitorIn } from "./visitor.js";

/** What decides: an engine of `vexil` or of `vexil/slim`. */
export interface Router {
  route(service: string, context?: EvaluationContext): Route;
}

/** When `stable` answers instead of a track that failed. Requests with a body are never sent twice: it is gone. */
export interface FallbackPolicy {
  /** By default `GET`, `HEAD` and `OPTIONS`: what may be asked twice without harm. */
  readonly methods?: readonly string[];
  /** Statuses that count as not answered, such as 502, 503 and 504; by default none. */
  readonly statuses?: readonly number[];
}

/** What tests replace. */
export interface Host {
  readonly fetch: typeof fetch;
  /** Milliseconds since the epoch, with fractions where the platform has them. */
  readonly now: () => number;
  /** 16 to 128 letters, digits, hyphens or underscores. */
  readonly randomId: () => string;
  /**
   * When `fetch` decodes a compressed body and leaves the headers as they are: `always`, as in Node and Bun; if it was `asked`
   * for that coding, as in Deno; `never`, as on Cloudflare, where a body is only decoded for who reads it.
   */
  readonly decodes: "always" | "asked" | "never";
}

/** How requests are routed. */
export interface MiddlewareOptions {
  /** The service in the snapshot. */
  readonly service: string;
  /** The engine, or how to have it. As long as there is none, `stable` answers. */
  readonly engine: Router | PromiseLike<Router> | (() => Router | PromiseLike<Router | undefined> | undefined);
  /** Where each track of the service runs. */
  readonly origins: { readonly stable: Origin; readonly [track: string]: Origin };
  /** Attributes of your own, for the rules of the service; see `requestContext`. */
  readonly attributes?: (request: Request, visitor: string) => EvaluationContext | PromiseLike<EvaluationContext> | undefined;
  /** The visitor's cookie. */
  readonly cookie?: CookieOptions;
  /** The response header that says which track answered; by default `x-vexil-track`. False for none. */
  readonly header?: string | false;
  /** How long to wait for an engine or attributes that are not there yet, in milliseconds; by default 50. */
  readonly wait?: number;
  /** How long an origin may take until its response begins, in milliseconds by track; by default as long as it likes. */
  readonly timeouts?: { readonly [track: string]: number };
  /** When `stable` answers for another track. False for never. */
  readonly fallback?: FallbackPolicy | false;
  /** Whether a response counts as an error; by default those with a status of 500 and more. */
  readonly isError?: (response: Response, request: Request) => boolean;
  /** Takes what was counted. Without it nothing is. */
  readonly sink?: Sink;
  /** When the sink is given something. */
  readonly batch?: BatchOptions;
  /** Hears of what goes wrong without the visitor noticing. */
  readonly onProblem?: (problem: Problem, error: unknown) => void;
  readonly host?: Partial<Host>;
}

/** Answers requests. */
export interface Middleware {
  /** Never rejects. `context` is what the platform gives beside the request, if that has `waitUntil`. */
  (request: Request, context?: WaitUntil): Promise<Response>;
  /** Gives the sink all that was counted, such as before the end of a process. Never rejects. */
  flush(): Promise<void>;
}

/** Where requests go that nothing sends elsewhere. */
const STABLE = "stable";

/** Which track a request goes to, and why: the row that it is counted in. */
type Choice = RowKey;

/** A promise of an engine, and what it gave so far. */
interface Promised {
  readonly promise: PromiseLike<Router | undefined>;
  engine?: Router | undefined;
}

const NO_CHOICE: Choice = { track: STABLE, version: null, chosenBy: "default" };
const FELL_BACK: Choice = { track: STABLE, version: null, chosenBy: "fallback" };

/**
 * Makes a middleware.
 *
 * @throws {TypeError} if the options cannot be meant.
 */
export function createMiddleware(options: MiddlewareOptions): Middleware {
  const router = new TrackRouter(options);
  const handle = (request: Request, context?: WaitUntil): Promise<Response> => router.handle(request, context);
  return Object.assign(handle, { flush: () => router.flush() });
}

class TrackRouter {
  readonly #options: MiddlewareOptions;
  readonly #cookie: CookieForm;
  readonly #header: string | undefined;
  readonly #origins: ReadonlyMap<string, Ask>;
  readonly #fallback: { readonly methods: ReadonlySet<string>; readonly statuses: ReadonlySet<number> };
  readonly #timeouts: ReadonlyMap<string, number>;
  readonly #wait: number;
  readonly #host: Host;
  readonly #recorder: Recorder | undefined;
  /** The last promise of an engine, and what it gave, so that it is awaited once. */
  #promised: Promised | undefined;

  constructor(options: MiddlewareOptions) {
    const { origins, header = "x-vexil-track", fallback = {}, wait = 50, sink, service } = options;
    this.#options = options;
    this.#cookie = cookieForm(options.cookie);
    this.#header = header === false ? undefined : header;
    // It throws for what cannot be the name of a header.
    if (header !== false) new Headers([[header, ""]]);
    this.#host = { ...PLATFORM, ...options.host };
    this.#origins = new Map(Object.entries(origins).map(([track, origin]) => [track, askerOf(track, origin, this.#host)]));
    if (!this.#origins.has(STABLE)) throw new TypeError(`vexil: \`origins\` lacks \`${STABLE}\``);
    const { methods = ["GET", "HEAD", "OPTIONS"], statuses = [] } = fallback === false ? { methods: [] } : fallback;
    this.#fallback = { methods: new Set(methods), statuses: new Set(statuses) };
    this.#timeouts = new Map(Object.entries(options.timeouts ?? {}));
    this.#wait = wait;
    this.#recorder = sink && new Recorder(service, sink, options.batch ?? {}, this.#host, (...problem) => this.#report(...problem));
  }

  async handle(request: Request, context: WaitUntil | undefined): Promise<Response> {
    const cookies = request.headers.get("cookie") ?? "";
    const visitor = visitorIn(cookies, this.#cookie, this.#host.randomId);
    const choice = await this.#choose(request, visitor.id);
    const response = await this.#answer({ original: request, headers: this.#headersOf(request, cookies, visitor) }, choice, visitor);
    this.#recorder?.handOverIfDue(context);
    return response;
  }

  async flush(): Promise<void> {
    await this.#recorder?.handOver();
  }

  /** The headers that an origin gets. It knows the visitor also where the visitor is new. */
  #headersOf(request: Request, cookies: string, visitor: Visitor): Headers {
    if (visitor.setCookie === undefined) return request.headers;
    const headers = new Headers(request.headers);
    headers.set("cookie", withCookie(cookies, this.#cookie.name, visitor.id));
    return headers;
  }

  async #choose(request: Request, visitor: string): Promise<Choice> {
    // Most are there already. What is not is waited for at the same time.
    const [found, engine] = [this.#attributesOf(request, visitor), this.#engine()];
    const attributes = isPromise(found) ? await found : found;
    const router = isPromise(engine) ? await engine : engine;
    if (router === undefined) return NO_CHOICE;
    try {
      const route = router.route(this.#options.service, requestContext(request, { visitor, attributes }));
      if (route.errorCode !== undefined) this.#problem("route", new Error(`vexil: ${route.errorMessage ?? route.errorCode}`));
      const choice = choiceOf(route);
      if (this.#origins.has(choice.track)) return choice;
      this.#problem("origin", new Error(`vexil: the track \`${choice.track}\` has no origin`));
    } catch (error) {
      this.#problem("engine", error);
    }
    return NO_CHOICE;
  }

  #attributesOf(request: Request, visitor: string): EvaluationContext | undefined | Promise<EvaluationContext | undefined> {
    try {
      const given = this.#options.attributes?.(request, visitor);
      return isPromise(given) ? this.#inTime("attributes", given) : given;
    } catch (error) {
      this.#problem("attributes", error);
      return undefined;
    }
  }

  #engine(): Router | undefined | Promise<Router | undefined> {
    try {
      const { engine } = this.#options;
      const given = typeof engine === "function" ? engine() : engine;
      if (given === undefined) this.#problem("engine", new Error("vexil: there is no engine yet"));
      return isPromise(given) ? this.#promisedEngine(given) : given;
    } catch (error) {
      this.#problem("engine", error);
      return undefined;
    }
  }

  #promisedEngine(promise: PromiseLike<Router | undefined>): Router | Promise<Router | undefined> {
    if (this.#promised?.promise !== promise) {
      const promised: Promised = (this.#promised = { promise });
      promise.then(
        (engine) => void (promised.engine = engine),
        () => {},
      );
    }
    return this.#promised.engine ?? this.#inTime("engine", promise);
  }

  /** What a promise gives, if it does so soon. */
  async #inTime<T>(problem: "engine" | "attributes", promise: PromiseLike<T>): Promise<T | undefined> {
    try {
      const value = await within(promise, this.#wait);
      if (value === undefined && problem === "engine") this.#problem(problem, new Error("vexil: there is no engine yet"));
      return value;
    } catch (error) {
      this.#problem(problem, error);
      return undefined;
    }
  }

  /** Asks the track that was chosen, and `stable` where that fails and asking twice does no harm. */
  async #answer(passed: Passed, choice: Choice, visitor: Visitor): Promise<Response> {
    const first = await this.#ask(passed, choice);
    if (!this.#fallsBack(passed.original, choice, first)) return this.#respond(first, choice, visitor);
    if (first.kind === "response") discard(first.response);
    this.#recorder?.row(choice).fellBack();
    return this.#respond(await this.#ask(passed, FELL_BACK), FELL_BACK, visitor);
  }

  async #ask(passed: Passed, choice: Choice): Promise<Outcome> {
    const { now } = this.#host;
    const ask = this.#origins.get(choice.track) as Ask;
    const start = now();
    const outcome = await attempt(ask, passed, this.#timeouts.get(choice.track));
    this.#record(passed.original, choice, outcome, now() - start);
    return outcome;
  }

  #record(request: Request, choice: Choice, outcome: Outcome, ms: number): void {
    if (this.#recorder === undefined) return;
    if (choice !== FELL_BACK) this.#recorder.request();
    const row = this.#recorder.row(choice);
    if (outcome.kind === "response") row.answered(outcome.response.status, this.#isError(outcome.response, request), ms);
    else if (outcome.kind === "aborted") row.aborted();
    else row.failed(outcome.kind);
  }

  #isError(response: Response, request: Request): boolean {
    try {
      const { isError } = this.#options;
      if (isError !== undefined) return isError(response, request);
    } catch (error) {
      this.#problem("isError", error);
    }
    return response.status >= 500;
  }

  #fallsBack(request: Request, choice: Choice, outcome: Outcome): boolean {
    const { methods, statuses } = this.#fallback;
    if (choice.track === STABLE || !methods.has(request.method) || request.body) return false;
    return outcome.kind === "response" ? statuses.has(outcome.response.status) : outcome.kind !== "aborted";
  }

  #respond(outcome: Outcome, { track }: Choice, { setCookie }: Visitor): Response {
    if (outcome.kind !== "response") return answered(new Response(null, { status: STATUS[outcome.kind] }), undefined, track, setCookie);
    return answered(outcome.response, this.#header, track, setCookie);
  }

  #problem(problem: Exclude<Problem, "sink">, error: unknown): void {
    this.#recorder?.problem(problem);
    this.#report(problem, error);
  }

  #report(problem: Problem, error: unknown): void {
    try {
      this.#options.onProblem?.(problem, error);
    } catch {
      // Who hears of problems must not make more of them.
    }
  }
}

/** What a visitor gets if no origin answered. Nobody is there to read the last. */
const STATUS = { network: 502, timeout: 504, aborted: 499 } as const;

/** Only what the split of the service chose is a fair sample: a split of a rule is for those whom the rule is about. */
function choiceOf({ track, version, reason, rule }: Route): Choice {
  if (rule !== undefined) return { track, version, chosenBy: "rule", rule };
  return { track, version, chosenBy: reason === "SPLIT" ? "split" : "default" };
}

const PLATFORM: Host = {
  fetch: (input, init) => fetch(input, init),
  // Goes on evenly where clocks of the day are set. On Cloudflare it begins with the epoch.
  now: () => performance.timeOrigin + performance.now(),
  randomId: () => crypto.randomUUID(),
  decodes: decodes(globalThis.navigator?.userAgent ?? ""),
};

/** Platforms say who they are, but for old ones. */
function decodes(platform: string): Host["decodes"] {
  if (platform === "Cloudflare-Workers") return "never";
  return platform.startsWith("Deno/") ? "asked" : "always";
}
