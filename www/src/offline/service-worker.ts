/**
 * Serves the page from a cache, so that it works offline once it was loaded.
 *
 * Names of files have hashes, so a cached file is never stale. A new version is loaded beside the running one, and takes
 * over when the last window of that is closed.
 */

/** Both are filled in by the build, in `vite.config.ts`. */
declare const __FILES__: readonly string[];
declare const __VERSION__: string;

const worker = self as unknown as ServiceWorkerGlobalScope;
const PREFIX = "vexil-playground-";
const CACHE = PREFIX + __VERSION__;

worker.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(CACHE).then((cache) => cache.addAll(__FILES__.map((file) => new Request(file, { cache: "no-cache" })))),
  );
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(dropOthers().then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  if (method !== "GET" || new URL(url).origin !== worker.location.origin) return;
  const wanted = mode === "navigate" ? new Request("./") : event.request;
  event.respondWith(answered(wanted, event.request));
});

async function answered(wanted: Request, asked: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  // A server may say that a file varies with the header `Origin`, which not every request for it has.
  return (await cache.match(wanted, { ignoreSearch: true, ignoreVary: true })) ?? fetch(asked);
}

async function dropOthers(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}
