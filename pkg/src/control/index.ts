/** What every host exports; the host's own entry adds how the WebAssembly module is had. */

export type { Diagnostic, Severity } from "../engine/errors.js";
export type { AttributeDeclaration, AttributeDeclarations, AttributeType, Flag, Holdout, JsonArray, JsonObject, JsonValue, Layer, Ring, Segment, Service } from "../engine/snapshot-types.js";
export { Control } from "./control.js";
export type { Answer, CreateControl, LogInput, Question, Replayed, Timed } from "./control.js";
export { DamageError, InputError, RejectionError } from "./errors.js";
export { Journal } from "./journal.js";
export type { Carried } from "./journal.js";
export type * from "./types.js";
