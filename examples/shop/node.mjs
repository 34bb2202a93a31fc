/**
 * The shop in Node: prints a report as JSON.
 *
 *     node examples/shop/node.mjs
 */

import { readFileSync } from "node:fs";

// In a project of your own: import { createEngine } from "vexil";
import { createEngine } from "../../pkg/dist/node.js";
import { run } from "./host.mjs";

const snapshot = readFileSync(new URL("snapshot.json", import.meta.url), "utf8");
const report = await run(createEngine, snapshot);
console.log(JSON.stringify({ host: `Node ${process.versions.node}`, ...report }));
