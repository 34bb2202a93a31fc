/** Anywhere: an artifact is a text within the script. */

import { Artifact, type Exports, IMPORTS } from "../engine/artifact.js";

/** Loads an artifact when it is first asked for. Pages may compile small modules only while they wait, so nobody does. */
export function textOf<E extends Exports>(base64: string): () => Promise<Artifact<E>> {
  let loading: Promise<Artifact<E>> | undefined;
  return () =>
    (loading ??= WebAssembly.instantiate(bytesOf(base64), IMPORTS).then(({ instance }) => new Artifact<E>(instance)));
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < bytes.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}
