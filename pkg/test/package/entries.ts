/** What can be imported. */

import { rulesetOf } from "../compiler.js";

const snapshot = {
  schema: "vexil/1",
  flags: {
    on: {
      variants: { on: true, off: false },
      offVariant: "off",
      default: { split: { weights: [{ variant: "on", weight: 1 }] } },
    },
  },
} as const;

const base64 = Buffer.from(rulesetOf(snapshot)).toString("base64");

/** An engine's input as an expression that every host understands: the snapshot, and the same in its binary form. */
export const SNAPSHOT = JSON.stringify(snapshot);
export const RULESET = `Uint8Array.from(atob("${base64}"), (byte) => byte.charCodeAt(0))`;

/** What an engine that was made of one of them answers, as an expression. `createEngine` must be in scope. */
export function answerOf(input: string): string {
  const answer = `engine.boolean("on", { targetingKey: "u-1" }, false) + " " + engine.diagnostics.length`;
  return `createEngine(${input}).then((engine) => ${answer})`;
}

/** Under which name, of which files, made of what, and how it is used: that prints `true 0`. */
export const ENTRIES = [
  { name: "vexil", entry: "", wasm: "vexil.wasm", input: SNAPSHOT },
  { name: "vexil/slim", entry: "-slim", wasm: "vexil-slim.wasm", input: RULESET },
  { name: "vexil/inline", entry: "", wasm: "vexil.wasm", input: SNAPSHOT },
  { name: "vexil/slim/inline", entry: "-slim", wasm: "vexil-slim.wasm", input: RULESET },
].map((entry) => ({ ...entry, use: `${answerOf(entry.input)}.then((answer) => console.log(answer))` }));
