/** A store in a file, of Node and what is like it. */

import { readFile, rename, rm, writeFile } from "node:fs/promises";

import { pathOf } from "./file.js";
import type { Url } from "./options.js";
import { type Store, textStore } from "./store.js";

let count = 0;

/** Keeps it in a file, which is replaced as a whole: a crash leaves the former. Its directory must be there. */
export function fileStore(path: Url): Store {
  const name = pathOf(path);
  return textStore(
    () => readFile(name, "utf8").catch(absent),
    async (text) => {
      const temporary = `${name}.${process.pid}-${count++}.tmp`;
      try {
        await writeFile(temporary, text, { flush: true });
        await rename(temporary, name);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    },
  );
}

function absent(error: unknown): undefined {
  if ((error as { code?: unknown }).code !== "ENOENT") throw error;
}
