/** `vexil/sources` as it is published. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";

import ts from "typescript";
import { describe, expect, test } from "vitest";

import { RULESET, SNAPSHOT } from "./entries.js";
import { node, project } from "./project.js";

/** What works with the engine of any host: under which name, of which file, and what it exports. */
const ENTRIES = [
  { name: "vexil/sources", exported: "connect,eventStream,http,kills,kv,kvStore,memory,textStore,webStore" },
  { name: "vexil/sources/file", exported: "file,fileStore" },
  { name: "vexil/sources/redis", exported: "redis" },
];

describe.each(ENTRIES)("$name", ({ name, exported }) => {
  test("is imported and required, and exports what it should", async () => {
    expect(await node("neutral.mjs", `import * as all from "${name}"; console.log(Object.keys(all).sort().join());`)).toBe(`${exported}\n`);
    expect(await node("neutral.cjs", `console.log(Object.keys(require("${name}")).filter((key) => key !== "__esModule").sort().join());`, "--no-warnings")).toBe(`${exported}\n`);
  });

  test("has types that need neither those of the web nor of Node", () => {
    writeFileSync(join(project, "neutral.mts"), `import * as all from "${name}"; export default all;`);
    const { ESNext } = ts.ModuleKind;
    const options = { module: ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, lib: ["lib.es2022.d.ts"], strict: true, types: [], noEmit: true };
    const program = ts.createProgram([join(project, "neutral.mts")], { ...options, target: ts.ScriptTarget.ES2022, exactOptionalPropertyTypes: true });
    expect(ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText)).toEqual([]);
  });
});

describe("a process with a connection", () => {
  const connecting = (rest: string): string => `
    import { createEngine } from "vexil";
    import { connect, http, memory } from "vexil/sources";
    import { file, fileStore } from "vexil/sources/file";
    const nowhere = http("http://127.0.0.1:1/");
    ${rest}`;

  test("ends when nothing else is to be done, whatever is waited for next", async () => {
    const source = connecting(`
      import { writeFileSync } from "node:fs";
      writeFileSync("watched.json", JSON.stringify(${SNAPSHOT}));
      const flags = connect(createEngine, [file("watched.json"), nowhere], { store: fileStore("saved.json"), timeChanges: true });
      const engine = await flags.ready();
      await flags.refresh();
      console.log(engine.boolean("on", { targetingKey: "u-1" }, false), flags.status().state);`);
    const start = performance.now();
    expect(await node("ends.mjs", source)).toBe("true ready\n");
    // The next look is seconds away.
    expect(performance.now() - start).toBeLessThan(4_000);
  });

  test("does not end while the engine is waited for", async () => {
    const source = connecting(`
      const flags = connect(createEngine, nowhere, { startTimeoutMs: 300 });
      await flags.ready().catch((error) => console.log(error.message, flags.status().state));`);
    expect(await node("waits.mjs", source)).toBe("fetch failed error\n");
  });

  test("may use both artifacts", async () => {
    const source = connecting(`
      import { createEngine as createSlimEngine } from "vexil/slim";
      const [one, other] = [connect(createEngine, memory(${SNAPSHOT})), connect(createSlimEngine, memory(${RULESET}))];
      for (const flags of [one, other]) console.log((await flags.ready()).boolean("on", { targetingKey: "u-1" }, false), flags.status().state);`);
    expect(await node("both-connected.mjs", source)).toBe("true ready\ntrue ready\n");
  });
});
