/** Flipt's client: Rust compiled to WebAssembly, JSON across the boundary. */

import { versionNumber } from "../neutral.mjs";

export const engine = {
  name: "Flipt (wasm)",
  package: "@flipt-io/flipt-client-js",
  format: "flipt",
  load: () => import("@flipt-io/flipt-client-js"),
  create({ FliptClient }, text) {
    // Taken once, so that the text does not stay in memory on the benchmark's account.
    const texts = [text];
    return FliptClient.init({ updateInterval: 0, fetcher: () => response(texts.pop()) });
  },
  context: ({ userId, country, plan, appVersion, age, beta }) => ({
    entityId: userId,
    context: { country, plan, appVersionNum: String(versionNumber(appVersion)), age: String(age), beta: String(beta) },
  }),
  boolean: (client, key, context) => client.evaluateBoolean(asked(key, context)).enabled,
  target: (client, key, context) => client.evaluateVariant(asked(key, context)).variantKey === "on",
  object: (client, key, context) => client.evaluateVariant(asked(key, context)).variantAttachment,
  all: (client, context, flags) => client.evaluateBatch(flags.map(({ key }) => asked(key, context))).responses,
  ship: {
    code: `import { FliptClient } from "@flipt-io/flipt-client-js/slim";
      globalThis.x = FliptClient.init({ fetcher: globalThis.f }, { wasm: globalThis.w });`,
    wasm: "@flipt-io/flipt-client-js/dist/flipt_engine_wasm_js_bg.wasm",
  },
  note: "no versions, so W3 compares a number, as a flag with the variants on and off",
};

function asked(flagKey, { entityId, context }) {
  return { flagKey, entityId, context };
}

async function response(text) {
  const headers = { get: () => null };
  return { ok: true, status: 200, statusText: "OK", headers, json: async () => JSON.parse(text) };
}
