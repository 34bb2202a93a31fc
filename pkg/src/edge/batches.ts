/** Hands over what was counted, in batches, behind the visitor's back: no response waits for it or fails with it. */

import { type Row, type RowKey, Table } from "./metrics.js";

/** What went wrong without the visitor noticing, by where. */
export interface Problems {
  /** Requests without an engine: none was there, none in time, or asking for it failed. They went to `stable`. */
  readonly engine: number;
  /** Requests that the engine answered with an error, such as for an unknown service. */
  readonly route: number;
  /** Requests on a track that has no origin. They went to `stable`. */
  readonly origin: number;
  /** Requests whose `attributes` failed or came too late. They were routed without. */
  readonly attributes: number;
  /** Responses about which `isError` failed. Their status decided. */
  readonly isError: number;
  /** Batches that the sink did not take. They are sent again, until there are too many of them. */
  readonly sink: number;
}

/** Where something went wrong. */
export type Problem = keyof Problems;

/** What was counted in a while, as plain data. */
export interface Batch {
  /** Random. A batch that is sent again has the id that it had. */
  readonly id: string;
  readonly service: string;
  /** The first and the last record, in milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly rows: readonly Row[];
  readonly problems: Problems;
  /** Requests that are in no batch any more: so many were thrown away since the batch before. */
  readonly lost: number;
}

/** Takes a batch. What it throws or rejects with is that it did not. */
export type Sink = (batch: Batch) => unknown;

/** When batches are handed over. */
export interface BatchOptions {
  /** At the latest after so many requests; by default 1000. */
  readonly requests?: number;
  /** With the first request that comes so many milliseconds after the first record; by default 10 000. */
  readonly age?: number;
  /** How many batches are kept that the sink has not taken yet; by default 8. The oldest is given up for a newer one. */
  readonly kept?: number;
}

/** What the recorder needs of its host. */
interface Host {
  now(): number;
  randomId(): string;
}

/** Lets something go on after the response. */
export interface WaitUntil {
  waitUntil?(promise: Promise<unknown>): void;
}

/** A sink that has not answered for so long is taken to have failed: platforms end what goes on too long, silently. */
const HOPELESS_MS = 30_000;

/** A batch that the sink has not taken yet. */
interface Waiting {
  readonly batch: Batch;
  /** How many requests it is about. */
  readonly requests: number;
  /** Since when it is with the sink, if it is. */
  sent: number | undefined;
}

/** Counts, and hands over what it counted. */
export class Recorder {
  readonly #service: string;
  readonly #sink: Sink;
  readonly #limits: Required<BatchOptions>;
  readonly #host: Host;
  readonly #report: (problem: Problem, error: unknown) => void;
  #counted: Counted | undefined;
  #waiting: Waiting[] = [];
  /** What the next batch has to say of those before: it is no reason to make one. */
  #lost = 0;
  #refused = 0;

  constructor(service: string, sink: Sink, options: BatchOptions, host: Host, report: (problem: Problem, error: unknown) => void) {
    this.#service = service;
    this.#sink = sink;
    this.#limits = { requests: 1000, age: 10_000, kept: 8, ...options };
    this.#host = host;
    this.#report = report;
  }

  /** The row of a key, to be counted in at once: the next batch has other rows. */
  row(key: RowKey): ReturnType<Table["row"]> {
    return this.#now().table.row(key);
  }

  /** Counts a request, which may be in two rows. */
  request(): void {
    this.#now().requests++;
  }

  problem(problem: Exclude<Problem, "sink">): void {
    this.#now().problems[problem]++;
  }

  #now(): Counted {
    const now = this.#host.now();
    this.#counted ??= new Counted(now);
    this.#counted.to = now;
    return this.#counted;
  }

  /** Hands over what was counted, if it is time for it. */
  handOverIfDue(context: WaitUntil | undefined): void {
    const counted = this.#counted;
    if (counted === undefined) return;
    const { requests, age } = this.#limits;
    if (counted.requests < requests && counted.to - counted.from < age) return;
    const done = this.handOver();
    try {
      context?.waitUntil?.(done);
    } catch {
      // The platform refuses to wait. It goes on as long as it may.
    }
  }

  /** Hands over all there is. It never fails; it ends when the sink is done with it, well or not. */
  async handOver(): Promise<void> {
    this.#close();
    const now = this.#host.now();
    const toSend = this.#waiting.filter(({ sent }) => sent === undefined || now - sent > HOPELESS_MS);
    await Promise.all(toSend.map((waiting) => this.#send(waiting, now)));
  }

  /** Makes a batch of what was counted. */
  #close(): void {
    const counted = this.#counted;
    if (counted === undefined) return;
    // First, so that the new batch can tell.
    if (this.#waiting.length >= this.#limits.kept) this.#giveUpOldest();
    const { requests, from, to, table, problems } = counted;
    const batch = {
      id: this.#host.randomId(),
      service: this.#service,
      from,
      to,
      rows: table.read(),
      problems: { ...problems, sink: this.#refused },
      lost: this.#lost,
    };
    this.#counted = undefined;
    this.#lost = this.#refused = 0;
    this.#waiting.push({ batch, requests, sent: undefined });
  }

  #giveUpOldest(): void {
    const oldest = this.#waiting.shift();
    if (oldest === undefined) return;
    this.#lost += oldest.requests + oldest.batch.lost;
    this.#refused += oldest.batch.problems.sink;
  }

  async #send(waiting: Waiting, now: number): Promise<void> {
    waiting.sent = now;
    try {
      await this.#sink(waiting.batch);
      this.#waiting = this.#waiting.filter((other) => other !== waiting);
    } catch (error) {
      waiting.sent = undefined;
      this.#refused++;
      this.#report("sink", error);
    }
  }
}

/** What was counted since the last batch. */
class Counted {
  readonly table = new Table();
  readonly problems = { engine: 0, route: 0, origin: 0, attributes: 0, isError: 0 };
  requests = 0;
  readonly from: number;
  to: number;

  constructor(now: number) {
    this.from = now;
    this.to = now;
  }
}
