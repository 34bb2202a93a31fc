/** What to begin with. */

import type { JsonObject } from "vexil";
import shop from "../../../examples/shop/snapshot.json?raw";
import type { PageState, Subject } from "../state.js";
import canary from "./canary.json?raw";
import experiment from "./experiment.json?raw";
import gradualRollout from "./gradual-rollout.json?raw";
import killSwitch from "./kill-switch.json?raw";
import targetedBeta from "./targeted-beta.json?raw";

export interface Example {
  readonly name: string;
  readonly about: string;
  readonly state: PageState;
}

/** The day on which all examples play. */
const NOW = Date.parse("2026-03-10T12:00:00Z");

const flag = (key: string): Subject => ({ kind: "flag", key });
const service = (key: string): Subject => ({ kind: "service", key });

export const EXAMPLES: readonly [Example, ...Example[]] = [
  {
    name: "Gradual rollout",
    about:
      "A quarter of two countries, a ramp that widens by itself, a flag that needs another. Slide: who is in stays in.",
    state: stateOf(gradualRollout, flag("checkout-redesign"), {
      targetingKey: "user-10005",
      country: "DE",
      email: "ada@mail.example",
    }),
  },
  {
    name: "Targeted beta",
    about:
      "Rings of segments, lists of people, and versions compared as versions: 2.4.0-beta.11 comes after 2.4.0-beta.2.",
    state: stateOf(targetedBeta, flag("editor.ai-assist"), {
      targetingKey: "user-10007",
      email: "grace@mail.example",
      appVersion: "2.4.0-beta.11",
      account: { plan: "pro", sector: "games" },
      tags: ["newsletter"],
      device: { os: "Linux" },
    }),
  },
  {
    name: "Experiment",
    about:
      "Three variants in a layer that they share with another experiment, and a holdout that keeps a tenth away from both.",
    state: stateOf(experiment, flag("home.hero"), {
      targetingKey: "user-10004",
      headers: { "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/147.0" },
    }),
  },
  {
    name: "Canary service",
    about:
      "A tenth of the visitors get the new version, each always the same. A header forces it, a switch takes it away.",
    state: stateOf(canary, service("checkout-api"), { visitor: "visitor-10006" }),
  },
  {
    name: "Kill switch",
    about: "One flag killed by its key, two with their namespace. Kill payments-v2: what needs it goes off as well.",
    state: stateOf(killSwitch, flag("payments-v2"), { targetingKey: "user-10007" }),
  },
  {
    name: "The shop",
    about: "All that a snapshot can have: 50 flags and two services, with layers, holdouts, rings, ramps and kills.",
    state: stateOf(shop, flag("checkout.express-pay"), {
      targetingKey: "u-100779",
      visitor: "visitor-10007",
      country: "DE",
      plan: "pro",
      email: "customer.100779@mail.example",
      age: 34,
      signedUpAt: "2023-05-04T09:30:00+01:00",
      appVersion: "2.10.1",
      device: { os: "iOS" },
      tags: ["newsletter", "wishlist"],
      cart: { items: 3, total: 84.5 },
      ip: "192.0.2.17",
      headers: { "user-agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 19_2 like Mac OS X) Safari/604.1" },
    }),
  },
];

function stateOf(text: string, subject: Subject, context: JsonObject): PageState {
  return { text, subject, context, now: NOW };
}
