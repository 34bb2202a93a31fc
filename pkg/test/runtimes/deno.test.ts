import { folder, tool, write } from "../package/project.js";
import { asking, proves, ranOf } from "./runtime.js";

proves("Deno, without any permission", "deno", async () => {
  const cwd = folder();
  write(cwd, { "main.mjs": `${asking()} console.log(await ask());` });
  return ranOf(await tool("deno", ["run", "--no-prompt", "main.mjs"], { cwd }));
});
