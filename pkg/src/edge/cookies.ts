/** The cookies of a request, read where they stand: most requests need one of them and no list of all. */

/** A cookie as it was sent; true ends the search. */
type Visit = (name: string, value: string) => boolean | void;

/** Goes through all cookies of a header in their order. What has no name is no cookie. */
export function eachCookie(header: string, visit: Visit): void {
  for (let start = 0; start < header.length; ) {
    const semicolon = header.indexOf(";", start);
    const end = semicolon === -1 ? header.length : semicolon;
    const equals = header.indexOf("=", start);
    if (equals !== -1 && equals < end) {
      const name = header.slice(start, equals).trim();
      if (name !== "" && visit(name, header.slice(equals + 1, end).trim()) === true) return;
    }
    start = end + 1;
  }
}

/** The value of the first cookie of a name that will do. */
export function cookieNamed(header: string, name: string, willDo: (value: string) => boolean = () => true): string | undefined {
  let first: string | undefined;
  eachCookie(header, (found, value) => {
    if (found !== name || !willDo(value)) return false;
    first = value;
    return true;
  });
  return first;
}

/** The names of all cookies, each once. */
export function cookieNames(header: string): string[] {
  const names = new Set<string>();
  eachCookie(header, (name) => void names.add(name));
  return [...names];
}

/** The header with a cookie in place of all others of its name. */
export function withCookie(header: string, name: string, value: string): string {
  const cookies: string[] = [];
  eachCookie(header, (found, other) => void (found !== name && cookies.push(`${found}=${other}`)));
  return [...cookies, `${name}=${value}`].join("; ");
}
