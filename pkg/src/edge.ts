/** A middleware for whatever has requests and responses of the Fetch standard: canary routing, sticky and counted. */

export { createMiddleware } from "./edge/middleware.js";
export type { FallbackPolicy, Host, Middleware, MiddlewareOptions, Router } from "./edge/middleware.js";
export { requestContext } from "./edge/context.js";
export type { ContextOptions } from "./edge/context.js";
export { visitorOf } from "./edge/visitor.js";
export type { CookieOptions, Visitor } from "./edge/visitor.js";
export type { Origin } from "./edge/forward.js";
export { mergeRows } from "./edge/metrics.js";
export type { ChosenBy, Row, RowKey } from "./edge/metrics.js";
export type { Batch, BatchOptions, Problem, Problems, Sink, WaitUntil } from "./edge/batches.js";
export { countOf, mergeHistograms, quantile, RELATIVE_ERROR } from "./edge/histogram.js";
export type { Histogram } from "./edge/histogram.js";
