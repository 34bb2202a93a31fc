/** An engine that follows the server: whenever it says that the flags have changed, they are loaded anew. */

import { createEngine } from "vexil";
import type { Live } from "vexil/openfeature/web";

type Listener = Parameters<Live["on"]>;

export async function connect(flags: string, events: string): Promise<Live> {
  const load = async (): Promise<string> => (await fetch(flags)).text();
  const engine = await createEngine(await load());
  const listeners = new Set<Listener>();
  const tell = (event: string, detail?: unknown): void => {
    for (const [wanted, listener] of listeners) if (wanted === event) (listener as (detail: unknown) => void)(detail);
  };
  const update = async (): Promise<void> => {
    try {
      tell("change", engine.update(await load()));
      tell("ready");
    } catch (error) {
      tell("error", error);
    }
  };
  const stream = new EventSource(events);
  // Something may have changed while there was no stream.
  stream.onopen = update;
  stream.onmessage = update;
  stream.onerror = () => tell("stale");
  return {
    engine,
    on(...listener: Listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => stream.close(),
  };
}
