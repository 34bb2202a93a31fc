/** An engine that follows the server, which sends the snapshot in a stream: at once, and whenever it has changed. */

import { createEngine, type Engine } from "vexil";
import type { Live } from "vexil/openfeature/web";

type Type = "change" | "ready" | "stale" | "error";

export function connect(address: string): Live {
  const listeners = new Set<{ readonly type: Type; readonly call: (event: never) => void }>();
  const { promise, resolve } = withResolvers<Engine>();
  let engine: Engine | undefined;
  let state = "connecting";

  const tell = (type: Type, event: object = {}): void => {
    for (const listener of listeners) if (listener.type === type) listener.call(event as never);
  };
  const become = (next: "ready" | "stale"): void => {
    state = next;
    tell(next);
  };
  const take = async (snapshot: string): Promise<void> => {
    try {
      if (engine === undefined) resolve((engine = await createEngine(snapshot)));
      else tell("change", { flags: engine.update(snapshot) });
      become("ready");
    } catch (error) {
      tell("error", { error });
    }
  };

  const stream = new EventSource(address);
  stream.addEventListener("snapshot", ({ data }) => void take(data as string));
  stream.onerror = () => engine && become("stale");
  return {
    get engine() {
      return engine;
    },
    ready: () => promise,
    status: () => ({ state }),
    on(type: Type, call: (event: never) => void) {
      const listener = { type, call };
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => stream.close(),
  };
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}
