/** Browsers: an artifact is compiled while it is being downloaded. */

import { Artifact, type Exports } from "./artifact.js";

/** Loads an artifact when it is first asked for. A failure is not kept: a later call tries again. */
export function streamOf<E extends Exports>(url: URL): () => Promise<Artifact<E>> {
  let loading: Promise<Artifact<E>> | undefined;
  return () =>
    (loading ??= compiled(url).then(
      (module) => new Artifact<E>(module),
      (error: unknown) => {
        loading = undefined;
        throw error;
      },
    ));
}

async function compiled(url: URL): Promise<WebAssembly.Module> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`vexil: ${url.href} answers with status ${response.status}`);
  // Not every server knows the type, without which nothing can be compiled as it streams.
  return response.headers.get("Content-Type")?.startsWith("application/wasm")
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}
