/** `vexil/sources`: where snapshots come from, and how an engine stays current. */

export { connect } from "./sources/connect.js";
export type { Connection, ConnectOptions, Status } from "./sources/connection.js";
export type { Unsubscribe } from "./sources/emitter.js";
export type { ChangeEvent, ConnectionEvents, ErrorEvent, KeptEvent, ReadyEvent, StaleEvent } from "./sources/events.js";
export { eventStream } from "./sources/event-stream.js";
export type { EventStreamOptions } from "./sources/event-stream.js";
export type { State } from "./sources/health.js";
export type { CreateEngine, Origin, Updatable } from "./sources/holder.js";
export type { Fetch, Host, Timer } from "./sources/host.js";
export { http } from "./sources/http.js";
export type { HttpOptions } from "./sources/http.js";
export { kills } from "./sources/kills.js";
export { kv } from "./sources/kv.js";
export type { KvNamespace, KvOptions } from "./sources/kv.js";
export { memory } from "./sources/memory.js";
export type { DocumentInput, MemorySource } from "./sources/memory.js";
export type { Backoff, PollOptions, RequestInput, RequestOptions, Url } from "./sources/options.js";
export type { Document, Opened, Sink, Source, Start } from "./sources/source.js";
export { kvStore, textStore, webStore } from "./sources/store.js";
export type { KeyValues, Saved, SavedDocument, Store, WebStorage } from "./sources/store.js";
export type { WatchEvent } from "./sources/watcher.js";
