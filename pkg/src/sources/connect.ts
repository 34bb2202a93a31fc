/** From sources to an engine. */

import type { Connection, ConnectOptions } from "./connection.js";
import type { CreateEngine, Updatable } from "./holder.js";
import { LiveEngine } from "./live-engine.js";
import type { Source } from "./source.js";

/**
 * Keeps an engine current, of `vexil` or `vexil/slim`.
 *
 *     const flags = connect(createEngine, http("https://flags.example/production.json"));
 *     const engine = await flags.ready();
 */
export function connect<E extends Updatable>(
  createEngine: CreateEngine<E>,
  source: Source | readonly Source[],
  options: ConnectOptions = {},
): Connection<E> {
  return new LiveEngine(createEngine, "open" in source ? [source] : source, options);
}
