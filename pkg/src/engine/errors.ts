/** What is wrong with a snapshot. */

/** How much a problem breaks: nothing, one flag, or the document. */
export type Severity = "warning" | "error" | "fatal";

/** A problem of a snapshot. */
export interface Diagnostic {
  /** What kind of problem; `docs/diagnostics.md` explains each. */
  readonly code: string;
  readonly severity: Severity;
  /** A JSON pointer into the snapshot. */
  readonly path: string;
  /** A sentence to act on. */
  readonly message: string;
}

/**
 * A snapshot or kill message was refused. A running engine is as it was, but for kills: those are
 * applied even from a snapshot that is otherwise refused, and `changed` names the flags they hit.
 */
export class SnapshotError extends Error {
  override readonly name = "SnapshotError";
  readonly diagnostics: readonly Diagnostic[];
  readonly changed: readonly string[];

  constructor(diagnostics: readonly Diagnostic[], changed: readonly string[] = []) {
    const first = diagnostics[0];
    const more = diagnostics.length > 1 ? ` (and ${diagnostics.length - 1} more)` : "";
    super(first ? `${first.path || "the document"}: ${first.message} [${first.code}]${more}` : "refused");
    this.diagnostics = diagnostics;
    this.changed = changed;
  }
}

/** A document that is not even text of JSON. */
export function unreadable(message: string): SnapshotError {
  return new SnapshotError([{ code: "not-json", severity: "fatal", path: "", message }]);
}
