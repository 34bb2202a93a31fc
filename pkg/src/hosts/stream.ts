/** Browsers: an artifact is compiled while it is being downloaded. */

import { type Artifact, type BaseExports, type Exports, IMPORTS } from "../engine/artifact.js";
import { once } from "./once.js";

/** Loads an artifact when it is first asked for. */
export function streamOf<E extends BaseExports = Exports>(url: URL): () => Promise<Artifact<E>> {
  return once(async () => {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`vexil: ${url.href} answers with status ${response.status}`);
    // Not every server knows the type, without which nothing can be compiled as it streams.
    return response.headers.get("Content-Type")?.startsWith("application/wasm")
      ? WebAssembly.instantiateStreaming(response, IMPORTS)
      : WebAssembly.instantiate(await response.arrayBuffer(), IMPORTS);
  });
}
