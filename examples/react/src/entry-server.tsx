import { type EvaluationContext, OpenFeature } from "@openfeature/react-sdk";
import { renderToString } from "react-dom/server";
import type { Engine } from "vexil";
import { type Bootstrap, bootstrap } from "vexil/bootstrap";
import { VexilWebProvider } from "vexil/openfeature/web";

import { App } from "./App.js";

/** What travels in the page: for whom it was rendered, and with which answers. */
export interface Payload {
  readonly context: EvaluationContext;
  readonly answers: Bootstrap;
}

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
  return { html: renderToString(<App />), payload: { context, answers: bootstrap(engine, context) } };
}
