/** What the tests of the middleware share: a service, origins, ways to look at what happened. */

import type { Batch, MiddlewareOptions, Row } from "../../src/edge.js";
import { createMiddleware } from "../../src/edge.js";
import { createEngine } from "../../src/node.js";
import type { Engine, Service, Snapshot } from "../../src/node.js";

/** A service with a stable and a canary track, whose share of the canary is in percent. */
export function serviceOf(canary: number, rest: Partial<Service> = {}): Service {
  return {
    tracks: { stable: { version: "v2.0.9" }, canary: { version: "v2.1.0" } },
    defaultTrack: "stable",
    split: {
      seed: "service:api:d-31",
      weights: [
        { track: "stable", weight: 100 - canary },
        { track: "canary", weight: canary },
      ],
    },
    ...rest,
  };
}

export function snapshotOf(canary: number, rest: Partial<Service> = {}): Snapshot {
  return { schema: "vexil/1", flags: {}, services: { api: serviceOf(canary, rest) } };
}

export function engineOf(canary: number, rest: Partial<Service> = {}): Promise<Engine> {
  return createEngine(snapshotOf(canary, rest));
}

/** A rule that sends everything of which a condition holds to the canary. */
export function forcedWhen(attribute: string, value: string): Partial<Service> {
  return { rules: [{ id: "forced", when: { attribute, op: "eq", value }, serve: { track: "canary" } }] };
}

/** A middleware for the service, whose origins say their names, with what it asked and what it counted. */
export function middlewareOf(options: Partial<MiddlewareOptions> & Pick<MiddlewareOptions, "engine">) {
  const asked: { readonly track: string; readonly request: Request }[] = [];
  const batches: Batch[] = [];
  const problems: string[] = [];
  const originOf = (track: string) => (request: Request) => {
    asked.push({ track, request });
    return new Response(track);
  };
  const handle = createMiddleware({
    service: "api",
    origins: { stable: originOf("stable"), canary: originOf("canary") },
    sink: (batch) => void batches.push(batch),
    onProblem: (problem, error) => void problems.push(`${problem}: ${error instanceof Error ? error.message : String(error)}`),
    ...options,
  });
  return { handle, asked, batches, problems, originOf };
}

/** An id of a visitor: 16 characters and more. */
export function visitorId(number: number): string {
  return `visitor-${String(number).padStart(12, "0")}`;
}

/** A request to the shop. */
export function requestOf(init: RequestInit & { readonly visitor?: string; readonly url?: string } = {}): Request {
  const { visitor, url = "https://shop.example/", ...rest } = init;
  const request = new Request(url, rest);
  if (visitor !== undefined) request.headers.set("cookie", `vexil-visitor=${visitor}`);
  return request;
}

/** All rows of some batches by how they came to their track, without what is not looked at most often. */
export function countsOf(batches: readonly Batch[]): { readonly [key: string]: number } {
  const counts: { [key: string]: number } = {};
  for (const { track, chosenBy, requests } of rowsOf(batches)) {
    counts[`${track} by ${chosenBy}`] = (counts[`${track} by ${chosenBy}`] ?? 0) + requests;
  }
  return counts;
}

export function rowsOf(batches: readonly Batch[]): Row[] {
  return batches.flatMap(({ rows }) => rows);
}

/** A promise that is fulfilled from outside. */
export function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((fulfil) => (resolve = fulfil));
  return { promise, resolve };
}
