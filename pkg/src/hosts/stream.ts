/** Browsers: an artifact is compiled while it is being downloaded. */

import { Artifact, type Exports, IMPORTS } from "../engine/artifact.js";

/** Loads an artifact when it is first asked for. A failure is not kept: a later call tries again. */
export function streamOf<E extends Exports>(url: URL): () => Promise<Artifact<E>> {
  let loading: Promise<Artifact<E>> | undefined;
  return () =>
    (loading ??= instantiated(url).then(
      ({ instance }) => new Artifact<E>(instance),
      (error: unknown) => {
        loading = undefined;
        throw error;
      },
    ));
}

async function instantiated(url: URL): Promise<WebAssembly.WebAssemblyInstantiatedSource> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`vexil: ${url.href} answers with status ${response.status}`);
  // Not every server knows the type, without which nothing can be compiled as it streams.
  return response.headers.get("Content-Type")?.startsWith("application/wasm")
    ? WebAssembly.instantiateStreaming(response, IMPORTS)
    : WebAssembly.instantiate(await response.arrayBuffer(), IMPORTS);
}
