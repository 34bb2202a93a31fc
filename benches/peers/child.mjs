/** One engine in a process of its own: `node child.mjs <engine> <verify|speed|cold> <options>` prints JSON. */

import { writeSync } from "node:fs";
import { cold } from "./cold.mjs";
import { engineOf } from "./engines.mjs";
import { speed } from "./speed.mjs";
import { verify } from "./verify.mjs";

const [id, work, options] = process.argv.slice(2);
const result = await { verify, speed, cold }[work](await engineOf(id), JSON.parse(options));
writeSync(1, `${JSON.stringify(result)}\n`);
// Some engines have timers and threads that would go on.
process.exit(0);
