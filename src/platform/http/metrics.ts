import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import * as z from "zod";
import { DomainError } from "../errors.ts";
import { bearerToken } from "./bearer.ts";
import type { App } from "./context.ts";
import { problems } from "./openapi-parts.ts";
import { router } from "./router.ts";

export interface MetricsRouteDeps {
  /** Compares with the token for scrapes in constant time; none when everybody may look. */
  isScraper: ((token: string) => Promise<boolean>) | undefined;
  /** Everything that is known, in Prometheus' text format, with its content type. */
  readMetrics(): Promise<{ text: string; contentType: string }>;
}

const getMetrics = createRoute({
  operationId: "getMetrics",
  method: "get",
  path: "/metrics",
  tags: ["Operations"],
  summary: "Counters, distributions and states in Prometheus' text format",
  description: "Takes the bearer token METRICS_TOKEN where one is set.",
  responses: {
    200: { description: "The metrics", content: { "text/plain": { schema: z.string() } } },
    ...problems("UNAUTHORIZED", "FORBIDDEN", "INTERNAL_ERROR"),
  },
});

/** What monitoring reads. */
export function metricsRoutes(deps: MetricsRouteDeps): OpenAPIHono<App> {
  const app = router();
  app.openapi(getMetrics, async (c) => {
    const { isScraper } = deps;
    if (isScraper && !(await isScraper(bearerToken(c.req.header("Authorization"))))) {
      throw new DomainError("FORBIDDEN", "That is not the token for metrics.");
    }
    const { text, contentType } = await deps.readMetrics();
    return c.text(text, 200, { "Content-Type": contentType, "Cache-Control": "no-store" });
  });
  return app;
}
