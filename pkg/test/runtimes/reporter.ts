/** Makes the program that asks a runtime: one file that needs nothing of a host, and not the package either. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

import { lacking, rulesetOf } from "../compiler.js";
import { documentsOf, fixtureFile } from "../corpus/fixtures.js";
import { readFixtures } from "../corpus/read.js";
import type { Material } from "./report.js";

const SHOP = new URL("../../../examples/shop/snapshot.json", import.meta.url);

/** Writes `report.mjs`, whose `report` is given the package's modules. */
export async function writeReporter(directory: string): Promise<void> {
  await build({
    stdin: {
      contents: `
        import { reportOf } from "./report.js";
        export const report = (full, slim, control) => reportOf(full, slim, control, MATERIAL);`,
      resolveDir: fileURLToPath(new URL(".", import.meta.url)),
    },
    outfile: join(directory, "report.mjs"),
    bundle: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    target: "es2022",
    alias: { vitest: fileURLToPath(new URL("expect.ts", import.meta.url)) },
    // Where there is a process, colours are asked for in its environment, which takes a permission in Deno.
    define: { MATERIAL: JSON.stringify(material()), "globalThis.process": "undefined", process: "undefined" },
    logLevel: "warning",
  });
}

export function material(): Material {
  const fixtures = readFixtures();
  const files = fixtures.map(([name, text]) => fixtureFile(name, text));
  return {
    fixtures,
    rulesets: Object.fromEntries(files.flatMap(documentsOf).map((document) => [document, base64(rulesetOf(document))])),
    lacking: Object.fromEntries(files.map(({ snapshot }) => [snapshot, [...lacking(snapshot)]])),
    shop: shop(),
  };
}

export function shop(): Material["shop"] {
  const snapshot = readFileSync(SHOP, "utf8");
  return { snapshot, ruleset: base64(rulesetOf(snapshot)) };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
