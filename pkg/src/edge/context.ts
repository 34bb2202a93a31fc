/**
 * The evaluation context of a request. Headers and cookies are looked up when they are asked for: a snapshot reads few of
 * them or none, and copying them all costs more than everything else that evaluating does.
 */

import type { EvaluationContext } from "../engine/base.js";
import { cookieNamed, cookieNames } from "./cookies.js";

/** What a request does not say by itself. */
export interface ContextOptions {
  /** The visitor's id, as of `visitorOf`. */
  readonly visitor?: string;
  /**
   * Attributes of your own, such as `targetingKey` or `country`. They cannot take the place of `headers`, `cookies`, `path`,
   * `method` and `visitor`; one named `headers.x-track` as a whole is found before the header is looked for.
   */
  readonly attributes?: EvaluationContext | undefined;
}

/**
 * What a request says, as attributes: `headers.<lower case>`, `cookies.<name>` as sent, `path` without the query, `method`,
 * and `country` where the platform puts it into `request.cf`. A request's body is not read.
 */
export function requestContext(request: Request, { visitor, attributes }: ContextOptions = {}): EvaluationContext {
  return {
    country: countryOf(request),
    ...attributes,
    headers: new Proxy(NOTHING, new Lookup(new HeaderTable(request.headers))),
    cookies: new Proxy(NOTHING, new Lookup(new CookieTable(request.headers))),
    path: pathOf(request.url),
    method: request.method,
    visitor,
  };
}

/** Something that has texts by name. */
interface Table {
  get(name: string): string | undefined;
  names(): string[];
}

/** Names that a header can have, written as snapshots write them. Asking for any other would throw. */
const HEADER = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;

class HeaderTable implements Table {
  readonly #headers: Headers;

  constructor(headers: Headers) {
    this.#headers = headers;
  }

  get(name: string): string | undefined {
    return HEADER.test(name) ? (this.#headers.get(name) ?? undefined) : undefined;
  }

  names(): string[] {
    return [...new Set(this.#headers.keys())];
  }
}

class CookieTable implements Table {
  readonly #headers: Headers;
  #header: string | undefined;

  constructor(headers: Headers) {
    this.#headers = headers;
  }

  get(name: string): string | undefined {
    return cookieNamed(this.#read(), name);
  }

  names(): string[] {
    return cookieNames(this.#read());
  }

  #read(): string {
    return (this.#header ??= this.#headers.get("cookie") ?? "");
  }
}

/** What all lookups stand for: a plain object without a prototype, into which paths can step. */
const NOTHING: object = Object.create(null) as object;

/** Lets a table look like a plain object that is read-only. */
class Lookup implements ProxyHandler<object> {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  get(_: object, name: string | symbol): string | undefined {
    return typeof name === "string" ? this.#table.get(name) : undefined;
  }

  has(_: object, name: string | symbol): boolean {
    return this.get(_, name) !== undefined;
  }

  getOwnPropertyDescriptor(_: object, name: string | symbol): PropertyDescriptor | undefined {
    const value = this.get(_, name);
    return value === undefined ? undefined : { value, enumerable: true, configurable: true, writable: false };
  }

  ownKeys(): string[] {
    return this.#table.names();
  }

  /** Setting a property defines it, so this refuses both. */
  defineProperty(): boolean {
    return false;
  }
}

/** Where Cloudflare knows the visitor to be. Headers that say so are anybody's claim elsewhere, so none is believed. */
function countryOf(request: Request): string | undefined {
  return (request as { cf?: { country?: string } }).cf?.country;
}

/** The path of an absolute URL, as it is written there. */
function pathOf(url: string): string {
  const rest = targetOf(url);
  const end = rest.search(/[?#]/);
  return end === -1 ? rest : rest.slice(0, end);
}

/** Path and query of an absolute URL. */
export function targetOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("//") + 2);
  return start === -1 ? "/" : url.slice(start);
}
