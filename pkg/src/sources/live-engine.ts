/** Keeps an engine current, with what is to be known about it. */

import type { EvaluationContext } from "../engine/base.js";
import { Alarm } from "./alarm.js";
import { isSame, toBytes } from "./body.js";
import type { Connection, ConnectOptions, Status } from "./connection.js";
import { Emitter, type Unsubscribe } from "./emitter.js";
import type { ConnectionEvents, ErrorEvent } from "./events.js";
import { type Facts, Health, type State } from "./health.js";
import { type Arrival, type CreateEngine, Holder, type Updatable } from "./holder.js";
import { type Host, platform, type Timer } from "./host.js";
import { identityOf, isNewer, isRuleset } from "./identity.js";
import { Keeper, STORE_TIMEOUT_MS } from "./keeper.js";
import type { Document, Opened, Sink, Source } from "./source.js";
import type { Saved, SavedDocument } from "./store.js";
import { Watcher, type WatchEvent } from "./watcher.js";

/** A source with what is known about it. */
interface Feed {
  readonly source: Source;
  opened: Opened | undefined;
  offered: Offered | undefined;
  failures: number;
}

/** The document that a source brought last. */
interface Offered {
  readonly document: Document;
  /** Whether it was taken. Never an error. */
  taken: Promise<boolean>;
}

const TAKEN = Promise.resolve(true);

export class LiveEngine<E extends Updatable> implements Connection<E> {
  readonly #startTimeoutMs: number;
  readonly #fallback: Uint8Array | undefined;
  readonly #host: Host;
  readonly #events: Emitter<ConnectionEvents>;
  readonly #holder: Holder<E>;
  readonly #health: Health;
  readonly #keeper: Keeper | undefined;
  readonly #alarm: Alarm | undefined;
  readonly #feeds: readonly Feed[];
  readonly #watchers = new Set<Watcher>();
  readonly #waiting = new Set<{ resolve(engine: E): void; reject(error: unknown): void }>();
  readonly #opened: Promise<void>;
  readonly #keepsPrevious: boolean;
  #hasSaidSo = false;
  #loading: Timer | undefined;
  #isStarting = true;
  #isPublished = false;
  #lastError: { readonly error: unknown } | undefined;
  #refreshedAt: number;

