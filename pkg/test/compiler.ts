/** What the command line makes of snapshots; its path is in `VEXIL`. */

import { spawnSync } from "node:child_process";

import { jsonOf } from "../src/engine/input.js";
import type { SnapshotInput } from "../src/node.js";

const rulesets = new Map<string, Uint8Array>();

/** A snapshot in its binary form. What is no usable snapshot stays as it is, and is no usable ruleset either. */
export function rulesetOf(input: SnapshotInput): Uint8Array {
  const json = jsonOf(input);
  const text = typeof json === "string" ? json : new TextDecoder().decode(json);
  const known = rulesets.get(text);
  if (known !== undefined) return known;
  const { status, stdout } = vexil("compile", text);
  const ruleset = status === 2 ? new TextEncoder().encode(text) : new Uint8Array(stdout);
  rulesets.set(text, ruleset);
  return ruleset;
}

/** What a snapshot has that the slim artifact cannot evaluate, such as `flag search`. */
export function lacking(snapshot: string): ReadonlySet<string> {
  if (!snapshot.includes('"matches"')) return new Set();
  const { status, stderr } = vexil("compile", snapshot, "--target", "slim");
  const named = [...stderr.matchAll(/^ {2}(flag|service) `(.*)` needs patterns$/gm)].map(([, kind, key]) => `${kind} ${key}`);
  if (named.length > 0 !== (status === 2)) throw new Error(`\`vexil compile --target slim\` ended with ${status}:\n${stderr}`);
  return new Set(named);
}

/** How a program ended. */
interface Ended {
  readonly status: number;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

/** What the command line makes of a snapshot: its exit code, and what it prints. */
export function vexil(command: "compile", snapshot: string, ...options: string[]): Ended {
  const program = process.env["VEXIL"];
  if (program === undefined) {
    const how = "`cargo build -p vexil-cli`, then `VEXIL=../target/debug/vexil npm test`";
    throw new Error(`VEXIL must be the path of the command line: run ${how}; \`cargo xtask test\` does both`);
  }
  const ended = spawnSync(program, [command, "-", "--output", "-", ...options], { input: snapshot, maxBuffer: 2 ** 28 });
  if (ended.status === null) throw new Error(`VEXIL=${program} did not run`, { cause: ended.error });
  return { status: ended.status, stdout: ended.stdout, stderr: ended.stderr.toString() };
}
