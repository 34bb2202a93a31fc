/** The provider for OpenFeature's SDK of servers. */

import { OpenFeatureEventEmitter, ProviderFatalError } from "@openfeature/server-sdk";
import type { EvaluationContext, JsonValue, Provider, ResolutionDetails } from "@openfeature/server-sdk";

import { type Asked, OBJECT, resolutionOf } from "./openfeature/mapping.js";
import { BaseProvider, type ProviderOptions } from "./openfeature/provider.js";

export type { EngineSource, FlagEngine, Live } from "./openfeature/engines.js";
export type { ProviderOptions, TrackingSink } from "./openfeature/provider.js";

/** Evaluates flags with a Vexil engine, each call with the context that the SDK has merged for it. */
export class VexilProvider extends BaseProvider implements Provider {
  readonly runsOn = "server";

  constructor(options: ProviderOptions) {
    super({ events: new OpenFeatureEventEmitter(), Fatal: ProviderFatalError }, options);
  }

  initialize(): Promise<void> {
    return this.open() ?? Promise.resolve();
  }

  resolveBooleanEvaluation(key: string, fallback: boolean, context: EvaluationContext): Promise<ResolutionDetails<boolean>> {
    return this.#resolve(key, false, fallback, context);
  }

  resolveStringEvaluation(key: string, fallback: string, context: EvaluationContext): Promise<ResolutionDetails<string>> {
    return this.#resolve(key, "", fallback, context);
  }

  resolveNumberEvaluation(key: string, fallback: number, context: EvaluationContext): Promise<ResolutionDetails<number>> {
    return this.#resolve(key, 0, fallback, context);
  }

  resolveObjectEvaluation<T extends JsonValue>(key: string, fallback: T, context: EvaluationContext): Promise<ResolutionDetails<T>> {
    return this.#resolve(key, OBJECT, fallback, context);
  }

  #resolve<T>(key: string, asked: Asked, fallback: T, context: EvaluationContext): Promise<ResolutionDetails<T>> {
    const { engine } = this;
    return Promise.resolve(
      engine === undefined ? this.notReady(fallback) : resolutionOf(engine.details(key, context, asked), fallback),
    );
  }
}
