/**
 * Serves the shop: `npm run build && npm start`, then open the address that is printed. Change `flags.json` while the
 * page is open, and watch it.
 */

import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { watch } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { basename, dirname, extname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { createEngine } from "vexil";

import { render } from "./dist/server/entry-server.js";

const CLIENT = new URL("dist/client/", import.meta.url);
const TYPES = { ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm" };

/** Starts the server for a file of flags; port 0 is any that is free. */
export async function start({ flags, port }) {
  const template = await readFile(new URL("index.html", CLIENT), "utf8");
  let text = await readFile(flags, "utf8");
  const engine = await createEngine(text);
  const streams = new Set();

  const send = (stream) => stream.write(`event: snapshot\n${text.trim().replace(/^/gm, "data: ")}\n\n`);

  /** A file that is half written or wrong changes nothing. */
  const update = async () => {
    try {
      const next = await readFile(flags, "utf8");
      if (next === text) return;
      engine.update(next);
      text = next;
      for (const stream of streams) send(stream);
    } catch (error) {
      console.error(`${basename(flags)} is not used: ${error.message}`);
    }
  };
  let updating = Promise.resolve();
  // The directory, since editors replace files. One after the other, so that the last one stays.
  const watcher = watch(dirname(flags), (_, name) => {
    if (name === basename(flags)) updating = updating.then(update);
  });

  const page = (request, response) => {
    const visitor = /\bvisitor=([\w-]+)/.exec(request.headers.cookie ?? "")?.[1] ?? randomUUID();
    const { html, payload } = render(engine, { targetingKey: visitor, member: false });
    const parts = { "<!--app-->": html, "<!--payload-->": JSON.stringify(payload).replaceAll("<", "\\u003c") };
    response.setHeader("set-cookie", `visitor=${visitor}; Path=/; Max-Age=31536000; SameSite=Lax`);
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(template.replace(/<!--(app|payload)-->/g, (part) => parts[part]));
  };

  const events = (request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    send(response);
    streams.add(response);
    request.once("close", () => streams.delete(response));
  };

  const asset = async (path, response) => {
    const body = await readFile(new URL(`.${path}`, CLIENT)).catch(() => undefined);
    if (body === undefined) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream" }).end(body);
  };

  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    if (pathname === "/") page(request, response);
    else if (pathname === "/events") events(request, response);
    else if (/^\/assets\/[\w.-]+$/.test(pathname)) void asset(pathname, response);
    else response.writeHead(404).end();
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");

  const close = () => {
    watcher.close();
    server.close();
    server.closeAllConnections();
    engine.dispose();
  };
  return { address: `http://127.0.0.1:${server.address().port}/`, close };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const flags = fileURLToPath(new URL("flags.json", import.meta.url));
  const { address } = await start({ flags, port: Number(process.env.PORT ?? 5173) });
  console.log(`The shop is open: ${address}`);
}
