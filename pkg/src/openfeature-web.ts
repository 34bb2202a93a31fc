/** The provider for OpenFeature's SDK of pages, whose context is set beforehand and stays until it is changed. */

import { OpenFeatureEventEmitter, ProviderFatalError } from "@openfeature/web-sdk";
import type { EvaluationContext, JsonValue, Provider, ResolutionDetails } from "@openfeature/web-sdk";

import { type Answering, type Asked, failure, OBJECT, resolutionOf } from "./openfeature/mapping.js";
import { BaseProvider, messageOf, type ProviderOptions } from "./openfeature/provider.js";

export type { EngineSource, FlagEngine, Live } from "./openfeature/engines.js";
export type { Answering } from "./openfeature/mapping.js";
export type { ProviderOptions, TrackingSink } from "./openfeature/provider.js";

/** What a provider for pages is made of. */
export type WebProviderOptions = ProviderOptions & {
  /**
   * Answers for the context that the provider is set with, such as came with the page. The provider is ready at once
   * and gives them until the engine is there or the context changes.
   */
  readonly initial?: Answering;
};

/** Evaluates flags with a Vexil engine, for the context of one domain. */
export class VexilWebProvider extends BaseProvider implements Provider {
  readonly runsOn = "client";
  /** There is one context at a time, so domains with contexts of their own need providers of their own. */
  readonly domainScoped = true;
  readonly #initial: Answering | undefined;
  #context: EvaluationContext = {};
  /** Answers for the context. */
  #visitor: Answering | undefined;
  /** Why the context has no answers although there is an engine. */
  #unreadable: string | undefined;
  /** Settles when the engine is there, if it was not from the start. */
  #opening: Promise<void> | undefined;

  constructor(options: WebProviderOptions) {
    super({ events: new OpenFeatureEventEmitter(), Fatal: ProviderFatalError }, options);
    this.#initial = options.initial;
  }

  initialize(context: EvaluationContext = {}): Promise<void> {
    this.#context = context;
    const opening = this.open();
    if (opening === undefined) return Promise.resolve();
    this.#opening = opening;
    if (this.#initial === undefined) return opening;
    this.#visitor = this.#initial;
    this.emit("ready");
    // What came with the page goes on to be served, so this is an error, and no end.
    opening.catch((error: unknown) => this.emit("error", { message: messageOf(error) }));
    return Promise.resolve();
  }

  onContextChange(_: EvaluationContext, context: EvaluationContext): void | Promise<void> {
    this.#context = context;
    // What came with the page was for another context.
    this.#visitor = undefined;
    if (this.engine === undefined) return this.#opening;
    try {
      this.#look();
      this.remind();
    } catch (error) {
      // The SDK expects no exception here.
      return Promise.reject(error);
    }
  }

  override async onClose(): Promise<void> {
    this.#visitor = this.#opening = undefined;
    await super.onClose();
  }

  resolveBooleanEvaluation(key: string, fallback: boolean): ResolutionDetails<boolean> {
    return this.#resolve(key, false, fallback);
  }

  resolveStringEvaluation(key: string, fallback: string): ResolutionDetails<string> {
    return this.#resolve(key, "", fallback);
  }

  resolveNumberEvaluation(key: string, fallback: number): ResolutionDetails<number> {
    return this.#resolve(key, 0, fallback);
  }

  resolveObjectEvaluation<T extends JsonValue>(key: string, fallback: T): ResolutionDetails<T> {
    return this.#resolve(key, OBJECT, fallback);
  }

  protected override opened(): void {
    const wasServing = this.#visitor !== undefined;
    this.#look();
    if (wasServing) this.notify();
  }

  /** Has the context read by the engine: once, however many flags are evaluated for it. */
  #look(): void {
    this.#unreadable = undefined;
    try {
      this.#visitor = this.engine?.context(this.#context);
    } catch (error) {
      this.#visitor = undefined;
      this.#unreadable = messageOf(error);
      throw error;
    }
  }

  #resolve<T>(key: string, asked: Asked, fallback: T): ResolutionDetails<T> {
    if (this.#visitor !== undefined) return resolutionOf(this.#visitor.details(key, asked), fallback);
    return this.#unreadable === undefined ? this.notReady(fallback) : failure("INVALID_CONTEXT", this.#unreadable, fallback);
  }
}
