/** Workers: an artifact is a module that the bundler or the runtime has compiled already. */

import { Artifact, type BaseExports, type Exports, IMPORTS } from "../engine/artifact.js";

/** Loads an artifact when it is first asked for. */
export function moduleOf<E extends BaseExports = Exports>(module: WebAssembly.Module): () => Artifact<E> {
  let artifact: Artifact<E> | undefined;
  return () => (artifact ??= new Artifact<E>(new WebAssembly.Instance(module, IMPORTS)));
}
