/** The two SDKs as one, so that what holds for both providers is tested once. */

import * as server from "@openfeature/server-sdk";
import * as web from "@openfeature/web-sdk";

import { VexilProvider } from "../../src/openfeature-server.js";
import { VexilWebProvider, type WebProviderOptions } from "../../src/openfeature-web.js";

export type Kind = "boolean" | "string" | "number" | "object";
export type Context = server.EvaluationContext;
export type Found = server.EvaluationDetails<server.JsonValue>;
export type SomeHook = server.Hook & web.Hook;
export type SomeEvent = "PROVIDER_READY" | "PROVIDER_STALE" | "PROVIDER_ERROR" | "PROVIDER_CONFIGURATION_CHANGED";

/** Where a context can be set, from the weakest on. A page has one context, that of the API. */
export type Level = "API" | "Transaction" | "Client" | "Invocation" | "Before Hooks";

/** An SDK with a provider of ours. */
export interface Side {
  readonly name: "server" | "web";
  /** Sets a provider; resolves when the SDK knows whether it is ready, and with what went wrong if it is not. */
  set(options: WebProviderOptions): Promise<unknown>;
  /** The provider that was set last. */
  readonly provider: VexilProvider | VexilWebProvider;
  readonly status: string;
  /** Sets what is known at the level of the API. */
  setContext(context: Context): Promise<void>;
  /** Adds to what is known at a level. */
  addContext(level: Level, context: Context): Promise<void>;
  /** Evaluates a flag; where calls have no contexts, the one that is given is set before. */
  details(kind: Kind, key: string, fallback: server.JsonValue, context?: Context, hooks?: SomeHook[]): Promise<Found>;
  track(name: string, context: Context, details?: server.TrackingEventDetails): Promise<void>;
  addHook(hook: SomeHook): void;
  /** Has the events of the provider that is set. */
  on(event: SomeEvent, handler: (details: { readonly [name: string]: unknown }) => void): void;
  /** Sets everything back, which closes the provider. */
  reset(): Promise<void>;
}

/** The names of the methods of clients, which are the same in both SDKs. */
const METHODS = {
  boolean: "getBooleanDetails",
  string: "getStringDetails",
  number: "getNumberDetails",
  object: "getObjectDetails",
} as const;

/** The SDKs report on the console what tests look at by themselves. */
const SILENT = { error() {}, warn() {}, info() {}, debug() {} };
server.OpenFeature.setLogger(SILENT);
web.OpenFeature.setLogger(SILENT);
server.OpenFeature.setTransactionContextPropagator(new server.AsyncLocalStorageTransactionContextPropagator());

class ServerSide implements Side {
  readonly name = "server";
  readonly #client = server.OpenFeature.getClient();
  #transaction: Context = {};
  #invocation: Context = {};
  provider!: VexilProvider;

  set(options: WebProviderOptions): Promise<unknown> {
    this.provider = new VexilProvider(options);
    return server.OpenFeature.setProviderAndWait(this.provider).catch((error: unknown) => error);
  }

  get status(): string {
    return this.#client.providerStatus;
  }

  async setContext(context: Context): Promise<void> {
    server.OpenFeature.setContext(context);
  }

  async addContext(level: Level, context: Context): Promise<void> {
    if (level === "API") server.OpenFeature.setContext({ ...server.OpenFeature.getContext(), ...context });
    else if (level === "Transaction") Object.assign(this.#transaction, context);
    else if (level === "Client") this.#client.setContext({ ...this.#client.getContext(), ...context });
    else if (level === "Invocation") Object.assign(this.#invocation, context);
    else this.#client.addHooks({ before: () => context });
  }

  details(kind: Kind, key: string, fallback: server.JsonValue, context?: Context, hooks: SomeHook[] = []): Promise<Found> {
    const evaluate = this.#client[METHODS[kind]] as (...args: unknown[]) => Promise<Found>;
    const call = (): Promise<Found> => evaluate.call(this.#client, key, fallback, { ...this.#invocation, ...context }, { hooks });
    return new Promise((resolve) => server.OpenFeature.setTransactionContext(this.#transaction, () => resolve(call())));
  }

  async track(name: string, context: Context, details?: server.TrackingEventDetails): Promise<void> {
    this.#client.track(name, context, details);
  }

  addHook(hook: SomeHook): void {
    this.#client.addHooks(hook);
  }

  on(event: SomeEvent, handler: (details: { readonly [name: string]: unknown }) => void): void {
    this.#client.addHandler(event as server.ProviderEvents, (details) => handler(details ?? {}));
  }

  async reset(): Promise<void> {
    for (const event of Object.values(server.ProviderEvents)) {
      for (const handler of this.#client.getHandlers(event)) this.#client.removeHandler(event, handler);
    }
    this.#client.clearHooks();
    this.#client.setContext({});
    this.#transaction = {};
    this.#invocation = {};
    server.OpenFeature.setContext({});
    await server.OpenFeature.clearProviders();
  }
}

class WebSide implements Side {
  readonly name = "web";
  readonly #client = web.OpenFeature.getClient();
  provider!: VexilWebProvider;

  set(options: WebProviderOptions): Promise<unknown> {
    this.provider = new VexilWebProvider(options);
    return web.OpenFeature.setProviderAndWait(this.provider).catch((error: unknown) => error);
  }

  get status(): string {
    return this.#client.providerStatus;
  }

  async setContext(context: Context): Promise<void> {
    await web.OpenFeature.setContext(context);
  }

  async addContext(level: Level, context: Context): Promise<void> {
    if (level !== "API") throw new Error(`a page has no context of the level ${level}`);
    await web.OpenFeature.setContext({ ...web.OpenFeature.getContext(), ...context });
  }

  async details(kind: Kind, key: string, fallback: server.JsonValue, context?: Context, hooks: SomeHook[] = []): Promise<Found> {
    if (context !== undefined) await this.setContext(context);
    const evaluate = this.#client[METHODS[kind]] as (...args: unknown[]) => Found;
    return evaluate.call(this.#client, key, fallback, { hooks });
  }

  async track(name: string, context: Context, details?: server.TrackingEventDetails): Promise<void> {
    await this.setContext(context);
    this.#client.track(name, details);
  }

  addHook(hook: SomeHook): void {
    this.#client.addHooks(hook);
  }

  on(event: SomeEvent, handler: (details: { readonly [name: string]: unknown }) => void): void {
    this.#client.addHandler(event as never, (details) => handler(details ?? {}));
  }

  async reset(): Promise<void> {
    for (const event of Object.values(web.ProviderEvents)) {
      for (const handler of this.#client.getHandlers(event)) this.#client.removeHandler(event, handler);
    }
    this.#client.clearHooks();
    await web.OpenFeature.clearProviders();
    await web.OpenFeature.clearContexts();
  }
}

export const SIDES: readonly Side[] = [new ServerSide(), new WebSide()];
