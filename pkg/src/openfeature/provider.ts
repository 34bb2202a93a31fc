/** What the providers for servers and for pages have in common: from having an engine to giving it back, and the events. */

import type {
  AnyProviderEvent,
  EvaluationContext,
  EventContext,
  ProviderEventEmitter,
  ProviderFatalError,
  ResolutionDetails,
  TrackingEventDetails,
} from "@openfeature/core";

import { type EngineSource, type FlagEngine, type Live, open, type Opened } from "./engines.js";
import { failure } from "./mapping.js";

/** Takes what is tracked, to send it to wherever it is counted. */
export type TrackingSink = (name: string, context: EvaluationContext, details: TrackingEventDetails) => void;

/** What every provider is made of. */
export type ProviderOptions = EngineSource & {
  /** Where tracking goes; nowhere if there is none. */
  readonly track?: TrackingSink;
};

/** What an SDK has for its providers. */
export interface Sdk {
  readonly events: ProviderEventEmitter<AnyProviderEvent>;
  readonly Fatal: typeof ProviderFatalError;
}

/** The SDKs have these as enums, of which type-only imports see nothing. */
const EVENTS = {
  ready: "PROVIDER_READY",
  stale: "PROVIDER_STALE",
  error: "PROVIDER_ERROR",
  changed: "PROVIDER_CONFIGURATION_CHANGED",
} as const;

export abstract class BaseProvider {
  readonly metadata = Object.freeze({ name: "vexil" });
  readonly events: ProviderEventEmitter<AnyProviderEvent>;
  readonly #Fatal: typeof ProviderFatalError;
  readonly #options: ProviderOptions;
  #opened: Opened | undefined;
  /** The time between `initialize` and `onClose`: what comes after it comes too late. */
  #life: AbortController | undefined;
  /** Why there is no engine. */
  #problem = "the provider has not been initialized";
  /** Tells the SDK of trouble that lasts. */
  #trouble: (() => void) | undefined;

  protected constructor(sdk: Sdk, options: ProviderOptions) {
    this.events = sdk.events;
    this.#Fatal = sdk.Fatal;
    this.#options = options;
  }

  /** Tells the SDK that answers could differ, after an update of an engine that is not live; of all flags if none are named. */
  notify(changed?: readonly string[]): void {
    if (changed === undefined) this.emit("changed");
    else if (changed.length > 0) this.emit("changed", { flagsChanged: [...changed] });
  }

  track(name: string, context: EvaluationContext, details: TrackingEventDetails): void {
    this.#options.track?.(name, context, details);
  }

  async onClose(): Promise<void> {
    const opened = this.#opened;
    this.#life?.abort();
    this.#opened = this.#life = this.#trouble = undefined;
    this.#problem = "the provider was closed";
    await opened?.release();
  }

  /** The engine, once it is there. */
  protected get engine(): FlagEngine | undefined {
    return this.#opened?.engine;
  }

  /** Called when the engine is there. */
  protected opened(): void {}

  /**
   * Has the engine. Where it is there already nothing is returned, and the SDK is told at once: it answers nobody with
   * defaults in between. A promise is rejected with a `ProviderFatalError` if the snapshot is unusable, since trying
   * again would not help, and otherwise with what went wrong.
   */
  protected open(): void | Promise<void> {
    const { signal } = (this.#life = new AbortController());
    this.#problem = "the engine is not there yet";
    try {
      const opened = open(this.#options);
      if (opened instanceof Promise) {
        return opened.then((opened) => this.#use(opened, signal)).catch((error: unknown) => this.#failed(error, signal));
      }
      this.#use(opened, signal);
      this.emit("ready");
    } catch (error) {
      return this.#failed(error, signal);
    }
  }

  protected emit(event: keyof typeof EVENTS, details?: EventContext): void {
    this.events.emit(EVENTS[event] as AnyProviderEvent, details);
  }

  /** Tells the SDK once more of trouble that lasts: it takes a provider that has a new context for a healthy one. */
  protected remind(): void {
    queueMicrotask(() => this.#trouble?.());
  }

  /** The answer while there is nothing to ask: never anything but the caller's default. */
  protected notReady<T>(fallback: T): ResolutionDetails<T> {
    return failure("PROVIDER_NOT_READY", this.#problem, fallback);
  }

  #use(opened: Opened, closed: AbortSignal): void | Promise<void> {
    if (closed.aborted) return opened.release();
    this.#opened = opened;
    this.opened();
    if (opened.live !== undefined) this.#follow(opened.live, closed);
  }

  #failed(error: unknown, closed: AbortSignal): Promise<never> {
    const problem = messageOf(error);
    if (!closed.aborted) this.#problem = problem;
    return Promise.reject(isSnapshotError(error) ? new this.#Fatal(problem, { cause: error }) : error);
  }

  #follow(live: Live, closed: AbortSignal): void {
    const lasting = (event: "stale" | "error", details?: EventContext): void => {
      this.#trouble = () => this.emit(event, details);
      this.#trouble();
    };
    const ends = [
      live.on("change", (changed) => this.notify(changed)),
      live.on("stale", () => lasting("stale")),
      live.on("error", (error) => lasting("error", { message: messageOf(error) })),
      live.on("ready", () => {
        this.#trouble = undefined;
        this.emit("ready");
      }),
    ];
    closed.addEventListener("abort", () => ends.forEach((end) => end()));
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** By its name, since an error may be of another copy of the package. */
function isSnapshotError(error: unknown): boolean {
  return error instanceof Error && error.name === "SnapshotError";
}
