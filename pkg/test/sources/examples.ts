/** Runs the examples of `docs/sources.md`, with the package's sources in the place of the package. */

import { readFileSync } from "node:fs";
import http, { type Server } from "node:http";

import { closing } from "./support.js";

export const page = readFileSync(new URL("../../../docs/sources.md", import.meta.url), "utf8");

/** An example: a module with a name, and what it is said to print, if it is. */
export interface Example {
  readonly source: string;
  /** The blocks of text that follow it before the next example. */
  readonly prints: readonly string[];
}

export const examples = new Map<string, Example>();
for (const part of page.split("```js\n").slice(1)) {
  const [source, ...rest] = part.split("\n```\n");
  const [, name] = /^\/\/ (\S+)\n/.exec(source as string) ?? [];
  const after = rest.join("\n```\n");
  examples.set(name ?? "", { source: source as string, prints: [...after.matchAll(/```text\n(.*?)```/gs)].map(([, text]) => text as string) });
}

/** The package under the names by which it is imported. */
const PACKAGE: { readonly [name: string]: () => Promise<object> } = {
  vexil: () => import("../../src/node.js"),
  "vexil/slim": () => import("../../src/node-slim.js"),
  "vexil/sources": () => import("../../src/sources.js"),
  "vexil/sources/file": () => import("../../src/sources-file.js"),
  "vexil/sources/redis": () => import("../../src/sources-redis.js"),
  redis: () => import("redis"),
};

/** Runs an example, with ports in the place of those that it names, and answers with what it prints and exports. */
export async function run(name: string, ports: { readonly [port: number]: number } = {}): Promise<{ printed: string; exports: object }> {
  const printed: string[] = [];
  const exports = await evaluate(name, ports, (...values) => void printed.push(`${values.map(String).join(" ")}\n`));
  return { printed: printed.join(""), exports };
}

type Log = (...values: readonly unknown[]) => void;

async function evaluate(name: string, ports: { readonly [port: number]: number }, log: Log): Promise<object> {
  const example = examples.get(name);
  if (example === undefined) throw new Error(`docs/sources.md has no example ${name}`);
  const exported = [...example.source.matchAll(/^export function (\w+)/gm)].map(([, each]) => each);
  let body = example.source
    .replace(/^import \{(.*?)\} from "(.*?)";$/gm, (_, names: string, from: string) => `const {${names.replaceAll(" as ", ": ")}} = await load("${from}");`)
    .replace(/^export function/gm, "function");
  for (const [port, other] of Object.entries(ports)) body = body.replaceAll(new RegExp(`\\b${port}\\b`, "g"), String(other));
  const load = async (from: string): Promise<object> => {
    if (from.startsWith("./")) return evaluate(from.slice(2), ports, log);
    if (from === "node:http") return { createServer: listening };
    return (PACKAGE[from] ?? (() => import(from) as Promise<object>))();
  };
  const AsyncFunction = (async () => {}).constructor as new (...parts: string[]) => (...values: unknown[]) => Promise<object>;
  const make = new AsyncFunction("load", "console", `${body}\nreturn { ${exported.join(", ")} };`);
  return make(load, { log, error: log });
}

/** A server that is closed after the test. */
function listening(answer: http.RequestListener): Server {
  const server = http.createServer(answer);
  closing({
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  });
  return server;
}
