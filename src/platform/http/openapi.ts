import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import document from "../../../openapi.json" with { type: "json" };
import type { App } from "./context.ts";
import { jsonBody } from "./openapi-parts.ts";
import { router } from "./router.ts";

const getOpenapi = createRoute({
  operationId: "getOpenapi",
  method: "get",
  path: "/openapi.json",
  tags: ["Operations"],
  summary: "This document",
  responses: { 200: jsonBody("OpenAPI 3.1", z.looseObject({ openapi: z.string() })) },
});

/** Serves the committed OpenAPI document unchanged. */
export function openapiRoutes(): OpenAPIHono<App> {
  const app = router();
  app.openapi(getOpenapi, (c) => c.json(document, 200, { "Cache-Control": "public, max-age=300" }));
  return app;
}
