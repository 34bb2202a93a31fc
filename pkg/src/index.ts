/** What every host exports; the host's own entry adds how the WebAssembly module is had. */

export type { Details, ErrorCode, FlagMetadata, Reason, Route } from "./answers.js";
export { Context, Engine } from "./engine.js";
export type { EngineOptions, EvaluateOptions, EvaluationContext, SnapshotInput } from "./engine.js";
export { SnapshotError } from "./errors.js";
export type { Diagnostic, Severity } from "./errors.js";
export type * from "./explanation.js";
export type * from "./snapshot-types.js";
