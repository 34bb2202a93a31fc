/** Hosts that have to wait for an artifact. */

import { Artifact, type BaseExports, type Exports } from "../engine/artifact.js";

/** Loads an artifact when it is first asked for. A failure is not kept: a later call tries again. */
export function once<E extends BaseExports = Exports>(
  instantiate: () => Promise<WebAssembly.WebAssemblyInstantiatedSource>,
): () => Promise<Artifact<E>> {
  let loading: Promise<Artifact<E>> | undefined;
  return () =>
    (loading ??= instantiate().then(
      ({ instance }) => new Artifact<E>(instance),
      (error: unknown) => {
        loading = undefined;
        throw error;
      },
    ));
}
