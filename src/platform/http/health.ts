import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { healthSchema, readinessSchema, type Readiness } from "../../../contract/operations.ts";
import type { App } from "./context.ts";
import { jsonBody, RETRY_AFTER } from "./openapi-parts.ts";
import { router } from "./router.ts";

export interface HealthDeps {
  version: string;
  readiness(): Promise<Readiness>;
}

const getHealth = createRoute({
  operationId: "getHealth",
  method: "get",
  path: "/health",
  tags: ["Operations"],
  summary: "Report that the Worker runs, without checking any dependency",
  responses: { 200: jsonBody("The Worker runs", healthSchema) },
});

const getReadiness = createRoute({
  operationId: "getReadiness",
  method: "get",
  path: "/health/ready",
  tags: ["Operations"],
  summary: "Check that every dependency responds and that the database schema is current",
  description:
    "Each check has a budget of 1 s. The result is cached for 10 s. An `optional` check, such as a provider that refuses this service, may fail while the service is ready.",
  responses: {
    200: jsonBody("Every check passed", readinessSchema),
    503: jsonBody("At least one check failed", readinessSchema, RETRY_AFTER),
  },
});

/** Liveness and readiness. */
export function healthRoutes(deps: HealthDeps): OpenAPIHono<App> {
  const app = router();
  const uncached = { "Cache-Control": "no-store" };
  app.openapi(getHealth, (c) =>
    c.json({ status: "ok" as const, version: deps.version }, 200, uncached),
  );
  app.openapi(getReadiness, async (c) => {
    const readiness = await deps.readiness();
    return readiness.status === "ready"
      ? c.json(readiness, 200, uncached)
      : c.json(readiness, 503, { ...uncached, "Retry-After": "10" });
  });
  return app;
}