  constructor(createEngine: CreateEngine<E>, sources: readonly Source[], options: ConnectOptions) {
    const { environment, store, fallback, startTimeoutMs = 5_000, staleAfterMs = 300_000, onError, timeChanges } = options;
    this.#startTimeoutMs = startTimeoutMs;
    this.#fallback = fallback === undefined ? undefined : toBytes(fallback);
    this.#keepsPrevious = onError === "keepPrevious";
    const host: Host = { ...platform, ...options.host };
    this.#host = host;
    this.#refreshedAt = host.now();
    this.#feeds = sources.map((source) => ({ source, opened: undefined, offered: undefined, failures: 0 }));
    this.#events = new Emitter((error, type) => this.#listenerFailed(error, type));
    this.#keeper = store && new Keeper(store, host, (error) => this.#report({ error, during: "store" }));
    this.#holder = new Holder(
      createEngine,
      { environment, keepsPrevious: this.#keepsPrevious, remembersKills: store !== undefined },
      {
        changed: (flags, cause) => this.#changed({ flags, cause }),
        kept: (paths) => this.#tell("kept", { paths }),
        refusedKill: (error) => this.#report({ error, during: "kill" }),
        learned: () => this.#keeper?.save(() => this.#saved()),
      },
    );
    this.#health = new Health(host, { startTimeoutMs, staleAfterMs }, () => this.#facts(), (state) => this.#entered(state));
    this.#alarm = timeChanges
      ? new Alarm(host, (now) => this.#holder.engine?.nextChange(now), () => this.#changed({ cause: "time", flags: [] }))
      : undefined;
    this.#opened = this.#start();
  }

  get engine(): E | undefined {
    return this.#isPublished ? this.#holder.engine : undefined;
  }

  async ready(): Promise<E> {
    const { engine } = this;
    if (engine !== undefined) return engine;
    if (this.#isClosed) throw closed();
    if (this.#isGivenUp) throw this.#reason();
    // A timer for each who waits: a process does not end meanwhile, and a worker does not take the request for hung,
    // since what it waits for may have been begun by another request.
    const timer = this.#host.after(this.#startTimeoutMs + STORE_TIMEOUT_MS, () => this.#health.giveUp());
    timer.hold();
    try {
      return await new Promise((resolve, reject) => this.#waiting.add({ resolve, reject }));
    } finally {
      timer.cancel();
    }
  }

  status(): Status {
    const { state } = this.#health;
    const failures = this.#feeds.map((feed) => feed.failures);
    const error = this.#lastError && { lastError: this.#lastError.error };
    const { engine } = this;
    const { served } = this.#holder;
    if (engine === undefined || served === undefined) return { state, consecutiveFailures: Math.max(0, ...failures), ...error };
    const { lineage, revision } = engine.identity;
    const confirmedAt = this.#confirmedAt;
    return {
      state,
      origin: served.origin,
      ...(revision !== undefined && { revision }),
      ...(lineage !== undefined && { lineage }),
      ...(served.document.etag !== undefined && { etag: served.document.etag }),
      ...(confirmedAt !== undefined && { confirmedAt, ageMs: this.#host.now() - confirmedAt }),
      ...error,
      consecutiveFailures: Math.max(0, ...failures),
    };
  }

  on<T extends keyof ConnectionEvents>(type: T, listener: (event: ConnectionEvents[T]) => unknown): Unsubscribe {
    return this.#events.on(type, listener);
  }

  watch(flagKey: string, callback: (event: WatchEvent) => unknown, context?: EvaluationContext): Unsubscribe {
    const watcher = new Watcher(flagKey, context, callback, this.#host.now);
    if (this.engine !== undefined) watcher.begin(this.engine);
    this.#watchers.add(watcher);
    const unsubscribe = this.on("change", (event) => watcher.tell(event, this.#holder.engine as E));
    return () => {
      this.#watchers.delete(watcher);
      unsubscribe();
    };
  }

  async refresh({ maxAgeMs = 0 }: { readonly maxAgeMs?: number } = {}): Promise<void> {
    const now = this.#host.now();
    if (now - this.#refreshedAt < maxAgeMs) return;
    this.#refreshedAt = now;
    await this.#opened;
    await Promise.all(this.#feeds.map(({ opened }) => opened?.refresh()));
  }

  async close(): Promise<void> {
    if (!this.#isClosed) {
      this.#health.close();
      this.#events.close();
      this.#holder.close();
      this.#alarm?.close();
      this.#loading?.cancel();
      this.#watchers.clear();
      for (const feed of this.#feeds) feed.opened?.close();
      this.#reject(closed());
    }
    await this.#keeper?.close();
  }

  /** When what is served was last known to be current. */
  get #confirmedAt(): number | undefined {
    const times = [this.#health.confirmedAt, this.#holder.served?.at].filter((at) => at !== undefined);
    return times.length === 0 ? undefined : Math.max(...times);
  }

  get #isClosed(): boolean {
    return this.#health.state === "closed";
  }

  /** Whether waiting for a first document has come to nothing. */
  get #isGivenUp(): boolean {
    return this.#health.state === "error" && this.#health.isOverdue;
  }

  // The start

  /** Settles when the sources are open: at once, unless the store must be asked for an ETag. */
  async #start(): Promise<void> {
    if (this.#keeper === undefined) return this.#open(undefined);
    const loading = this.#keeper.load();
    let isLate = false;
    this.#loading = this.#host.after(STORE_TIMEOUT_MS, () => {
      isLate = true;
      this.#report({ error: new Error(`the store did not load within ${STORE_TIMEOUT_MS} ms`), during: "store" });
      this.#open(undefined);
    });
    this.#loading.hold();
    const saved = await loading;
    this.#loading.cancel();
    // Kills count however late they are.
    if (saved !== undefined) this.#holder.recall(saved.kills);
    if (!isLate) this.#open(saved);
  }

  #open(saved: Saved | undefined): void {
    if (this.#isClosed) return;
    this.#health.begin();
    void this.#begin(saved);
    const { document } = saved ?? {};
    for (const feed of this.#feeds) {
      const etag = document?.source === feed.source.name ? document.etag : undefined;
      try {
        feed.opened = feed.source.open(this.#sinkOf(feed), { host: this.#host, etag });
      } catch (error) {
        this.#failed(feed, { error, during: "source" });
      }
      // What an opening source brings at once may have ended it all.
      if (this.#isClosed) return feed.opened?.close();
    }
  }

  /** Begins with what is there already: the store's document or the fallback, the newer of them if they are of one history. */
  async #begin(saved: Saved | undefined): Promise<void> {
    for (const arrival of this.#local(saved?.document)) {
      const refusal = await this.#holder.take(arrival).catch((error: unknown) => error);
      if (refusal === undefined) break;
      this.#report({ error: refusal, during: arrival.origin === "store" ? "store" : "snapshot" });
      // Not to be taken for what a source has confirmed: it must be brought again.
      for (const feed of this.#feeds) if (feed.offered?.document === arrival.document) feed.offered = undefined;
    }
    this.#isStarting = false;
    this.#health.settle();
  }

  #local(document: SavedDocument | undefined): readonly Arrival[] {
    const fallback: Arrival[] = this.#fallback === undefined ? [] : [{ document: { body: this.#fallback }, origin: "fallback" }];
    if (document === undefined) return fallback;
    for (const feed of this.#feeds) if (feed.source.name === document.source) feed.offered = { document, taken: TAKEN };
    const saved: Arrival = { document, origin: "store", source: document.source, at: document.confirmedAt };
    const isOutdated = this.#fallback !== undefined && isNewer(identityOf(this.#fallback), identityOf(document.body));
    return isOutdated ? [...fallback, saved] : [saved, ...fallback];
  }

  // What sources bring

  #sinkOf(feed: Feed): Sink {
    const unlessClosed = (act: () => void): void => {
      if (!this.#isClosed) act();
    };
    return {
      document: async (document) => !this.#isClosed && this.#document(feed, document),
      current: async () => !this.#isClosed && this.#current(feed),
      kill: (message) => unlessClosed(() => {
        this.#recovered(feed);
        this.#holder.kill(message);
      }),
      changed: () => unlessClosed(() => void this.refresh()),
      alive: () => unlessClosed(() => this.#recovered(feed)),
      failed: (error) => unlessClosed(() => this.#failed(feed, { error, during: "source" })),
    };
  }

  async #document(feed: Feed, document: Document): Promise<boolean> {
    const { served } = this.#holder;
    const known = [feed.offered, served && { document: served.document, taken: TAKEN }];
    const same = known.find((offered) => offered !== undefined && isSame(offered.document.body, document.body));
    if (same !== undefined) {
      feed.offered = same;
      return (await this.#current(feed)) && same.taken;
    }
    // Before it is taken, since a listener may push the next one meanwhile.
    const offered: Offered = (feed.offered = { document, taken: TAKEN });
    const taking = this.#holder.take({ document, origin: "source", source: feed.source.name, at: this.#host.now() });
    offered.taken = taking.then((refusal) => refusal === undefined, () => false);
    return this.#conclude(feed, offered, taking);
  }

  async #conclude(feed: Feed, offered: Offered, taking: Promise<unknown>): Promise<boolean> {
    let refusal: unknown;
    try {
      refusal = await taking;
    } catch (error) {
      // There is no engine to take it, so it must be brought again.
      if (feed.offered === offered) feed.offered = undefined;
      throw error;
    }
    if (this.#isClosed) return false;
    if (refusal !== undefined) this.#failed(feed, { error: refusal, during: "snapshot" });
    else if (offered.document === this.#holder.served?.document) this.#confirm(feed);
    else this.#recovered(feed);
    this.#sayWhatCannotBeKept(offered.document);
    return refusal === undefined;
  }

  async #current(feed: Feed): Promise<boolean> {
    await this.#holder.idle();
    const { offered } = feed;
    if (this.#isClosed || offered === undefined) return false;
    if (offered.document === this.#holder.served?.document) this.#confirm(feed);
    else if (await offered.taken) this.#recovered(feed);
    return true;
  }

  #sayWhatCannotBeKept({ body }: Document): void {
    if (!this.#keepsPrevious || this.#hasSaidSo || !isRuleset(body)) return;
    this.#hasSaidSo = true;
    this.#report({ error: new Error("`keepPrevious` needs snapshots as JSON: broken flags of a ruleset answer `ERROR`"), during: "snapshot" });
  }

  #confirm(feed: Feed): void {
    feed.failures = 0;
    this.#health.confirm();
  }

  #recovered(feed: Feed): void {
    if (feed.failures === 0) return;
    feed.failures = 0;
    this.#health.settle();
  }

  #failed(feed: Feed, event: ErrorEvent): void {
    feed.failures++;
    this.#report({ ...event, source: feed.source.name });
    this.#health.settle();
  }

  #facts(): Facts {
    const failing = this.#feeds.filter(({ source }) => source.brings !== "kills").map(({ failures }) => failures > 0);
    const fails = failing.includes(true) ? (failing.includes(false) ? "some" : "all") : "none";
    return { isServing: this.#holder.engine !== undefined, isStarting: this.#isStarting, fails };
  }

  #saved(): Saved {
    const { served, kills } = this.#holder;
    if (served === undefined || served.origin === "fallback") return { kills };
    const { document, body, source } = served;
    return { document: { body, etag: document.etag, source, confirmedAt: this.#confirmedAt ?? this.#host.now() }, kills };
  }

  // What is told

  #entered(state: State): void {
    if (state === "error") {
      if (this.#isGivenUp) this.#reject(this.#reason());
      return;
    }
    this.#publish();
    if (state === "ready" || state === "stale") this.#tell(state, { at: this.#host.now() });
  }

  #publish(): void {
    const { engine } = this.#holder;
    if (this.#isPublished || engine === undefined) return;
    this.#isPublished = true;
    for (const watcher of this.#watchers) watcher.begin(engine);
    for (const { resolve } of this.#waiting) resolve(engine);
    this.#waiting.clear();
    this.#alarm?.set();
  }

  #changed(event: ConnectionEvents["change"]): void {
    // Before anybody has the engine, nothing has changed for anybody.
    if (!this.#isPublished) return;
    if (event.cause !== "time") this.#alarm?.set();
    this.#tell("change", event);
  }

  #report(event: ErrorEvent): void {
    if (this.#isClosed) return;
    this.#lastError = { error: event.error };
    this.#tell("error", event);
  }

  /** An error of a listener is told to the others; where nobody listens to errors, or that itself fails, to the host. */
  #listenerFailed(error: unknown, type: keyof ConnectionEvents): void {
    if (type === "error" || !this.#events.has("error")) this.#host.report(error);
    else this.#tell("error", { error, during: "listener" });
  }

  #tell<T extends keyof ConnectionEvents>(type: T, event: ConnectionEvents[T]): void {
    this.#events.emit(type, Object.freeze(event) as ConnectionEvents[T]);
  }

  #reject(error: unknown): void {
    for (const { reject } of this.#waiting) reject(error);
    this.#waiting.clear();
  }

  #reason(): unknown {
    return this.#lastError?.error ?? new Error("no source has brought a document in time");
  }
}

function closed(): Error {
  return new Error("the connection is closed");
}
