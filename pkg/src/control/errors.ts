/** Why there is no answer. */

import type { Diagnostic } from "../engine/errors.js";
import type { RejectionCode } from "./types.js";

/** An input is not what it should be. Nothing of it was taken in. */
export class InputError extends Error {
  override readonly name = "InputError";
  /** Where, as a JSON pointer into the input as far as it is known; empty for the whole of it. */
  readonly path: string;

  constructor(path: string, message: string) {
    super(path === "" ? message : `\`${path}\`: ${message}`);
    this.path = path;
  }
}

/** A command was refused. The workspace is as it was, and the message says what to do instead. */
export class RejectionError extends Error {
  override readonly name = "RejectionError";
  readonly code: RejectionCode;
  /** What validation says of the snapshot that would have been published. */
  readonly diagnostics: readonly Diagnostic[];

  constructor(code: RejectionCode, message: string, diagnostics: readonly Diagnostic[] = []) {
    super(message);
    this.code = code;
    this.diagnostics = diagnostics;
  }
}

/** A log is not what was written: nothing after that line can be trusted. */
export class DamageError extends Error {
  override readonly name = "DamageError";
  /** The line, from 1. */
  readonly line: number;

  constructor(line: number, message: string) {
    super(`line ${line} of the log: ${message}`);
    this.line = line;
  }
}
