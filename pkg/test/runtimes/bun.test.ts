import { folder, tool, write } from "../package/project.js";
import { asking, proves, ranOf } from "./runtime.js";

proves("Bun", "node", async () => {
  const cwd = folder();
  write(cwd, { "main.mjs": `${asking()} console.log(await ask());` });
  return ranOf(await tool("bun", ["run", "main.mjs"], { cwd }));
});
