import type { OpenAPIHono } from "@hono/zod-openapi";
import { methodNotAllowed } from "hono/method-not-allowed";
import { DomainError } from "../domain/failure.ts";
import type { Log } from "../observability/log.ts";
import { accountRoutes, type AccountsDeps } from "./accounts.ts";
import { catalogueRoutes, type CatalogueDeps } from "./catalogue.ts";
import type { App } from "./context.ts";
import { boundedBody, crossOrigin, requestLog } from "./edge.ts";
import { healthRoutes, type HealthDeps } from "./health.ts";
import { openapiRoutes } from "./openapi.ts";
import { libraryExportRoutes, type LibraryExportDeps } from "./library-export.ts";
import { libraryListRoutes, type LibraryListDeps } from "./library-lists.ts";
import { libraryRoutes, type LibraryDeps } from "./library.ts";
import { onError, problemResponse } from "./problem.ts";
import { reviewQueueRoutes, type ReviewQueueDeps } from "./review-queue.ts";
import { router } from "./router.ts";

export interface AppDeps
  extends
    AccountsDeps,
    CatalogueDeps,
    HealthDeps,
    LibraryDeps,
    LibraryExportDeps,
    LibraryListDeps,
    ReviewQueueDeps {
  log: Log;
  /** The share of successful requests that is logged, 0 to 1. */
  logSample: number;
  corsOrigins: readonly string[];
  now(): number;
  random(): number;
  newId(): string;
}

/** The whole HTTP surface. */
export function buildApp(deps: AppDeps): OpenAPIHono<App> {
  const { log, now, random, newId } = deps;
  const app = router();
  app.use(requestLog({ log, now, random, newId, sample: deps.logSample }));
  app.use(crossOrigin(deps.corsOrigins));
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => {
        const detail = `Use ${methods.join(" or ")} here.`;
        const response = problemResponse(c, new DomainError("METHOD_NOT_ALLOWED", detail));
        response.headers.set("Allow", methods.join(", "));
        return response;
      },
    }),
  );
  app.use(boundedBody());

  app.route("/", catalogueRoutes(deps));
  app.route("/", accountRoutes(deps));
  app.route("/", libraryListRoutes(deps));
  app.route("/", libraryExportRoutes(deps));
  app.route("/", reviewQueueRoutes(deps));
  app.route("/", libraryRoutes(deps));
  app.route("/", healthRoutes(deps));
  app.route("/", openapiRoutes());

  app.notFound((c) => {
    const detail = `There is no ${c.req.path} here. /openapi.json lists every route.`;
    return problemResponse(c, new DomainError("NOT_FOUND", detail));
  });
  app.onError(onError(log));
  return app;
}
