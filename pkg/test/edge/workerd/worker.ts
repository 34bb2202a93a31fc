/** The worker under test: the middleware in front of two servers, and what the test wants to know of it. */

import { type Batch, createMiddleware, type Middleware, type WaitUntil } from "../../../src/edge.js";
import { createEngine, type Engine } from "./engine.js";

interface Env {
  readonly STABLE: string;
  readonly CANARY: string;
}

let engine: Engine | undefined;
let handle: Middleware | undefined;
const batches: Batch[] = [];

export default {
  async fetch(request: Request, env: Env, context: WaitUntil): Promise<Response> {
    handle ??= createMiddleware({
      service: "api",
      engine: () => engine,
      origins: { stable: env.STABLE, canary: env.CANARY },
      sink: (batch) => void batches.push(batch),
    });
    const { pathname } = new URL(request.url);
    if (pathname === "/--snapshot") return replaced(await request.text());
    if (pathname === "/--batches") return taken(handle);
    return handle(request, context);
  },
};

async function replaced(snapshot: string): Promise<Response> {
  if (engine === undefined) engine = await createEngine(snapshot);
  else engine.update(snapshot);
  return new Response("replaced");
}

/** What was counted since it was last asked for. */
async function taken(counted: Middleware): Promise<Response> {
  await counted.flush();
  return Response.json(batches.splice(0));
}
