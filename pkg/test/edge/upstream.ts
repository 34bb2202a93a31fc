/** Real servers for the middleware to ask. */

import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A server that runs, on a port of its own. */
export interface Upstream {
  readonly url: string;
  readonly server: Server;
  /** Ends it at once, with all its connections. */
  kill(): void;
}

export async function upstreamOf(listener: RequestListener): Promise<Upstream> {
  const server = createServer(listener);
  // What the middleware keeps open must not be closed just as it is used again.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const kill = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server, kill };
}

/** The whole body of a request. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) body += chunk as string;
  return body;
}

/** What a server saw of a request. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  readonly body: string;
}

/** Answers with what it saw, as JSON. */
export async function mirror(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = "", url = "", headers } = request;
  const seen: Seen = { method, url, headers, body: await bodyOf(request) };
  response.setHeader("content-type", "application/json").end(JSON.stringify(seen));
}
