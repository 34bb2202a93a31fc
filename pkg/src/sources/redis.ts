/** Redis: a document and the last kill message as keys, both announced on channels. */

import { toBytes } from "./body.js";
import type { PollOptions } from "./options.js";
import { poll } from "./polling.js";
import type { Source } from "./source.js";

/** What is used of a client of the package `redis`. */
export interface RedisClient {
  get(key: string): Promise<string | Uint8Array | null>;
}

/** What is used of a second client, which listens: `client.duplicate()`. */
export interface RedisSubscriber {
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  unsubscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
}

/** How to read from Redis. Both clients are connected and closed by whoever made them. */
export interface RedisOptions extends PollOptions {
  /** Reads the keys. For rulesets it must give bytes: `client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer })`. */
  readonly client: RedisClient;
  readonly subscriber: RedisSubscriber;
  /** The key of the document. Whatever is published on the channel of the same name says that it has changed. */
  readonly key: string;
  /** The key of the last kill message, and the channel on which messages are published; by default `key` and `:kills`. */
  readonly killsKey?: string;
}

/** Listens to both channels, and polls both keys every 30 seconds, since what is published while nobody listens is lost. */
export function redis(options: RedisOptions): Source {
  const { client, subscriber, key, killsKey = `${key}:kills`, pollMs = 30_000, timeoutMs = 10_000, backoff = {} } = options;
  return {
    name: `redis:${key}`,
    open(sink, { host }) {
      const channels = new Channels(subscriber, [
        [key, () => sink.changed()],
        [killsKey, (message) => sink.kill(message)],
      ]);
      const opened = poll(host, sink, { pollMs, timeoutMs, backoff }, async (signal) => {
        // Listening comes first: what changes after looking would be missed otherwise.
        await channels.listen();
        signal.throwIfAborted();
        const [document, message] = await Promise.all([client.get(key), client.get(killsKey)]);
        signal.throwIfAborted();
        if (message !== null) sink.kill(typeof message === "string" ? message : new TextDecoder().decode(message));
        if (document === null) throw new Error(`there is no \`${key}\` in Redis`);
        await sink.document({ body: toBytes(document) });
      });
      return {
        refresh: () => opened.refresh(),
        close() {
          opened.close();
          channels.close();
        },
      };
    },
  };
}

type Listeners = readonly (readonly [channel: string, listener: (message: string) => void])[];

/** The channels that are listened to. Subscribing can fail, and is tried again then. */
class Channels {
  readonly #subscriber: RedisSubscriber;
  readonly #listeners: Listeners;
  #listening: Promise<unknown> | undefined;

  constructor(subscriber: RedisSubscriber, listeners: Listeners) {
    this.#subscriber = subscriber;
    this.#listeners = listeners;
  }

  async listen(): Promise<void> {
    this.#listening ??= Promise.all(this.#listeners.map(([channel, listener]) => this.#subscriber.subscribe(channel, listener)));
    try {
      await this.#listening;
    } catch (error) {
      this.#listening = undefined;
      throw error;
    }
  }

  close(): void {
    for (const [channel, listener] of this.#listeners) {
      // It fails where the connection is gone, and the subscription with it.
      void Promise.resolve().then(() => this.#subscriber.unsubscribe(channel, listener)).catch(() => {});
    }
  }
}
