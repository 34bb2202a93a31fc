/** Anywhere: an artifact is a text in the script. */

import { type Artifact, type BaseExports, type Exports, IMPORTS } from "../engine/artifact.js";
import { once } from "./once.js";

/** Loads an artifact when it is first asked for. */
export function textOf<E extends BaseExports = Exports>(base64: string): () => Promise<Artifact<E>> {
  return once(() => WebAssembly.instantiate(bytesOf(base64), IMPORTS));
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < bytes.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}
