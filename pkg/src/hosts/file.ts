/** Node: an artifact is a file of the package. */

import { readFileSync } from "node:fs";

import { Artifact, type BaseExports, type Exports, IMPORTS } from "../engine/artifact.js";

/** Loads an artifact when it is first asked for. */
export function fileOf<E extends BaseExports = Exports>(url: URL): () => Artifact<E> {
  let artifact: Artifact<E> | undefined;
  return () => (artifact ??= new Artifact<E>(new WebAssembly.Instance(new WebAssembly.Module(readFileSync(url)), IMPORTS)));
}
