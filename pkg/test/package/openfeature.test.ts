/** The OpenFeature providers beside the SDKs that they are for, and the examples of their documentation. */

import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import ts from "typescript";
import { beforeAll, describe, expect, test } from "vitest";

import { SNAPSHOT } from "./entries.js";
import { folder, installed, node, root, run } from "./project.js";

describe("the OpenFeature providers", () => {
  /** A project that has the SDKs beside the package. */
  const shop = folder();

  beforeAll(() => {
    cpSync(installed, join(shop, "node_modules", "vexil"), { recursive: true });
    cpSync(join(root, "node_modules", "@openfeature"), join(shop, "node_modules", "@openfeature"), { recursive: true });
  });

  const use = (provider: string, value: string): string => `(async () => {
    const engine = await createEngine(${SNAPSHOT});
    await OpenFeature.setProviderAndWait(new ${provider}({ engine }), { targetingKey: "u-1" });
    const client = OpenFeature.getClient();
    console.log(${value}, client.providerStatus);
  })()`;
  const onServer = use("VexilProvider", `await client.getBooleanValue("on", false, { targetingKey: "u-1" })`);
  const inPage = use("VexilWebProvider", `client.getBooleanValue("on", false)`);

  test.each([
    ["server", "VexilProvider", "server-sdk", onServer],
    ["web", "VexilWebProvider", "web-sdk", inPage],
  ])("for %s is imported, and required", async (name, provider, sdk, source) => {
    writeFileSync(
      join(shop, "use.mjs"),
      `import { OpenFeature } from "@openfeature/${sdk}"; import { createEngine } from "vexil";
       import { ${provider} } from "vexil/openfeature/${name}"; ${source}`,
    );
    writeFileSync(
      join(shop, "use.cjs"),
      `const { OpenFeature } = require("@openfeature/${sdk}"); const { createEngine } = require("vexil");
       const { ${provider} } = require("vexil/openfeature/${name}"); ${source}`,
    );
    for (const file of ["use.mjs", "use.cjs"]) {
      expect(await run(process.execPath, ["--no-warnings", file], { cwd: shop })).toBe("true READY\n");
    }
  });

  test.each(["server", "web"])("for %s says which SDK it needs where there is none", async (name) => {
    const source = `await import("vexil/openfeature/${name}").catch(({ code, message }) => console.log(code, message));`;
    expect(await node("without.mjs", source)).toMatch(new RegExp(`^ERR_MODULE_NOT_FOUND .*@openfeature/${name}-sdk`));
  });

  test("have their types", () => {
    const source = `
      import { OpenFeature as Server } from "@openfeature/server-sdk";
      import { OpenFeature as Web } from "@openfeature/web-sdk";
      import { createEngine } from "vexil";
      import { createEngine as createSlim } from "vexil/slim";
      import { VexilProvider, type Live } from "vexil/openfeature/server";
      import { VexilWebProvider, type WebProviderOptions } from "vexil/openfeature/web";
      export async function use(live: Live, ruleset: Uint8Array): Promise<void> {
        const engine = await createEngine({ schema: "vexil/1" });
        await Server.setProviderAndWait(new VexilProvider({ engine }));
        await Server.setProviderAndWait("slim", new VexilProvider({ engine: () => createSlim(ruleset) }));
        const options: WebProviderOptions = { live, initial: engine.context({}), track: (name, { targetingKey }) => [name, targetingKey] };
        Web.setProvider(new VexilWebProvider(options), { targetingKey: "u-1" });
        new VexilProvider({ engine }).notify(engine.update("{}"));
        // @ts-expect-error: an engine, or what keeps one up to date, but not both
        new VexilProvider({ engine, live });
        // @ts-expect-error: neither
        new VexilWebProvider({});
      }`;
    writeFileSync(join(shop, "use.mts"), source);
    const program = ts.createProgram([join(shop, "use.mts")], {
      target: ts.ScriptTarget.ES2022,
      lib: ["lib.es2022.d.ts", "lib.dom.d.ts"],
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      strict: true,
      exactOptionalPropertyTypes: true,
      // The SDK for servers has events of Node in its types.
      typeRoots: [join(root, "node_modules", "@types")],
      types: ["node"],
      noEmit: true,
    });
    const format = { getCanonicalFileName: (name: string) => name, getCurrentDirectory: () => shop, getNewLine: () => "\n" };
    expect(ts.formatDiagnostics(ts.getPreEmitDiagnostics(program), format)).toBe("");
  });

  describe("in docs/openfeature.md", () => {
    const page = readFileSync(join(root, "..", "docs", "openfeature.md"), "utf8");
    const examples = [...page.matchAll(/```js\n(.*?)```\n\nprints\n\n```text\n(.*?)```/gs)];

    test("have examples, each with what it prints", () => {
      expect(examples.length).toBeGreaterThan(3);
      expect(examples).toHaveLength([...page.matchAll(/```js\n/g)].length);
    });

    test.each(examples.map(([, example, printed], index) => [index + 1, example, printed] as const))(
      "example %i prints what it says",
      async (_, example = "", printed) => {
        writeFileSync(join(shop, "example.mjs"), example);
        expect(await run(process.execPath, ["example.mjs"], { cwd: shop })).toBe(printed);
      },
    );

    test("are shown as in the example in React", () => {
      const shown = [...page.matchAll(/```tsx\n(.*?)```/gs)].map(([, code]) => code as string);
      expect(shown).toHaveLength(2);
      const sources = ["entry-client.tsx", "entry-server.tsx"].map((name) => readFileSync(join(root, "../examples/react/src", name), "utf8"));
      for (const [index, code] of shown.entries()) expect(sources[index]?.replace(/^ +/gm, "")).toContain(code);
    });
  });
});
