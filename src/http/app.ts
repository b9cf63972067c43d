import type { OpenAPIHono } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import { methodNotAllowed } from "hono/method-not-allowed";
import { requestId } from "hono/request-id";
import { DomainError } from "../domain/failure.ts";
import type { Log } from "../observability/log.ts";
import { accessLog } from "./access-log.ts";
import { accountRoutes, type AccountsDeps } from "./accounts.ts";
import { catalogueRoutes, type CatalogueDeps } from "./catalogue.ts";
import type { App } from "./context.ts";
import { ALLOWED_HEADERS, EXPOSED_HEADERS } from "./headers.ts";
import { healthRoutes, type HealthDeps } from "./health.ts";
import { openapiRoutes } from "./openapi.ts";
import { onError } from "./problem.ts";
import { router } from "./router.ts";

/** No JSON body that a route takes comes near this; uploads have a limit of their own. */
const MAX_BODY_BYTES = 1024 * 1024;

export interface AppDeps extends AccountsDeps, CatalogueDeps, HealthDeps {
  log: Log;
  logSample: number;
  corsOrigins: readonly string[];
  now(): number;
  random(): number;
}

/** The whole HTTP surface. */
export function buildApp(deps: AppDeps): OpenAPIHono<App> {
  const app = router();
  app.use(requestId({ limitLength: 100 }));
  app.use(accessLog({ log: deps.log, now: deps.now, random: deps.random, sample: deps.logSample }));
  app.use(
    cors({
      origin: [...deps.corsOrigins],
      allowMethods: ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
      allowHeaders: [...ALLOWED_HEADERS],
      exposeHeaders: [...EXPOSED_HEADERS],
      maxAge: 86_400,
    }),
  );
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => {
        c.header("Allow", methods.join(", "));
        throw new DomainError("METHOD_NOT_ALLOWED", `Use ${methods.join(" or ")} here.`);
      },
    }),
  );
  app.use(
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: () => {
        throw new DomainError(
          "PAYLOAD_TOO_LARGE",
          `A request body may hold at most ${MAX_BODY_BYTES} bytes.`,
        );
      },
    }),
  );

  app.route("/", catalogueRoutes(deps));
  app.route("/", accountRoutes(deps));
  app.route("/", healthRoutes(deps));
  app.route("/", openapiRoutes());

  app.notFound((c) => {
    throw new DomainError(
      "NOT_FOUND",
      `There is no ${c.req.path} here. /openapi.json lists every route.`,
    );
  });
  app.onError(onError(deps.log));
  return app;
}
