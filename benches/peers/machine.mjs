/** What was measured on, for whoever reads the figures. */

import { readFileSync } from "node:fs";
import os from "node:os";
import { hasCpuClock } from "./clock.mjs";

export function machine() {
  const cores = os.cpus();
  return {
    processor: cores[0]?.model.trim() ?? "unknown processor",
    cores: cores.length,
    memory: `${Math.round(os.totalmem() / 2 ** 30)} GiB`,
    system: `${distribution() ?? os.version()}, ${os.type()} ${os.release()}, ${os.arch()}`,
    node: process.version,
    clock: hasCpuClock() ? "processor time of the measured thread" : "wall time (no C compiler, or no headers of Node)",
    load: os.loadavg()[0].toFixed(2),
    date: new Date().toISOString().slice(0, 16).replace("T", " "),
  };
}

function distribution() {
  try {
    return /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1];
  } catch {
    return undefined;
  }
}
