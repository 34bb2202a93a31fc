/** The artifact of control and analysis: what it exports, and how it answers. */

import type { Artifact, BaseExports } from "../engine/artifact.js";
import { DamageError, InputError, RejectionError } from "./errors.js";
import type { Failure } from "./types.js";

/** What the artifact exports; `crates/vexil-control-shell/src/shell.rs` says what each does. */
export interface ControlExports extends BaseExports {
  ask(name: number): number;
  begin(): number;
  replay(): number;
  verify(): number;
  handle(handle: number, now: number): number;
  publish(handle: number): number;
  publishKills(handle: number): number;
  dashboard(handle: number, now: number): number;
  wakeAt(handle: number): number;
  revision(handle: number): number;
  head(handle: number): number;
}

export type ControlArtifact = Artifact<ControlExports>;

/** Reads what a call has put out: an answer, or why there is none. */
export function answerOf<T>(artifact: ControlArtifact, length: number): T {
  const answer = JSON.parse(artifact.text(length)) as { readonly ok: T } | { readonly error: Failure };
  if ("ok" in answer) return answer.ok;
  throw errorOf(answer.error);
}

function errorOf(failure: Failure): Error {
  switch (failure.type) {
    case "input":
      return new InputError(failure.path, failure.message);
    case "rejected":
      return new RejectionError(failure.code, failure.message, failure.diagnostics);
    case "damaged":
      return new DamageError(failure.line, failure.message);
  }
}
