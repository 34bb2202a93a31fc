import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { unstable_startWorker } from "wrangler";

import { folder, write } from "../package/project.js";
import { asking, filesOf, proves, type Ran } from "./runtime.js";
import type { Report } from "./report.js";

// Else it asks the network where in the world it is.
process.env["CLOUDFLARE_CF_FETCH_ENABLED"] = "false";

proves("Cloudflare's workerd, by wrangler", "workerd", () => ran("vexil"));
// It compiles nothing at run time, so the WebAssembly cannot be in the script: the entry is the same.
proves("Cloudflare's workerd, by wrangler, `vexil/inline`", "workerd", () => ran("vexil/inline"));

async function ran(name: "vexil" | "vexil/inline"): Promise<Ran> {
  const directory = folder();
  const settings = { name: "test", main: "worker.mjs", compatibility_date: "2026-04-01", send_metrics: false };
  write(directory, {
    "worker.mjs": `${asking(name)} export default { fetch: async () => new Response(await ask()) };`,
    "wrangler.json": JSON.stringify(settings),
  });
  const worker = await unstable_startWorker({ config: join(directory, "wrangler.json"), dev: { logLevel: "error" } });
  try {
    const response = await worker.fetch("http://localhost/");
    const report = (await response.json()) as Report;
    // What runs is written down, with the name of every module in it.
    const files = readdirSync(directory, { recursive: true, encoding: "utf8" });
    const bundle = files.find((file) => /\bdev-\w+\/worker\.js$/.test(file)) ?? "";
    return { report, loaded: filesOf(readFileSync(join(directory, bundle), "utf8")) };
  } finally {
    await worker.dispose();
  }
}
