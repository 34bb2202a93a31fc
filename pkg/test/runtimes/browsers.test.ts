import { join } from "node:path";

import { build, type Rolldown } from "vite";

import { type BrowserName, BROWSERS, opened } from "../package/browser.js";
import { folder, write } from "../package/project.js";
import type { Report } from "./report.js";
import { asking, filesOf, proves } from "./runtime.js";

const site = folder();
let modules: Promise<string> | undefined;

/** Builds the page, once for all browsers; answers with the names of all modules in it. */
function built(): Promise<string> {
  return (modules ??= (async () => {
    write(site, {
      "index.html": `<!doctype html><script type="module" src="./main.js"></script>`,
      "main.js": `${asking()}
        const failed = (error) => JSON.stringify({ failed: [String(error)] });
        ask().catch(failed).then((body) => fetch("/report", { method: "POST", body }));`,
    });
    const { output } = (await build({ root: site, configFile: false, logLevel: "error" })) as Rolldown.RolldownOutput;
    return output.flatMap((part) => (part.type === "chunk" ? part.moduleIds : [])).join("\n");
  })());
}

for (const name of Object.keys(BROWSERS) as BrowserName[]) {
  proves(`${name}, by Vite`, "browser", async () => {
    const loaded = filesOf(await built());
    return { report: JSON.parse(await opened(name, join(site, "dist"))) as Report, loaded };
  });
}
