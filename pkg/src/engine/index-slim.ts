/** What every host exports of the slim artifact; the host's own entry adds how the WebAssembly module is had. */

export type { Details, ErrorCode, FlagMetadata, Reason, Route } from "./answers.js";
export type { BaseContext, BaseEngine, EngineOptions, EvaluateOptions, EvaluationContext } from "./base.js";
export type { Assigned, Assignment, Identity, Observation, Observer } from "./observation.js";
export { SnapshotError } from "./errors.js";
export type { Diagnostic, Severity } from "./errors.js";
export type { JsonArray, JsonObject, JsonValue, KillMessage } from "./snapshot-types.js";
export { Context, Engine } from "./slim.js";
export type { CreateEngine, RulesetInput } from "./slim.js";
