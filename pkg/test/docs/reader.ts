/** Somebody who does what a page says, in an empty directory, and sees what comes of it. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, symlinkSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "vitest";

import { shown } from "../package/browser.js";
import { root, run, write } from "../package/project.js";
import { type Step, stepsOf } from "./page.js";
import type { Registry } from "./registry.js";

const TOOLS = join(root, "node_modules");

/** Commands that go on until they are stopped, and the ports that they have unless told otherwise. */
const SERVERS: { readonly [command: string]: number } = { "npx vite": 5173, "npx wrangler dev": 8787 };

/** How long a server may take until it answers, in milliseconds. */
const PATIENCE = 30_000;

export class Reader {
  readonly #directory = mkdtempSync(join(tmpdir(), "vexil-docs-"));
  readonly #env: NodeJS.ProcessEnv;
  readonly #servers: ChildProcess[] = [];
  /** The ports that servers have here, by those that the page names. */
  readonly #ports = new Map<number, number>();
  #seen = "";

  constructor({ url }: Registry) {
    this.#env = {
      ...process.env,
      PATH: [join(TOOLS, ".bin"), process.env["PATH"]].join(delimiter),
      NO_COLOR: "1",
      // Every package manager asks the registry, and keeps what it gets to itself.
      npm_config_registry: url,
      npm_config_cache: join(this.#directory, ".npm"),
      NPM_CONFIG_REGISTRY: url,
      DENO_DIR: join(this.#directory, ".deno"),
      BUN_CONFIG_REGISTRY: url,
      BUN_INSTALL_CACHE_DIR: join(this.#directory, ".bun"),
      WRANGLER_SEND_METRICS: "false",
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
    };
  }

  /** Does all that a page says; fails where something else comes of it. */
  async read(page: string): Promise<void> {
    // Without one, npm would install into the next directory above that has one.
    if (page.includes("npm install")) write(this.#directory, { "package.json": `{ "private": true }` });
    for (const step of stepsOf(page)) await this.#do(step);
    // Whatever is done and not looked at proves nothing.
    expect(this.#seen).toBe("");
  }

  async close(): Promise<void> {
    for (const { pid, exitCode } of this.#servers) if (pid !== undefined && exitCode === null) process.kill(-pid);
    await rm(this.#directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }

  async #do(step: Step): Promise<void> {
    if (step.kind === "file") write(this.#directory, { [step.name]: step.text });
    if (step.kind === "commands") for (const line of step.lines) this.#seen += await this.#command(line);
    if (step.kind === "visit") this.#seen += await shown(this.#here(step.address));
    if (step.kind === "output") {
      expect(this.#seen).toBe(step.text);
      this.#seen = "";
    }
  }

  /** Answers with what a command prints that is worth a look. */
  async #command(line: string): Promise<string> {
    const [, tool] = /^npm install --save-dev (\S+)$/.exec(line) ?? [];
    if (tool !== undefined) return this.#link(tool);
    const [, address] = /^curl "(.*)"/.exec(line) ?? [];
    if (address !== undefined) return (await fetch(this.#here(address))).text();
    const port = SERVERS[line];
    if (port !== undefined) return this.#serve(line, port);
    const printed = await run("sh", ["-c", line], { cwd: this.#directory, env: this.#env });
    return /^(npm install|deno add|bun add|npx vite build|deno check)\b/.test(line) ? "" : printed;
  }

  /** Tools are not installed anew, but those that the package is developed with. */
  #link(tool: string): string {
    const modules = join(this.#directory, "node_modules");
    mkdirSync(join(modules, ".bin"), { recursive: true });
    symlinkSync(join(TOOLS, tool), join(modules, tool));
    symlinkSync(join(TOOLS, ".bin", tool), join(modules, ".bin", tool));
    return "";
  }

  /** Starts a server, on a port that is free, and waits until it answers. */
  async #serve(command: string, port: number): Promise<string> {
    const own = await freePort();
    this.#ports.set(port, own);
    const server = spawn("sh", ["-c", `exec ${command} --port ${own} 2>&1`], {
      cwd: this.#directory,
      env: this.#env,
      stdio: ["ignore", "pipe", "ignore"],
      // A group of its own, which can be ended as a whole.
      detached: true,
    });
    this.#servers.push(server);
    let said = "";
    server.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
    for (const deadline = Date.now() + PATIENCE; Date.now() < deadline; await sleep(50)) {
      if (await fetch(`http://localhost:${own}/`).then(() => true, () => false)) return "";
      if (server.exitCode !== null) break;
    }
    throw new Error(`\`${command}\` does not answer:\n${said}`);
  }

  /** An address of the page as it is here. */
  #here(address: string): string {
    return address.replace(/:(\d+)/, (_, port) => `:${this.#ports.get(Number(port))}`);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
