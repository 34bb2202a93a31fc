/** When `stable` answers for a track that failed, and when the visitor gets the failure. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { countOf, type MiddlewareOptions, type Origin } from "../../src/edge.js";
import { countsOf, engineOf, middlewareOf, requestOf, rowsOf, visitorId } from "./support.js";
import { upstreamOf } from "./upstream.js";

const down: Origin = () => Promise.reject(new TypeError("fetch failed"));
const silent: Origin = () => new Promise<Response>(() => {});
const statusOf = (status: number): Origin => () => new Response("sorry", { status });

/** A middleware that sends everybody to a canary, which is as given. */
async function canaryOf(canary: Origin, options: Partial<MiddlewareOptions> = {}) {
  return middlewareOf({ engine: await engineOf(100), ...options, origins: { stable: () => new Response("stable"), canary, ...options.origins } });
}

describe("a canary that cannot be reached", () => {
  test.each(["GET", "HEAD", "OPTIONS"])("is stood in for, if asking twice does no harm: %s", async (method) => {
    const { handle } = await canaryOf(down);
    const response = await handle(requestOf({ method }));
    expect([response.status, response.headers.get("x-vexil-track")]).toEqual([200, "stable"]);
    expect(await response.text()).toBe("stable");
  });

  test.each(["POST", "PUT", "PATCH", "DELETE"])("fails what could be done twice: %s", async (method) => {
    const { handle } = await canaryOf(down);
    const response = await handle(requestOf({ method }));
    expect([response.status, response.headers.get("x-vexil-track"), await response.text()]).toEqual([502, null, ""]);
  });

  test("fails a request with a body, of which nothing is left", async () => {
    const { handle } = await canaryOf(down, { fallback: { methods: ["PUT"] } });
    expect((await handle(requestOf({ method: "PUT", body: "x" }))).status).toBe(502);
    expect((await handle(requestOf({ method: "PUT" }))).status).toBe(200);
    expect((await handle(requestOf({ method: "GET" }))).status).toBe(502);
  });

  test("is not stood in for where the policy is none", async () => {
    const { handle } = await canaryOf(down, { fallback: false });
    expect((await handle(requestOf())).status).toBe(502);
  });

  test("is not asked again because stable is down too", async () => {
    let asked = 0;
    const count: Origin = () => {
      asked++;
      throw new Error("down");
    };
    const { handle } = await canaryOf(count, { origins: { stable: count } });
    expect([(await handle(requestOf())).status, asked]).toEqual([502, 2]);
  });

  test("is a server that was killed", async () => {
    const [stable, canary] = [await upstreamOf((_, response) => response.end("stable")), await upstreamOf((_, response) => response.end("canary"))];
    const { handle } = middlewareOf({ engine: await engineOf(100), origins: { stable: stable.url, canary: canary.url } });
    expect(await (await handle(requestOf())).text()).toBe("canary");
    canary.kill();
    expect(await (await handle(requestOf())).text()).toBe("stable");
    stable.kill();
    expect((await handle(requestOf())).status).toBe(502);
  });
});

test("a stable that is down is stood in for by nobody", async () => {
  const { handle, asked, originOf } = middlewareOf({ engine: () => undefined });
  const { handle: broken } = middlewareOf({ engine: () => undefined, origins: { stable: down, canary: originOf("canary") } });
  expect((await broken(requestOf())).status).toBe(502);
  expect([(await handle(requestOf())).status, asked.length]).toEqual([200, 1]);
});

describe("a canary that answers with an error", () => {
  test.each([500, 502, 503, 504, 404])("is believed: %i", async (status) => {
    const { handle } = await canaryOf(statusOf(status));
    const response = await handle(requestOf());
    expect([response.status, response.headers.get("x-vexil-track")]).toEqual([status, "canary"]);
  });

  test("is stood in for where the policy says so, and its response is let go", async () => {
    const cancel = vi.fn();
    const canary: Origin = () => new Response(new ReadableStream({ cancel }), { status: 503 });
    const { handle } = await canaryOf(canary, { fallback: { statuses: [502, 503, 504] } });
    const response = await handle(requestOf());
    expect([response.status, response.headers.get("x-vexil-track"), cancel.mock.calls.length]).toEqual([200, "stable", 1]);
    expect((await handle(requestOf({ method: "POST" }))).status).toBe(503);
    const { handle: other } = await canaryOf(statusOf(500), { fallback: { statuses: [502, 503, 504] } });
    expect((await other(requestOf())).status).toBe(500);
  });
});

