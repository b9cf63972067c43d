import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import type { JSONValue } from "hono/utils/types";
import type { App } from "./context.ts";
import { jsonBody } from "./openapi-parts.ts";
import { router } from "./router.ts";

/** An OpenAPI 3.1 document. */
export type OpenapiDocument = { openapi: string } & Record<string, JSONValue>;

/**
 * Describes every route of an app, once: the document is built on the first call, which takes about 50 ms of CPU. The
 * committed openapi.json is the same document; a check fails when they differ.
 * @param version the version of the service
 */
export function describedBy(app: OpenAPIHono<App>, version: string): () => OpenapiDocument {
  let document: OpenapiDocument | undefined;
  return () => {
    document ??= describe(app, version);
    return document;
  };
}

function describe(app: OpenAPIHono<App>, version: string): OpenapiDocument {
  app.openAPIRegistry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    bearerFormat: "bt_<id>_<secret>",
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "ticket", {
    type: "apiKey",
    in: "query",
    name: "ticket",
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "exportTicket", {
    type: "apiKey",
    in: "query",
    name: "ticket",
  });
  const document = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "BooksTrack",
      version,
      description:
        "A catalogue of books by ISBN. Every error is an RFC 9457 problem whose `code` is stable; every response has an X-Request-Id.",
    },
    servers: [{ url: "/" }],
  });
  return JSON.parse(JSON.stringify(document)) as OpenapiDocument;
}

const getOpenapi = createRoute({
  operationId: "getOpenapi",
  method: "get",
  path: "/openapi.json",
  tags: ["Operations"],
  summary: "This document",
  responses: { 200: jsonBody("OpenAPI 3.1", z.looseObject({ openapi: z.string() })) },
});

/** Serves the document of all routes. */
export function openapiRoutes(document: () => OpenapiDocument): OpenAPIHono<App> {
  const app = router();
  app.openapi(getOpenapi, (c) =>
    c.json(document(), 200, { "Cache-Control": "public, max-age=300" }),
  );
  return app;
}
