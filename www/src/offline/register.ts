/** Keeps the page for when there is no network. */

export function keepOffline(): void {
  // In development every file changes all the time.
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  // Where it is refused, in a private window or without a secure origin, the page works as long as there is a network.
  navigator.serviceWorker.register("./sw.js").catch(() => undefined);
}
