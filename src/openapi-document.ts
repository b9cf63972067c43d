import type { OpenAPIHono } from "@hono/zod-openapi";
import packageJson from "../package.json" with { type: "json" };
import { createService } from "./app.ts";
import { parseConfig } from "./config.ts";
import type { App } from "./platform/http/context.ts";
import { jsonLog } from "./platform/log.ts";
import { memoryMetrics } from "./platform/metrics/metrics.ts";

const unused = (): never => {
  throw new Error("Building the OpenAPI document must run no handler.");
};

/** Bindings that throw on any use. */
const UNUSED_BINDINGS = new Proxy({} as Env, {
  get: () => new Proxy({}, { get: unused }),
});

/** The OpenAPI 3.1 document of every route. */
export function openapiDocument(): object {
  const app = createService({
    env: UNUSED_BINDINGS,
    config: parseConfig({ ENVIRONMENT: "local" }),
    version: packageJson.version,
    log: jsonLog(unused),
    metrics: { ...memoryMetrics(() => undefined), report: unused },
    activity: { served: unused, isServing: unused },
    now: () => 0,
    random: unused,
    newId: unused,
    sleep: unused,
    setTimer: unused,
    defer: unused,
  }).app();
  return describe(app);
}

function describe(app: OpenAPIHono<App>): object {
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
      version: packageJson.version,
      description:
        "A catalogue of books by ISBN. Every error is an RFC 9457 problem whose `code` is stable; every response has an X-Request-Id.",
    },
    servers: [{ url: "/" }],
  });
  return JSON.parse(JSON.stringify(document), alternatives) as object;
}

/**
 * A JSON.parse reviver that makes nullable references valid: the generator combines the reference
 * and null with `allOf`, which no value satisfies; `anyOf` is meant.
 */
function alternatives(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("allOf" in value)) return value;
  const { allOf, ...rest } = value as { allOf: readonly { type?: unknown }[] };
  const [schema, other] = allOf;
  const isNullable =
    allOf.length === 2 && Array.isArray(other?.type) && other.type.includes("null");
  return isNullable ? { anyOf: [schema, { type: "null" }], ...rest } : value;
}
