/** What DevCycle's server SDK calls for a variable: AssemblyScript, with protocol buffers across the boundary. */

import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const SDK = "server-key";
const BOOLEAN = 0;
const JSON_OBJECT = 3;
const PLATFORM = {
  platform: "NodeJS",
  platformVersion: "20.0.0",
  sdkType: "server",
  sdkVersion: "1.0.0",
  hostname: "h",
  deviceModel: "",
  sdkPlatform: "",
};

export const engine = {
  name: "DevCycle (wasm)",
  package: "@devcycle/nodejs-server-sdk",
  format: "devcycle",
  load: () => ({
    bucketing: require("@devcycle/bucketing-assembly-script"),
    ...inSdk("src/utils/userBucketingHelper.js"),
    ...inSdk("src/models/populatedUserHelpers.js"),
  }),
  async create(module, text) {
    const wasm = await module.bucketing.instantiate();
    wasm.setPlatformDataUTF8(Buffer.from(JSON.stringify(PLATFORM)));
    const quiet = { flushEventsMS: 1e6, disableAutomaticEventLogging: true, disableCustomEventLogging: true };
    wasm.initEventQueue(SDK, "bench", JSON.stringify(quiet));
    wasm.setConfigDataUTF8(SDK, Buffer.from(text));
    return { ...module, wasm };
  },
  context: ({ userId, country, appVersion, plan, age, beta }, { DVCPopulatedUserFromDevCycleUser }) =>
    DVCPopulatedUserFromDevCycleUser(
      { user_id: userId, country, appVersion, customData: { plan, age, beta } },
      PLATFORM,
    ),
  boolean: ({ variableForUser_PB, wasm }, key, user) => variableForUser_PB(wasm, SDK, user, key, BOOLEAN).value,
  object: ({ variableForUser_PB, wasm }, key, user) => variableForUser_PB(wasm, SDK, user, key, JSON_OBJECT).value,
  all: ({ bucketUserForConfig, wasm }, user) => bucketUserForConfig(wasm, user, SDK).variables,
  ship: {
    code: `import * as worker from "@devcycle/bucketing-assembly-script/build/bucketing-lib.worker.js";
      globalThis.x = worker.instantiate;`,
    wasm: "@devcycle/bucketing-assembly-script/build/bucketing-lib.worker.wasm",
  },
  note: "the path of the SDK's `variable()`, without its event queue and hooks; its size is the wasm for workers alone",
};

/** What the SDK uses and does not export. */
function inSdk(file) {
  return require(`../node_modules/@devcycle/nodejs-server-sdk/${file}`);
}
