/**
 * Clocks, in milliseconds. Speed is measured in time of the thread's processor, so that other programs do not count;
 * Node has no such clock, so a few lines of C are built on the first run. Where they cannot be, wall time must do.
 */

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const source = fileURLToPath(new URL("native/threadcpu.c", import.meta.url));
const addon = fileURLToPath(new URL("build/threadcpu.node", import.meta.url));

export const wallClock = () => performance.now();
export const cpuClock = load() ?? wallClock;
export const hasCpuClock = () => load() !== undefined;

/** Builds the addon, unless it is newer than its source. */
export function buildClock() {
  if (existsSync(addon) && statSync(addon).mtimeMs > statSync(source).mtimeMs) return;
  const prefix = dirname(dirname(process.execPath));
  const headers = [process.config.variables.nodedir, prefix].map((dir) => join(dir ?? prefix, "include/node"));
  const include = headers.find((dir) => existsSync(join(dir, "node_api.h"))) ?? headers[1];
  const platform = process.platform === "darwin" ? ["-undefined", "dynamic_lookup"] : [];
  mkdirSync(dirname(addon), { recursive: true });
  try {
    const options = ["-O2", "-shared", "-fPIC", ...platform, `-I${include}`, "-o", addon, source];
    execFileSync("cc", options, { stdio: "pipe" });
  } catch {
    // No compiler, or no headers: the report says which clock it was.
  }
}

function load() {
  try {
    return createRequire(import.meta.url)(addon);
  } catch {
    return undefined;
  }
}
