/** Browsers without a window, and a server for what they are to open. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, createReadStream } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { delimiter, extname, join, normalize, resolve } from "node:path";
import type { Readable } from "node:stream";

import { folder, run, write } from "./project.js";

/** How long a page may take, in milliseconds. */
const PATIENCE = 120_000;

const TYPES: { readonly [extension: string]: string } = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
};

/** What the README says that a policy must allow, and nothing else. */
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'";

interface Browser {
  /** What it may be called. */
  readonly programs: readonly string[];
  /** No window, nothing of the user's, and nothing fetched from anywhere. */
  readonly flags: (profile: string) => readonly string[];
  /** Settings that are not flags, as files of the profile. */
  readonly settings?: { readonly [file: string]: string };
  /** For what knows no life without a window: the environment in which it has one, on a display that nobody sees. */
  readonly windowed?: (profile: string) => NodeJS.ProcessEnv;
}

/** WebKitGTK's MiniBrowser, which is on no path. Not everywhere is one. */
const WEBKIT = process.env["VEXIL_WEBKIT"];

export const BROWSERS = {
  Chromium: {
    programs: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
    flags: (profile) => [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--disable-dev-shm-usage",
      `--user-data-dir=${profile}`,
    ],
  },
  Firefox: {
    programs: ["firefox", "firefox-esr"],
    flags: (profile) => ["--headless", "--no-remote", "--profile", profile],
    settings: {
      "user.js": `
        user_pref("browser.shell.checkDefaultBrowser", false);
        user_pref("browser.aboutwelcome.enabled", false);
        user_pref("datareporting.policy.dataSubmissionEnabled", false);
        user_pref("toolkit.telemetry.enabled", false);
        user_pref("app.update.enabled", false);
        user_pref("network.captive-portal-service.enabled", false);
        user_pref("network.connectivity-service.enabled", false);
        user_pref("services.settings.server", "data:,");`,
    },
  },
  ...(WEBKIT && {
    WebKit: {
      programs: [WEBKIT],
      flags: () => ["--private"],
      windowed: (profile: string) => ({
        HOME: profile,
        XDG_RUNTIME_DIR: profile,
        WEBKIT_DISABLE_COMPOSITING_MODE: "1",
        NO_AT_BRIDGE: "1",
      }),
    },
  }),
} satisfies Record<string, Browser>;

export type BrowserName = keyof typeof BROWSERS;

/** Has a browser open a directory's `index.html`, and answers what the page posts to `/report`. */
export async function opened(name: BrowserName, directory: string): Promise<string> {
  const browser = BROWSERS[name] as Browser;
  const profile = folder();
  write(profile, browser.settings ?? {});
  let reported: (text: string) => void = () => {};
  const report = new Promise<string>((resolve) => (reported = resolve));
  const server = createServer(serving(directory, reported)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const display = browser.windowed && (await unseenDisplay());
  const env = { ...process.env, ...browser.windowed?.(profile), ...(display && { DISPLAY: display.name }) };
  const child = spawn(programOf(browser), [...browser.flags(profile), address], { stdio: ["ignore", "ignore", "pipe"], env });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said = (said + text).slice(-4_000)));
  try {
    return await Promise.race([
      report,
      once(child, "exit").then(() => Promise.reject(new Error(`${name} ended before the page did:\n${said}`))),
      new Promise<never>((_, reject) => {
        setTimeout(() => reject(new Error(`no report of ${name} within ${PATIENCE / 1000} s:\n${said}`)), PATIENCE).unref();
      }),
    ]);
  } finally {
    server.close();
    server.closeAllConnections();
    if (child.exitCode === null && child.kill()) await once(child, "exit");
    display?.close();
  }
}

/** A display in memory. It chooses a number that is free, and says which. */
async function unseenDisplay(): Promise<{ readonly name: string; close(): void }> {
  const server = spawn("Xvfb", ["-displayfd", "3", "-nolisten", "tcp"], { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  const [number] = (await once(server.stdio[3] as Readable, "data")) as [Buffer];
  return { name: `:${number.toString().trim()}`, close: () => void server.kill() };
}

/** The text that Chromium shows at an address, once the page has come to rest. */
export async function shown(address: string): Promise<string> {
  const flags = [...BROWSERS.Chromium.flags(folder()), "--virtual-time-budget=10000", "--dump-dom", address];
  const document = await run(programOf(BROWSERS.Chromium), flags);
  const [, body = ""] = /<body>(.*)<\/body>/s.exec(document) ?? [];
  return `${body.replace(/<script.*?<\/script>|<[^>]*>/gs, "").trim()}\n`;
}

function serving(directory: string, reported: (text: string) => void): RequestListener {
  return (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    if (request.method === "POST" && pathname === "/report") {
      void request.setEncoding("utf8").toArray().then((parts) => reported(parts.join("")));
      return response.end();
    }
    const name = pathname === "/" ? "index.html" : normalize(pathname);
    const file = createReadStream(join(directory, name));
    const headers = { "content-type": TYPES[extname(name)] ?? "text/plain", "content-security-policy": POLICY };
    file.once("open", () => response.writeHead(200, headers));
    file.once("error", () => response.writeHead(404).end());
    file.pipe(response);
  };
}

/** The first of a browser's programs on the path. */
function programOf({ programs }: Browser): string {
  const places = (process.env["PATH"] ?? "").split(delimiter);
  const found = programs.flatMap((program) => places.map((place) => resolve(place, program))).find(isProgram);
  if (found === undefined) throw new Error(`no ${programs[0]} on the path: \`cargo xtask setup --browsers\` installs it`);
  return found;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
