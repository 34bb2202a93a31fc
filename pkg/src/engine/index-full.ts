/** What every host exports; the host's own entry adds how the WebAssembly module is had. */

export type { Details, ErrorCode, FlagMetadata, Reason, Route } from "./answers.js";
export type { BaseContext, BaseEngine, EngineOptions, EvaluateOptions, EvaluationContext } from "./base.js";
export type { Assigned, Assignment, Identity, Observation, Observer } from "./observation.js";
export { SnapshotError } from "./errors.js";
export type { Diagnostic, Severity } from "./errors.js";
export type * from "./explanation.js";
export { Context, Engine } from "./full.js";
export type { CreateEngine, SnapshotInput } from "./full.js";
export type * from "./snapshot-types.js";
