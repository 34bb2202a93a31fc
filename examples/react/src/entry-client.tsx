import { OpenFeature } from "@openfeature/react-sdk";
import { hydrateRoot } from "react-dom/client";
import { createEngine } from "vexil";
import { hydrate } from "vexil/bootstrap";
import { VexilWebProvider } from "vexil/openfeature/web";
import { connect, eventStream } from "vexil/sources";

import { App } from "./App.js";
import type { Payload } from "./entry-server.js";

const element = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;
const payload = JSON.parse(element("payload").textContent ?? "") as Payload;

// The first render has the answers that the server has rendered with. The engine comes later, and finds the same.
const live = () => connect(createEngine, eventStream("/events"));
const provider = new VexilWebProvider({ live, initial: hydrate(payload.answers) });
OpenFeature.setProvider(provider, payload.context);
hydrateRoot(element("root"), <App />);
