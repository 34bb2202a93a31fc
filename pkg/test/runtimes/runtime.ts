/** What is tested of every runtime: that it loads the entry meant for it, and answers as every other does. */

import { beforeAll, describe, expect, test } from "vitest";

import * as full from "../../src/node.js";
import * as control from "../../src/node-control.js";
import * as slim from "../../src/node-slim.js";
import { readFixtures } from "../corpus/read.js";
import { controlOf } from "./control.js";
import { cases, type Report, shops } from "./report.js";
import { shop } from "./reporter.js";

/** What came of a runtime. */
export interface Ran {
  readonly report: Report;
  /** The files of the package that it has loaded, without their directory. */
  readonly loaded: readonly string[];
}

/** `entry` is what the files of the runtime are called after. */
export function proves(runtime: string, entry: string, run: () => Promise<Ran>): void {
  describe(runtime, () => {
    let ran: Ran;
    beforeAll(async () => {
      ran = await run();
    });

    test("it loads the entry that is meant for it", () => {
      expect([...ran.loaded].sort()).toEqual([`${entry}-common.js`, `${entry}-control.js`, `${entry}-slim.js`, `${entry}.js`]);
    });

    test("every case of the corpus answers as it says", () => {
      const nothing = { rulesets: {}, lacking: {}, shop: { snapshot: "", ruleset: "" } };
      const count = cases(full, slim, { ...nothing, fixtures: readFixtures() }).length;
      expect(ran.report.failed.slice(0, 20)).toEqual([]);
      expect(ran.report.passed).toBe(count);
    });

    test("control decides, and computes to the last bit, as the sources do in Node", async () => {
      const answers = ({ stack: _, ...answers }: Report["control"]): object => answers;
      expect(answers(ran.report.control)).toEqual(answers(await controlOf(control)));
    });

    test("the visitors of the shop get the answers that they get from the sources in Node", async () => {
      const answers = ({ evaluations, digest, digests }: Report["full"]): object => ({ evaluations, digest, digests });
      const expected = await shops(full, slim, shop());
      expect(answers(ran.report.full)).toEqual(answers(expected.full));
      expect(answers(ran.report.slim)).toEqual(answers(expected.slim));
      expect(ran.report.full.evaluations).toBeGreaterThan(100_000);
    });
  });
}

/** What a program begins with: the package, under one of its names, and `ask`, which answers with a report as text. */
export function asking(name: "vexil" | "vexil/inline" = "vexil"): string {
  return `
    import * as full from "${name}";
    import * as slim from "${name.replace("vexil", "vexil/slim")}";
    import * as control from "${name.replace("vexil", "vexil/control")}";
    import { report } from "../report.mjs";
    const ask = async () => JSON.stringify(await report(full, slim, control));
    `;
}

/** What a program has printed, where it loads the files of the package as they are. */
export function ranOf(printed: string): Ran {
  const report = JSON.parse(printed) as Report;
  return { report, loaded: filesOf([...report.stacks, report.control.stack].join("\n")) };
}

/** The files of the package that a text names. */
export function filesOf(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/\bvexil\/dist\/([\w-]+\.js)/g)].map(([, file]) => file as string))];
}
