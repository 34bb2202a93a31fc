/** `vexil/control` as it is published: its page, which is run, and that nobody pays for it who does not use it. */

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { provesPage } from "./programs.js";
import { installed, node } from "./project.js";

describe("the page", () => {
  const { text, programs } = provesPage("control-js.md");

  test("has four programs, and names everything that can be asked", async () => {
    expect(programs.map(({ name }) => name)).toEqual(["experiment.mjs", "guardrail.mjs", "rollout.mjs", "simulation.mjs"]);
    const names = await node("names.mjs", `
      import { Control } from "vexil/control";
      console.log(Object.getOwnPropertyNames(Control.prototype).filter((name) => name !== "constructor").join());`);
    for (const name of names.trim().split(",")) expect(text).toContain(`\`${name}\``);
  });
});

describe("the page on attributes", () => {
  const { programs } = provesPage("attributes.md");

  test("has one program", () => {
    expect(programs.map(({ name }) => name)).toEqual(["contexts.mjs"]);
  });
});

describe.each(["vexil/control", "vexil/control/inline"])("%s in Node", (name) => {
  const use = `createControl().then((control) => console.log(control.begin().revision, control.canaryPlan().alpha))`;

  test("is imported and required", async () => {
    expect(await node("esm.mjs", `import { createControl } from "${name}"; ${use}`)).toBe("0 0.05\n");
    expect(await node("cjs.cjs", `const { createControl } = require("${name}"); ${use}`, "--no-warnings")).toBe("0 0.05\n");
  });

  test("does nothing when it is imported, and exports what it should", async () => {
    const source = `
      WebAssembly.Instance = class { constructor() { throw new Error("loaded") } };
      WebAssembly.instantiate = async () => { throw new Error("loaded") };
      const { createControl, ...others } = await import("${name}");
      console.log(Object.keys(others).sort().join());
      await createControl().catch((error) => console.log(error.message));`;
    expect(await node("lazy.mjs", source)).toBe("Control,DamageError,InputError,Journal,RejectionError\nloaded\n");
  });
});

test("the other entries have nothing of it", () => {
  for (const entry of ["node", "node-slim", "node-common", "browser", "browser-slim", "browser-common", "workerd", "workerd-slim", "workerd-common"]) {
    expect(readFileSync(join(installed, "dist", `${entry}.js`), "utf8")).not.toMatch(/vexil-control|DamageError|canaryPlan/);
  }
});
