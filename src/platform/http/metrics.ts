import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import * as z from "zod";
import { DomainError } from "../errors.ts";
import { bearerToken } from "./bearer.ts";
import type { App } from "./context.ts";
import { problems } from "./openapi-parts.ts";
import { router } from "./router.ts";

export interface MetricsRouteDeps {
  /** Compares a token with the scrape token in constant time; undefined when /metrics is open. */
  isScraper: ((token: string) => Promise<boolean>) | undefined;
  /** All metrics in the Prometheus text format, with its content type. */
  readMetrics(): Promise<{ text: string; contentType: string }>;
}

const getMetrics = createRoute({
  operationId: "getMetrics",
  method: "get",
  path: "/metrics",
  tags: ["Operations"],
  summary: "Counters, histograms and gauges in the Prometheus text format",
  description: "Requires the bearer token METRICS_TOKEN if one is configured.",
  responses: {
    200: { description: "The metrics", content: { "text/plain": { schema: z.string() } } },
    ...problems("UNAUTHORIZED", "FORBIDDEN", "INTERNAL_ERROR"),
  },
});

/** The route that Prometheus scrapes. */
export function metricsRoutes(deps: MetricsRouteDeps): OpenAPIHono<App> {
  const app = router();
  app.openapi(getMetrics, async (c) => {
    const { isScraper } = deps;
    if (isScraper && !(await isScraper(bearerToken(c.req.header("Authorization"))))) {
      throw new DomainError("FORBIDDEN", "The token is not the metrics token.");
    }
    const { text, contentType } = await deps.readMetrics();
    return c.text(text, 200, { "Content-Type": contentType, "Cache-Control": "no-store" });
  });
  return app;
}
