/** A file, of Node and what is like it. */

import { type FSWatcher, watch } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

import type { Host, Timer } from "./host.js";
import type { PollOptions, Url } from "./options.js";
import { poll } from "./polling.js";
import type { Source } from "./source.js";

/** How to watch a file. */
export type FileOptions = PollOptions;

/** Editors and tools change a file in several steps; this long after the last one it is read. */
const SETTLED_MS = 50;

/**
 * Watches a file, and looks at it every 5 seconds as well, since not every file system tells of changes.
 * The directory is watched: what is saved is often another file that takes the name of the former.
 */
export function file(path: Url, options: FileOptions = {}): Source {
  const name = pathOf(path);
  const { pollMs = 5_000, timeoutMs = 10_000, backoff = { mostMs: 5_000 } } = options;
  return {
    name: `file:${name}`,
    open(sink, { host, etag }) {
      let known = etag;

      const look = async (signal: AbortSignal): Promise<void> => {
        const before = await versionOf(name);
        signal.throwIfAborted();
        if (before === known && (await sink.current())) return;
        const body = new Uint8Array(await readFile(name, { signal }));
        // Read while it was being written: half of it is no document.
        if ((await versionOf(name)) !== before) {
          await new Promise<void>((resolve) => host.after(SETTLED_MS, resolve));
          signal.throwIfAborted();
          return look(signal);
        }
        await sink.document({ body, etag: before });
        known = before;
      };

      const opened = poll(host, sink, { pollMs, timeoutMs, backoff }, look);
      const watching = new Watching(host, dirname(name), () => void opened.refresh());
      return {
        refresh: () => opened.refresh(),
        close() {
          watching.close();
          opened.close();
        },
      };
    },
  };
}

export function pathOf(path: Url): string {
  return typeof path === "string" ? path : fileURLToPath(path.href);
}

/** What tells one state of a file from another: which file, how long, written when. */
async function versionOf(name: string): Promise<string> {
  const { ino, size, mtimeNs } = await stat(name, { bigint: true });
  return [ino, size, mtimeNs].join("-");
}

/** Calls back when something in a directory has changed and then rests. Where it cannot be watched, never. */
class Watching {
  #watcher: FSWatcher | undefined;
  #timer: Timer | undefined;

  constructor(host: Host, directory: string, changed: () => void) {
    const touched = (): void => {
      this.#timer?.cancel();
      this.#timer = host.after(SETTLED_MS, changed);
    };
    try {
      this.#watcher = watch(directory, { persistent: false }, touched);
      this.#watcher.on("error", () => this.close());
    } catch {
      // The directory is not there, or there are too many watchers: looking now and then must do.
    }
  }

  close(): void {
    this.#timer?.cancel();
    this.#watcher?.close();
  }
}