describe("a canary that is too slow", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("is stood in for, or fails", async () => {
    const { handle } = await canaryOf(silent, { timeouts: { canary: 200 } });
    const [get, post] = [handle(requestOf()), handle(requestOf({ method: "POST" }))];
    await vi.advanceTimersByTimeAsync(199);
    const settled = vi.fn();
    void get.then(settled);
    await vi.advanceTimersByTimeAsync(0);
    expect(settled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect([(await get).status, (await post).status]).toEqual([200, 504]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("is told, and what it answers all the same is let go", async () => {
    const cancel = vi.fn();
    let signal: AbortSignal | undefined;
    const canary: Origin = (request) => {
      ({ signal } = request);
      return new Promise((resolve) => setTimeout(resolve, 1000, new Response(new ReadableStream({ cancel }))));
    };
    const { handle } = await canaryOf(canary, { timeouts: { canary: 200 } });
    const response = handle(requestOf());
    await vi.advanceTimersByTimeAsync(200);
    expect([await (await response).text(), signal?.aborted]).toEqual(["stable", true]);
    await vi.advanceTimersByTimeAsync(800);
    expect(cancel).toHaveBeenCalledOnce();
  });

  test("is not ended once its response has begun", async () => {
    let signal: AbortSignal | undefined;
    const { handle } = await canaryOf(
      (request) => {
        ({ signal } = request);
        return new Response("canary");
      },
      { timeouts: { canary: 200, stable: 200 } },
    );
    const response = await handle(requestOf());
    await vi.advanceTimersByTimeAsync(1000);
    expect([await response.text(), signal?.aborted, vi.getTimerCount()]).toEqual(["canary", false, 0]);
  });
});

describe("a visitor who is gone (S4-19)", () => {
  test.each([[undefined], [{ canary: 60_000 }]])("is neither an error nor a reason to ask again: timeouts %o", async (timeouts) => {
    const upstream = await upstreamOf(() => {});
    const { handle, batches } = middlewareOf({
      engine: await engineOf(100),
      origins: { stable: () => new Response("stable"), canary: upstream.url },
      ...(timeouts && { timeouts }),
    });
    const controller = new AbortController();
    const arrived = new Promise((resolve) => upstream.server.once("request", resolve));
    const response = handle(requestOf({ signal: controller.signal }));
    await arrived;
    controller.abort();
    expect((await response).status).toBe(499);
    await handle.flush();
    upstream.kill();
    const [row, ...others] = rowsOf(batches);
    expect(row).toMatchObject({ track: "canary", chosenBy: "split", requests: 0, aborted: 1, fallbacks: 0, errors: { network: 0 }, statuses: {} });
    expect(others).toEqual([]);
  });

  test("before anybody was asked is the same, and the origin is told", async () => {
    const told: boolean[] = [];
    const stable: Origin = ({ signal }) => {
      told.push(signal.aborted);
      throw signal.reason;
    };
    const { handle, batches } = middlewareOf({ engine: () => undefined, origins: { stable }, timeouts: { stable: 60_000 } });
    expect((await handle(requestOf({ signal: AbortSignal.abort() }))).status).toBe(499);
    await handle.flush();
    expect([told, rowsOf(batches)[0]]).toMatchObject([[true], { requests: 0, aborted: 1 }]);
  });
});

test("a fallback counts against the canary, and not for stable's sample", async () => {
  const { handle, batches } = await canaryOf(down);
  for (let number = 0; number < 3; number++) await handle(requestOf({ visitor: visitorId(number) }));
  await handle(requestOf({ method: "POST" }));
  await handle.flush();
  expect(countsOf(batches)).toEqual({ "canary by split": 4, "stable by fallback": 3 });
  const [canary, stable] = rowsOf(batches);
  expect(canary).toMatchObject({ version: "v2.1.0", errors: { status: 0, network: 4, timeout: 0 }, fallbacks: 3, statuses: {} });
  expect(stable).toMatchObject({ version: null, errors: { status: 0, network: 0, timeout: 0 }, fallbacks: 0, statuses: { 200: 3 } });
  expect([canary, stable].map((row) => row && countOf(row.latency))).toEqual([0, 3]);
});
