/** A registry of packages that has one, this one: what commands such as `npm install vexil` ask. */

import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { installed, tarball } from "../package/project.js";

export interface Registry {
  readonly url: string;
  readonly close: () => void;
}

export async function startRegistry(): Promise<Registry> {
  const bytes = readFileSync(tarball);
  const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as { version: string };
  const { version } = manifest;
  const integrity = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
  const server = createServer((request, response) => {
    if (request.url === "/vexil") {
      const dist = { tarball: `${url}vexil.tgz`, integrity };
      const document = { name: "vexil", "dist-tags": { latest: version }, versions: { [version]: { ...manifest, dist } } };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(document));
    } else if (request.url === "/vexil.tgz") {
      response.end(bytes);
    } else {
      response.writeHead(404).end("{}");
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    url,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
