/** Kill messages that lie somewhere of their own, and are looked at more often than documents. */

import { textOf } from "./body.js";
import type { Source } from "./source.js";

/** Takes what a source brings for kill messages: `kills(http("https://flags.example/kills.json", { pollMs: 2_000 }))`. */
export function kills(source: Source): Source {
  return {
    name: source.name,
    brings: "kills",
    open(sink, { host }) {
      const killSink = {
        ...sink,
        document({ body }: { readonly body: Uint8Array }) {
          sink.kill(textOf(body));
          return Promise.resolve(true);
        },
        current() {
          sink.alive();
          return Promise.resolve(true);
        },
      };
      return source.open(killSink, { host });
    },
  };
}
