/**
 * A page of the documentation as what it tells its reader to do, one step after the other.
 *
 * A block of code behind a line that ends in the name of a file, as in "Put this into `main.mjs`:", is that file.
 * A block `sh` is commands, a link such as <http://localhost:5173> is opened in a browser, and a block `text` is what
 * the steps before it print or show.
 */

export type Step =
  | { readonly kind: "file"; readonly name: string; readonly text: string }
  | { readonly kind: "commands"; readonly lines: readonly string[] }
  | { readonly kind: "visit"; readonly address: string }
  | { readonly kind: "output"; readonly text: string };

const PARTS = /(?:`([^`\n]+)`:\n\n)?^```(\w+)\n(.*?)^```$|<(http:\/\/localhost[^>]*)>/gms;

export function stepsOf(page: string): readonly Step[] {
  return [...page.matchAll(PARTS)].map(([part, name, language, text = "", address]): Step => {
    if (address !== undefined) return { kind: "visit", address };
    if (language === "sh") return { kind: "commands", lines: text.trim().split("\n") };
    if (language === "text") return { kind: "output", text };
    if (name === undefined) throw new Error(`no file is named for:\n${part}`);
    return { kind: "file", name, text };
  });
}
