/** Who asks: a random id in a cookie of the site's own, which says nothing about the person and outlives a login. */

import { cookieNamed } from "./cookies.js";

/** How the visitor's id is kept. */
export interface CookieOptions {
  /** By default `vexil-visitor`. */
  readonly name?: string;
  /** How long browsers keep it, in seconds; by default a year. */
  readonly maxAge?: number;
  /** The domain whose hosts all get it; by default only the host that was asked. */
  readonly domain?: string;
  /** Whether it is sent over HTTPS alone; by default it is. Only for tests on a host without it. */
  readonly secure?: boolean;
}

/** A visitor. */
export interface Visitor {
  /** The unit of splits by `visitor`. */
  readonly id: string;
  /** The value of a `Set-Cookie` header, if the request brought no usable id. */
  readonly setCookie?: string;
}

/** Options that were checked, with defaults in place. */
export interface CookieForm {
  readonly name: string;
  /** What follows the id in `Set-Cookie`. */
  readonly attributes: string;
}

/** Ids that are kept: of 16 to 128 characters that need no quoting. Shorter is not random, longer is an attack. */
const ID = /^[A-Za-z0-9_-]{16,128}$/;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const DOMAIN = /^\.?[A-Za-z0-9.-]+$/;
const A_YEAR = 365 * 24 * 60 * 60;

/**
 * Checks how a cookie is to be.
 *
 * @throws {TypeError} if browsers would refuse it.
 */
export function cookieForm({ name = "vexil-visitor", maxAge = A_YEAR, domain, secure = true }: CookieOptions = {}): CookieForm {
  const wrong = (what: string): never => {
    throw new TypeError(`vexil: ${what}`);
  };
  if (!TOKEN.test(name)) wrong(`\`${name}\` cannot be the name of a cookie`);
  if (!Number.isSafeInteger(maxAge) || maxAge <= 0) wrong(`the cookie's \`maxAge\` is a whole number of seconds, not \`${maxAge}\``);
  if (domain !== undefined && !DOMAIN.test(domain)) wrong(`\`${domain}\` cannot be the domain of a cookie`);
  if (name.startsWith("__Host-") && domain !== undefined) wrong(`a cookie whose name begins with \`__Host-\` has no domain`);
  if (/^__(Host|Secure)-/.test(name) && !secure) wrong(`a cookie named \`${name}\` is sent over HTTPS alone`);
  const where = domain === undefined ? "" : `; Domain=${domain}`;
  return { name, attributes: `; Path=/; Max-Age=${maxAge}; HttpOnly${secure ? "; Secure" : ""}; SameSite=Lax${where}` };
}

/** The visitor of a request. One who has no usable id gets a new one, which is to be set in the response. */
export function visitorOf(request: Request, options?: CookieOptions): Visitor {
  return visitorIn(request.headers.get("cookie") ?? "", cookieForm(options), () => crypto.randomUUID());
}

/** The visitor of a `Cookie` header. */
export function visitorIn(header: string, { name, attributes }: CookieForm, randomId: () => string): Visitor {
  const known = cookieNamed(header, name, (value) => ID.test(value));
  if (known !== undefined) return { id: known };
  const id = randomId();
  return { id, setCookie: `${name}=${id}${attributes}` };
}
