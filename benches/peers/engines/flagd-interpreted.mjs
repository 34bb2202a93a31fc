/** flagd's engine in the process, as edge workers and strict pages must run it. */

import { engine as compiled, flagd } from "./flagd-compiled.mjs";

const { note, ...common } = compiled;

export const engine = {
  ...common,
  name: "flagd-core, interpreted",
  create: (module, text) => flagd(module, text, { disableDynamicCodeGeneration: true }),
};
