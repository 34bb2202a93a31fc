import { node } from "../package/project.js";
import { asking, proves, ranOf } from "./runtime.js";

const PRINT = "console.log(await ask());";

proves("Node", "node", async () => ranOf(await node("esm.mjs", asking() + PRINT)));

proves("Node, required by a CommonJS module", "node", async () => {
  const source = `
    const [full, slim, control] = [require("vexil"), require("vexil/slim"), require("vexil/control")];
    import("../report.mjs").then(async ({ report }) => console.log(JSON.stringify(await report(full, slim, control))));`;
  return ranOf(await node("cjs.cjs", source, "--no-warnings"));
});

proves("Node, the WebAssembly in the script", "inline", async () => {
  return ranOf(await node("inline.mjs", asking("vexil/inline") + PRINT));
});
