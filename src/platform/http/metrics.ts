import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import * as z from "zod";
import type { rememberingCheck } from "../crypto.ts";
import { DomainError } from "../errors.ts";
import { bearerToken } from "./bearer.ts";
import type { App } from "./context.ts";
import { problems } from "./openapi-parts.ts";
import { router } from "./router.ts";

export interface MetricsRouteDeps {
  /**
   * Compares a token with the scrape token in constant time. Undefined when /metrics is open, which
   * is only possible locally.
   */
  scraperCheck: ReturnType<typeof rememberingCheck>;
  /**
   * Runs a token check; failures are limited by address.
   * @throws DomainError RATE_LIMIT_EXCEEDED
   */
  attempt?(
    c: Context<App>,
    check: () => Promise<true | undefined>,
    wasVerified: () => Promise<boolean>,
  ): Promise<true | undefined>;
  /** All metrics in the Prometheus text format, with its content type. */
  readMetrics(): Promise<{ text: string; contentType: string }>;
}

const getMetrics = createRoute({
  operationId: "getMetrics",
  method: "get",
  path: "/metrics",
  tags: ["Operations"],
  summary: "Counters, histograms and gauges in the Prometheus text format",
  description:
    "Requires METRICS_TOKEN as bearer token. Only a local service may omit it; then the route is open.",
  responses: {
    200: { description: "The metrics", content: { "text/plain": { schema: z.string() } } },
    ...problems("UNAUTHORIZED", "FORBIDDEN", "RATE_LIMIT_EXCEEDED", "INTERNAL_ERROR"),
  },
});

/** The route that Prometheus scrapes. */
export function metricsRoutes(deps: MetricsRouteDeps): OpenAPIHono<App> {
  const app = router();
  app.openapi(getMetrics, async (c) => {
    const { scraperCheck } = deps;
    if (scraperCheck) {
      const token = bearerToken(c.req.header("Authorization"));
      const check = async () => (await scraperCheck.check(token)) || undefined;
      const wasVerified = () => scraperCheck.wasAccepted(token);
      const isAdmitted = await (deps.attempt ? deps.attempt(c, check, wasVerified) : check());
      if (!isAdmitted)
        throw new DomainError("FORBIDDEN", "The token does not match METRICS_TOKEN.");
    }
    const { text, contentType } = await deps.readMetrics();
    return c.text(text, 200, { "Content-Type": contentType, "Cache-Control": "no-store" });
  });
  return app;
}
