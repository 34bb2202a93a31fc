/** The project that has the package installed, and programs in it. */

import { execFile, type ExecFileOptions } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { inject } from "vitest";

/** Where the sources of the package are. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

export const { project, tarball, packed } = inject("installed");

/** The package there. */
export const installed = join(project, "node_modules", "vexil");

/** A new directory within the project. */
export function folder(): string {
  return mkdtempSync(join(project, "test-"));
}

/** Writes files into a directory, by their names. */
export function write(directory: string, files: { readonly [name: string]: string }): void {
  for (const [name, text] of Object.entries(files)) {
    const file = join(directory, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** Runs a program and answers what it prints; where it fails, that is in the error. */
export async function run(program: string, args: readonly string[], options: ExecFileOptions = {}): Promise<string> {
  try {
    const all = { cwd: project, maxBuffer: 2 ** 28, ...options, encoding: "utf8" } as const;
    return (await promisify(execFile)(program, args, all)).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${program} ${args.join(" ")} failed\n${stdout}\n${stderr}`, { cause: error });
  }
}

/** Runs what a development dependency of the package has as its command. */
export function tool(name: string, args: readonly string[], options?: ExecFileOptions): Promise<string> {
  return run(join(root, "node_modules", ".bin", name), args, options);
}

/** Writes a file of the project and runs it with Node. */
export function node(name: string, source: string, ...flags: string[]): Promise<string> {
  const directory = folder();
  write(directory, { [name]: source });
  return run(process.execPath, [...flags, name], { cwd: directory });
}
