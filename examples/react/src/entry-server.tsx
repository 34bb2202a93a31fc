import { type EvaluationContext, OpenFeature } from "@openfeature/react-sdk";
import { renderToString } from "react-dom/server";
import type { Engine } from "vexil";
import { VexilWebProvider } from "vexil/openfeature/web";

import { App } from "./App.js";
import { payloadOf, type Payload } from "./bootstrap.js";

/** What a page is made of. */
export interface Rendered {
  readonly html: string;
  readonly payload: Payload;
}

/**
 * Renders the app for a visitor. A provider whose engine is there is ready at once and rendering does not wait either,
 * so requests never see each other's context.
 */
export function render(engine: Engine, context: EvaluationContext): Rendered {
  OpenFeature.setProvider(new VexilWebProvider({ engine }), context);
  return { html: renderToString(<App />), payload: payloadOf(engine.context(context)) };
}
