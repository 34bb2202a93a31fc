/**
 * The shop in a browser.
 *
 *     node examples/shop/serve.mjs                          serves the page: open the printed address in any browser
 *     node examples/shop/serve.mjs chromium                 has Chromium open it without a window, and prints the report
 *     node examples/shop/serve.mjs chromium shop.ruleset    the same with `vexil/slim`, and what `vexil compile` made
 *
 * The server listens on this machine only, and gives out the shop and the built npm package, nothing else.
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = new URL("../../", import.meta.url);
const PAGE = "/examples/shop/page.html";
const RULESET = "/examples/shop/ruleset";
const SERVED = /^\/(examples\/shop|pkg\/dist|pkg\/dist\/slim|pkg\/wasm)\/[\w.-]+$/;
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

/** How long the browser may take, in milliseconds. */
const PATIENCE = 120_000;

/** No window, nothing of the user's, and nothing fetched from anywhere. */
const BROWSER_FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];

/**
 * Starts the server; `reported` is called with what the page sends at its end. The page evaluates the ruleset, or the
 * snapshot if there is none.
 */
async function serve(ruleset, reported) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    if (request.method === "POST" && pathname === "/report") {
      const body = await request.setEncoding("utf8").toArray();
      response.end();
      reported(JSON.parse(body.join("")));
    } else if (request.method === "GET" && pathname === "/") {
      response.writeHead(302, { location: ruleset === undefined ? PAGE : `${PAGE}?ruleset` }).end();
    } else if (request.method === "GET" && SERVED.test(pathname)) {
      const isRuleset = pathname === RULESET && ruleset !== undefined;
      const file = createReadStream(isRuleset ? ruleset : fileURLToPath(new URL(`.${pathname}`, ROOT)));
      file.once("open", () => response.setHeader("content-type", TYPES[extname(pathname)] ?? "text/plain"));
      file.once("error", () => response.writeHead(404).end());
      file.pipe(response);
    } else {
      response.writeHead(404).end();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, address: `http://127.0.0.1:${server.address().port}/` };
}

/** Opens the page in a browser without a window; resolves with its report. */
async function report(browser, ruleset) {
  const { promise, resolve, reject } = withResolvers();
  const { server, address } = await serve(ruleset, resolve);
  const profile = await mkdtemp(join(tmpdir(), "vexil-shop-"));
  const child = spawn(browser, [...BROWSER_FLAGS, `--user-data-dir=${profile}`, address], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (said = (said + text).slice(-4_000)));
  child.once("error", reject);
  child.once("exit", (code) => reject(new Error(`${browser} ended (${code}) before the page did:\n${said}`)));
  const deadline = setTimeout(() => reject(new Error(`no report within ${PATIENCE / 1000} s:\n${said}`)), PATIENCE);
  try {
    const report = await promise;
    if (report.error !== undefined) throw new Error(report.error);
    return report;
  } finally {
    clearTimeout(deadline);
    server.close();
    server.closeAllConnections();
    if (child.exitCode === null && child.kill()) await once(child, "exit");
    // Its helpers may still be writing for a moment.
    await rm(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

/** `Promise.withResolvers`, which Node 20 lacks. */
function withResolvers() {
  let resolvers;
  const promise = new Promise((resolve, reject) => (resolvers = { resolve, reject }));
  return { promise, ...resolvers };
}

const [browser, ruleset] = process.argv.slice(2);
if (browser === undefined) {
  const { address } = await serve(undefined, (report) => console.log(JSON.stringify(report)));
  console.log(`The shop is at ${address}`);
} else {
  try {
    console.log(JSON.stringify(await report(browser, ruleset)));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
