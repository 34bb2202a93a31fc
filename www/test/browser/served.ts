/** Serves what `npm run build` has built, for all tests of the page. */

import { preview } from "vite";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    address: string;
  }
}

export default async function serve({ provide }: TestProject): Promise<() => Promise<void>> {
  const server = await preview({ preview: { port: 0, host: "127.0.0.1" }, logLevel: "warn" });
  const address = server.resolvedUrls?.local[0];
  if (address === undefined) throw new Error("the preview has no address");
  provide("address", address);
  return () => server.close();
}
