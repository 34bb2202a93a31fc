/** The package as it is published: packed, and installed into a project of its own, once for all tests of it. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { TestProject } from "vitest/node";

import { writeReporter } from "../runtimes/reporter.js";

declare module "vitest" {
  interface ProvidedContext {
    installed: Installed;
  }
}

/** Where the package was installed from its tarball. */
export interface Installed {
  readonly project: string;
  readonly tarball: string;
  /** The files of the tarball. */
  readonly packed: readonly string[];
}

export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const project = mkdtempSync(join(tmpdir(), "vexil-package-"));
  const npm = (cwd: string, ...args: string[]): string => execFileSync("npm", args, { cwd, encoding: "utf8" });
  // What is packed must be of these sources.
  npm(root, "run", "build", "--silent");
  const [{ filename, files }] = JSON.parse(
    npm(root, "pack", "--json", "--ignore-scripts", "--pack-destination", project),
  ) as [{ filename: string; files: { path: string }[] }];
  const tarball = join(project, filename);
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  npm(project, "install", tarball, "--offline", "--ignore-scripts", "--silent");
  await writeReporter(project);
  provide("installed", { project, tarball, packed: files.map(({ path }) => path).sort() });
  // Browsers may still be writing for a moment.
  return () => rm(project, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
