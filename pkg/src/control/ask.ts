/** Questions by their names, JSON in and JSON out. */

import { answerOf, type ControlArtifact } from "./artifact.js";
import { textOf } from "./json.js";
import type { Questions } from "./types.js";

/** The answer of the core to a question. */
export function ask<N extends keyof Questions>(artifact: ControlArtifact, name: N, input: object): Questions[N]["answer"] {
  const text = textOf(input);
  return answerOf(artifact, artifact.exports.ask(artifact.send(text, name)));
}
