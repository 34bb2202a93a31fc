/** What is counted: one row for each track and way to come to it. */

import type { Failure } from "./forward.js";
import { Durations, type Histogram } from "./histogram.js";

/**
 * How a request came to its track: `split` by the service's split, and only these are a fair sample; `rule` by a rule, so
 * forced, whatever the rule serves; `default` since nothing chose; `fallback` since another track failed.
 */
export type ChosenBy = "split" | "rule" | "default" | "fallback";

/** What a row is about. */
export interface RowKey {
  readonly track: string;
  /** The version that the snapshot names; null where it names none, and for fallbacks. */
  readonly version: string | null;
  readonly chosenBy: ChosenBy;
  /** The id of the rule, if one chose. */
  readonly rule?: string;
}

/** Requests that a track was asked. Rows with the same key can be added up. */
export interface Row extends RowKey {
  /** All that were answered or failed; not those that the visitor broke off. */
  readonly requests: number;
  /** How many of them failed, by kind: an error status (5xx, unless told otherwise), no response, none in time. */
  readonly errors: { readonly status: number; readonly network: number; readonly timeout: number };
  /** Responses by status. */
  readonly statuses: { readonly [status: string]: number };
  /** Requests whose visitor was gone before the response began. */
  readonly aborted: number;
  /** Failed requests that `stable` answered instead: they are rows of `stable` too, with `fallback`. */
  readonly fallbacks: number;
  /** Milliseconds from asking the origin until its response began, of all responses. */
  readonly latency: Histogram;
}

/** A row while it is being counted. */
class Tally {
  readonly #key: RowKey;
  #requests = 0;
  #aborted = 0;
  #fallbacks = 0;
  readonly #errors = { status: 0, network: 0, timeout: 0 };
  readonly #statuses = new Map<string, number>();
  readonly #latency = new Durations();

  constructor({ track, version, chosenBy, rule }: RowKey) {
    this.#key = { track, version, chosenBy, ...(rule !== undefined && { rule }) };
  }

  answered(status: number, isError: boolean, ms: number): void {
    this.#requests++;
    if (isError) this.#errors.status++;
    this.#count(String(status), 1);
    this.#latency.record(ms);
  }

  failed(kind: Failure): void {
    this.#requests++;
    this.#errors[kind]++;
  }

  aborted(): void {
    this.#aborted++;
  }

  fellBack(): void {
    this.#fallbacks++;
  }

  merge(row: Row): void {
    this.#requests += row.requests;
    this.#aborted += row.aborted;
    this.#fallbacks += row.fallbacks;
    for (const kind of ["status", "network", "timeout"] as const) this.#errors[kind] += row.errors[kind];
    for (const [status, count] of Object.entries(row.statuses)) this.#count(status, count);
    this.#latency.merge(row.latency);
  }

  #count(status: string, count: number): void {
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + count);
  }

  read(): Row {
    return {
      ...this.#key,
      requests: this.#requests,
      errors: { ...this.#errors },
      statuses: Object.fromEntries(this.#statuses),
      aborted: this.#aborted,
      fallbacks: this.#fallbacks,
      latency: this.#latency.read(),
    };
  }
}

/** Rows by their keys. */
export class Table {
  readonly #tallies = new Map<string, Tally>();

  /** The row of a key, made when it is first asked for. */
  row(key: RowKey): Tally {
    const { track, version, chosenBy, rule } = key;
    // No name in a snapshot has a line break; the version comes last, since it can be any text.
    const name = `${chosenBy}\n${track}\n${rule ?? ""}\n${version === null ? "" : `=${version}`}`;
    let tally = this.#tallies.get(name);
    if (tally === undefined) this.#tallies.set(name, (tally = new Tally(key)));
    return tally;
  }

  read(): Row[] {
    return [...this.#tallies.values()].map((tally) => tally.read());
  }
}

/** Adds rows of the same key up: those of several instances, or of one over time. */
export function mergeRows(rows: Iterable<Row>): Row[] {
  const table = new Table();
  for (const row of rows) table.row(row).merge(row);
  return table.read();
}
