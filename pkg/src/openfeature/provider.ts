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

import { type EngineSource, type FlagEngine, type Held, hold, type Live } from "./engines.js";
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
  #engine: FlagEngine | undefined;
  #held: Held | undefined;
  /** The time between `initialize` and `onClose`: what comes after it comes too late. */
  #life: AbortController | undefined;
  /** Why there is no engine. */
  #problem = "the provider has not been initialized";
  /** Whether the SDK waits for the engine. Then it is told by that alone. */
  #isOpening = false;
  /** What the SDK was told last of how the provider fares. */
  #told: "ready" | "stale" | "error" | undefined;

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
    const [held, engine] = [this.#held, this.#engine];
    this.#life?.abort();
    this.#engine = this.#held = this.#life = this.#told = undefined;
    this.#isOpening = false;
    this.#problem = "the provider was closed";
    await held?.release(engine);
  }

  /** The engine, once it is there. */
  protected get engine(): FlagEngine | undefined {
    return this.#engine;
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
      const held = (this.#held = hold(this.#options));
      if (held.live !== undefined) this.#follow(held.live, signal);
      if (held.engine === undefined) return this.#wait(held, signal);
      this.#use(held.engine);
      this.emit("ready");
      this.remind();
    } catch (error) {
      return this.#failed(error, signal);
    }
  }

  protected emit(event: keyof typeof EVENTS, details?: EventContext): void {
    if (event !== "changed") this.#told = event;
    this.events.emit(EVENTS[event] as AnyProviderEvent, details);
  }

  /** Tells the SDK that answers may be out of date, once it has taken the provider for a healthy one. */
  protected remind(): void {
    const live = this.#held?.live;
    const tell = (): void => void (live?.status().state === "stale" && live === this.#held?.live && this.emit("stale"));
    // The SDK makes up its mind in the next microtask.
    if (live !== undefined) queueMicrotask(() => queueMicrotask(tell));
  }

  /** The answer while there is nothing to ask: never anything but the caller's default. */
  protected notReady<T>(fallback: T): ResolutionDetails<T> {
    return failure("PROVIDER_NOT_READY", this.#problem, fallback);
  }

  async #wait(held: Held, closed: AbortSignal): Promise<void> {
    this.#isOpening = true;
    try {
      const engine = await held.ready();
      if (closed.aborted) return await held.release(engine);
      this.#use(engine);
      if (this.#told === "error") this.emit("ready");
      this.remind();
    } catch (error) {
      await this.#failed(error, closed);
    } finally {
      if (!closed.aborted) this.#isOpening = false;
    }
  }

  #use(engine: FlagEngine): void {
    if (this.#engine === engine) return;
    this.#engine = engine;
    this.opened();
  }

  async #failed(error: unknown, closed: AbortSignal): Promise<void> {
    // Nobody waits for it any more.
    if (closed.aborted) return;
    this.#problem = messageOf(error);
    throw isSnapshotError(error) ? new this.#Fatal(this.#problem, { cause: error }) : error;
  }

  #follow(live: Live, closed: AbortSignal): void {
    const told = (event: "ready" | "stale"): void => {
      if (this.#isOpening || live.engine === undefined) return;
      const isLate = this.#engine === undefined;
      try {
        this.#use(live.engine);
      } catch (error) {
        return this.emit("error", { message: messageOf(error) });
      }
      // Who has had defaults until now must ask again.
      if (isLate && event === "stale") this.emit("ready");
      this.emit(event);
    };
    const ends = [
      live.on("change", ({ flags }) => this.notify(flags.length > 0 ? flags : undefined)),
      live.on("ready", () => told("ready")),
      live.on("stale", () => told("stale")),
      // Most errors leave answers as they were. Whether this one does shows when it has been told.
      live.on("error", ({ error }) => queueMicrotask(() => {
        if (!closed.aborted && live.status().state === "error") this.emit("error", { message: messageOf(error) });
      })),
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
