/** The text of parts of a JSON document, as it stands there: reading and writing again would lose some of it. */

/** The members of an object, each with the text of its value. A repeated name keeps its last value. */
export function rawMembers(text: string): Map<string, string> {
  const members = new Map<string, string>();
  for (const [name, value] of parts(text)) members.set(JSON.parse(name ?? '""') as string, value);
  return members;
}

/** The texts of the items of an array. */
export function rawItems(text: string): string[] {
  return [...parts(text)].map(([, value]) => value);
}

/** A document without the white space between its tokens. */
export function compact(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|[ \t\r\n]+/g, (token) => (token.startsWith('"') ? token : ""));
}

/** What stands between the outermost brackets: the texts of values, each with that of its name in an object. */
function* parts(text: string): Generator<[name: string | undefined, value: string]> {
  let depth = 0;
  let start = 0;
  let name: string | undefined;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}:,]/g)) {
    const ends = depth === 1 && (token === "," || token === "}" || token === "]");
    if (ends && text.slice(start, index).trim() !== "") yield [name, text.slice(start, index).trim()];
    if (token === "{" || token === "[") depth++;
    if (token === "}" || token === "]") depth--;
    if (depth === 1 && token === ":") name = text.slice(start, index).trim();
    if (depth === 1 && /^[[{:,]$/.test(token)) start = index + 1;
  }
}
