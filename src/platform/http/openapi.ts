import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import type { App } from "./context.ts";
import { jsonBody } from "./openapi-parts.ts";
import { hotGet, router } from "./router.ts";
import { fileOf, type WebFiles } from "./web-app.ts";

const ETAG = z.object({ ETag: z.string().meta({ description: "The version of the file" }) });
const NOT_MODIFIED = {
  description: "Unchanged since the version in If-None-Match",
  headers: ETAG,
};

const getOpenapi = createRoute({
  operationId: "getOpenapi",
  method: "get",
  path: "/openapi.json",
  tags: ["Operations"],
  summary: "This document",
  responses: {
    200: { ...jsonBody("OpenAPI 3.1", z.looseObject({ openapi: z.string() })), headers: ETAG },
    304: NOT_MODIFIED,
  },
});

const getDocs = createRoute({
  operationId: "getDocs",
  method: "get",
  path: "/docs",
  tags: ["Operations"],
  summary: "This reference as an HTML page",
  responses: {
    200: {
      description: "A page that loads nothing from another origin",
      content: { "text/html": { schema: z.string() } },
      headers: ETAG,
    },
    304: NOT_MODIFIED,
  },
});

const CACHED = "public, max-age=300";

/** Content-Security-Policy of the reference page, whose library sets inline styles. */
const DOCS_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Serves openapi.json and the reference page from the assets of the web app. */
export function openapiRoutes(files: () => WebFiles): OpenAPIHono<App> {
  const app = router();
  hotGet(app, getOpenapi, async (c) => {
    const response = await fileOf(c, files(), "/reference/openapi.json");
    response.headers.set("Cache-Control", CACHED);
    return response;
  });
  hotGet(app, getDocs, async (c) => {
    const response = await fileOf(c, files(), "/reference/");
    response.headers.set("Cache-Control", CACHED);
    response.headers.set("Content-Security-Policy", DOCS_POLICY);
    return response;
  });
  return app;
}
