/** The engine that the page and its worker ask. */

import { createEngine, type Engine, type KillMessage, SnapshotError } from "vexil";

/**
 * An engine for a text, after a kill message. One that is refused, as a link may bring, changes nothing.
 *
 * @throws {SnapshotError} if the text cannot be served.
 */
export async function engineOf(text: string, message: KillMessage | undefined): Promise<Engine> {
  const engine = await createEngine(text);
  if (message) tryKill(engine, message);
  return engine;
}

function tryKill(engine: Engine, message: KillMessage): void {
  try {
    engine.kill(message);
  } catch (error) {
    if (!(error instanceof SnapshotError)) throw error;
  }
}
