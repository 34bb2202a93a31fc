/** Runs one engine in a process of its own. */

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const CHILD = fileURLToPath(new URL("child.mjs", import.meta.url));
const MOST_MS = 300_000;
const ENVIRONMENT = { ...process.env, NODE_ENV: "production", NODE_NO_WARNINGS: "1" };

/** What it reports, or `{ error }`. Collecting garbage counts for speed, so there it happens on the measured thread. */
export function inProcess(id, work, options = {}) {
  const flags = work === "speed" ? ["--expose-gc", "--single-threaded-gc"] : ["--expose-gc"];
  const child = spawn(process.execPath, [...flags, CHILD, id, work, JSON.stringify(options)], {
    env: ENVIRONMENT,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: MOST_MS,
    killSignal: "SIGKILL",
  });
  let output = "";
  let errors = "";
  child.stdout.on("data", (data) => (output += data));
  child.stderr.on("data", (data) => (errors += data));
  return new Promise((resolve) => child.on("close", (code, signal) => resolve(report(output, errors, code ?? signal))));
}

function report(output, errors, ending) {
  try {
    // Some engines print something of their own before it.
    return JSON.parse(output.trim().split("\n").at(-1));
  } catch {
    return { error: /.*Error.*/.exec(errors)?.[0] ?? (errors.trim().slice(0, 300) || `ended with ${ending}`) };
  }
}
