import type { OpenAPIHono } from "@hono/zod-openapi";
import { methodNotAllowed } from "hono/method-not-allowed";
import { DomainError } from "./platform/errors.ts";
import type { Log } from "./platform/log.ts";
import type { AnsweredRequest } from "./platform/metrics/request-meter.ts";
import { accountRoutes, type AccountsDeps } from "./accounts/http/accounts.ts";
import { capabilitiesRoutes, type CapabilitiesRouteDeps } from "./rollout/http/capabilities.ts";
import { catalogueRoutes, type CatalogueDeps } from "./catalogue/http/lookup.ts";
import { requireOperator, type OperatorDeps } from "./accounts/http/admin-auth.ts";
import { adminCacheRoutes, type AdminCacheDeps } from "./catalogue/http/cache-admin.ts";
import { adminDeadLetterRoutes, type AdminDeadLetterDeps } from "./dead-letters/http.ts";
import { adminDeprecationRoutes, type AdminDeprecationDeps } from "./rollout/http/deprecations.ts";
import { adminMigrationRoutes, type AdminMigrationDeps } from "./kv-migration/http/runs.ts";
import type { App } from "./platform/http/context.ts";
import { docsRoutes } from "./platform/http/docs.ts";
import { boundedBody, crossOrigin, requestLog } from "./platform/http/middleware.ts";
import { enrichRoutes, type EnrichRouteDeps } from "./catalogue/http/enrich.ts";
import { healthRoutes, type HealthDeps } from "./platform/http/health.ts";
import { importStatusRoutes, type ImportStatusDeps } from "./imports/http/status.ts";
import { importStreamRoutes, type ImportStreamDeps } from "./imports/http/stream.ts";
import { importActionRoutes, type ImportActionDeps } from "./imports/http/actions.ts";
import { importRowRoutes, type ImportRowDeps } from "./imports/http/rows.ts";
import { importUploadRoutes, type ImportUploadDeps } from "./imports/http/upload.ts";
import { legacyWebSocketRoutes, type LegacyWebSocketDeps } from "./legacy-websocket/http.ts";
import { openapiRoutes } from "./platform/http/openapi.ts";
import { libraryExportRoutes, type LibraryExportDeps } from "./library/http/export.ts";
import { libraryListRoutes, type LibraryListDeps } from "./library/http/lists.ts";
import { libraryRoutes, type LibraryDeps } from "./library/http/books.ts";
import { metricsRoutes, type MetricsRouteDeps } from "./platform/http/metrics.ts";
import { onError, problemResponse } from "./platform/http/problem.ts";
import { reviewQueueRoutes, type ReviewQueueDeps } from "./library/http/review-queue.ts";
import { router } from "./platform/http/router.ts";
import { searchRoutes, type SearchRouteDeps } from "./catalogue/http/search.ts";

export interface AppDeps
  extends
    AccountsDeps,
    AdminCacheDeps,
    AdminDeadLetterDeps,
    AdminDeprecationDeps,
    AdminMigrationDeps,
    CapabilitiesRouteDeps,
    CatalogueDeps,
    EnrichRouteDeps,
    HealthDeps,
    ImportActionDeps,
    ImportStatusDeps,
    ImportStreamDeps,
    ImportRowDeps,
    ImportUploadDeps,
    LegacyWebSocketDeps,
    LibraryDeps,
    LibraryExportDeps,
    LibraryListDeps,
    MetricsRouteDeps,
    ReviewQueueDeps,
    SearchRouteDeps {
  isOperator: OperatorDeps["isOperator"];
  log: Log;
  /** Told of every request that was answered. */
  metered(request: AnsweredRequest): void;
  /** The share of successful requests that is logged, 0 to 1. */
  logSample: number;
  corsOrigins: readonly string[];
  now(): number;
  random(): number;
  newId(): string;
}

/** The whole HTTP surface. */
export function buildApp(deps: AppDeps): OpenAPIHono<App> {
  const { log, metered, now, random, newId } = deps;
  const app = router();
  app.use(requestLog({ log, metered, now, random, newId, sample: deps.logSample }));
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
  app.route("/", searchRoutes(deps));
  app.route("/", enrichRoutes(deps));
  app.route("/", accountRoutes(deps));
  app.route("/", capabilitiesRoutes(deps));
  app.use("/admin/*", requireOperator({ ...deps, limiter: deps.limiters.admin }));
  app.route("/", adminMigrationRoutes(deps));
  app.route("/", adminCacheRoutes(deps));
  app.route("/", adminDeadLetterRoutes(deps));
  app.route("/", adminDeprecationRoutes(deps));
  app.route("/", libraryListRoutes(deps));
  app.route("/", libraryExportRoutes(deps));
  app.route("/", reviewQueueRoutes(deps));
  app.route("/", libraryRoutes(deps));
  app.route("/", importUploadRoutes(deps));
  app.route("/", importRowRoutes(deps));
  app.route("/", importActionRoutes(deps));
  app.route("/", importStatusRoutes(deps));
  app.route("/", importStreamRoutes(deps));
  app.route("/", legacyWebSocketRoutes(deps));
  app.route("/", healthRoutes(deps));
  app.route("/", metricsRoutes(deps));
  app.route("/", openapiRoutes());
  app.route("/", docsRoutes());

  app.notFound((c) => {
    const detail = `There is no ${c.req.path} here. /openapi.json lists every route.`;
    return problemResponse(c, new DomainError("NOT_FOUND", detail));
  });
  app.onError(onError(log));
  return app;
}
