/**
 * The shop in Node: prints a report as JSON.
 *
 *     node examples/shop/node.mjs                    evaluates the snapshot
 *     node examples/shop/node.mjs shop.ruleset       evaluates what `vexil compile` made of it, with `vexil/slim`
 */

import { readFileSync } from "node:fs";

import { run } from "./host.mjs";

const [ruleset] = process.argv.slice(2);
// In a project of your own: import { createEngine } from "vexil", or from "vexil/slim".
const { createEngine } = await import(ruleset === undefined ? "../../pkg/dist/node.js" : "../../pkg/dist/node-slim.js");
const document = readFileSync(ruleset ?? new URL("snapshot.json", import.meta.url));
const report = await run(createEngine, document);
console.log(JSON.stringify({ host: `Node ${process.versions.node}`, ...report }));
