/** Visitors that speak HTTP by themselves: with connections that are kept, and cookies that are only kept if they want. */

import { Agent, type IncomingHttpHeaders, request as send, type RequestOptions } from "node:http";

/** A response, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

/** Asks a server. */
export type Client = (path: string, options?: RequestOptions, body?: string | Uint8Array) => Promise<Answer>;

export function clientOf(url: URL): Client {
  // A connection is let go before the server thinks of it: one that is closed just as it is used would be an error.
  const agent = new Agent({ keepAlive: true, timeout: 2000 });
  return (path, options = {}, body) =>
    new Promise((resolve, reject) => {
      const request = send(new URL(path, url), { agent, ...options }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const body = Buffer.concat(chunks);
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body, text: body.toString() });
        });
      });
      request.on("error", reject).end(body);
    });
}

/** Somebody with a cookie jar. */
export class Browser {
  cookie: string | undefined;
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async get(path: string): Promise<Answer> {
    const answer = await this.#client(path, this.cookie === undefined ? {} : { headers: { cookie: this.cookie } });
    for (const cookie of answer.headers["set-cookie"] ?? []) this.cookie = cookie.split(";")[0];
    return answer;
  }
}

/** Does something with every item, so many at a time. */
export async function forEach<T>(items: readonly T[], concurrency: number, act: (item: T, index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) await act(items[index] as T, index);
  };
  await Promise.all(Array.from({ length: concurrency }, work));
}
