import type { OpenAPIHono } from "@hono/zod-openapi";
import { methodNotAllowed } from "hono/method-not-allowed";
import { accountsModule, requireOperator } from "./accounts/module.ts";
import { catalogueModule, type CatalogueModule } from "./catalogue/module.ts";
import { deadLettersModule, type DeadLettersModule } from "./dead-letters/module.ts";
import { idempotencyModule } from "./idempotency/module.ts";
import { FORMATS } from "./imports/domain/layouts/formats.ts";
import { importsModule, type ImportsModule } from "./imports/module.ts";
import { kvMigrationModule, type KvMigrationModule } from "./kv-migration/module.ts";
import { legacyWebSocketModule } from "./legacy-websocket/module.ts";
import { libraryModule } from "./library/module.ts";
import { rememberingCheck, tokenCheck } from "./platform/crypto.ts";
import { checkDatabase, readinessProbe } from "./platform/d1/readiness.ts";
import { DomainError } from "./platform/errors.ts";
import { boundedBody } from "./platform/http/body.ts";
import type { App } from "./platform/http/context.ts";
import { healthRoutes } from "./platform/http/health.ts";
import { metricsRoutes } from "./platform/http/metrics.ts";
import { hotRoutes } from "./platform/http/hot-routes.ts";
import { crossOrigin, requestLog, requestRecord } from "./platform/http/middleware.ts";
import { openapiRoutes } from "./platform/http/openapi.ts";
import { onError, problemResponse } from "./platform/http/problem.ts";
import { refusalBrake } from "./platform/http/refusal-brake.ts";
import { router } from "./platform/http/router.ts";
import { webApp } from "./platform/http/web-app.ts";
import { requestMeter, unloggedMeter } from "./platform/metrics/request-meter.ts";
import { machineGauges } from "./platform/metrics/machine-gauges.ts";
import { metricsReader } from "./platform/metrics/scrape.ts";
import type { Module } from "./platform/module.ts";
import type { Platform } from "./platform/platform.ts";
import { readQueueName } from "./platform/queues.ts";
import { runScheduled } from "./platform/scheduled.ts";
import { quotasModule } from "./quotas/module.ts";
import { rateLimitsModule, type FailedLogins } from "./rate-limits/module.ts";
import { rolloutModule } from "./rollout/module.ts";
import { syncModule, type SyncModule } from "./sync/module.ts";

/** The service over one platform. */
export interface Service {
  catalogue: CatalogueModule;
  imports: ImportsModule;
  sync: SyncModule;
  kvMigration: KvMigrationModule;
  /** The HTTP surface. */
  app(): OpenAPIHono<App>;
  /** Consumes a batch of any queue. @throws Error for an unknown queue, so that its messages are delivered again */
  queue(batch: MessageBatch): Promise<void>;
  /** Runs every scheduled task. */
  scheduled(): Promise<void>;
}

/** Builds every module, from the bottom up. A module knows only those above it in this list. */
export function createService(platform: Platform): Service {
  const rateLimits = rateLimitsModule(platform);
  const idempotency = idempotencyModule(platform);
  const quotas = quotasModule(platform);
  const purgeUsers = async (userIds: readonly string[]): Promise<void> => {
    for (const module of modules) await module.purgeUsers?.(userIds);
  };
  const accounts = accountsModule(platform, { rateLimits, idempotency, quotas, purgeUsers });
  const rollout = rolloutModule(platform, { accounts, quotas, formats: FORMATS });
  const core = { rateLimits, idempotency, quotas, accounts, rollout };
  const catalogue = catalogueModule(platform, core);
  const library = libraryModule(platform, { ...core, catalogue });
  const sync = syncModule(platform, { ...core, library });
  const imports = importsModule(platform, { ...core, catalogue });
  const legacyWebSocket = legacyWebSocketModule(platform, { ...core, imports });
  const kvMigration = kvMigrationModule(platform, { idempotency });
  const deadLetters = deadLettersModule(platform, { idempotency });

  const administration: Module = {
    routes: () =>
      administrationRoutes(requireOperator(accounts.operator), [
        kvMigration,
        rollout,
        catalogue,
        deadLetters,
        legacyWebSocket,
      ]),
  };

  // openapi.json lists the routes in this order.
  const modules: readonly Module[] = [
    rateLimits,
    idempotency,
    quotas,
    catalogue,
    accounts,
    rollout,
    administration,
    library,
    sync,
    imports,
    legacyWebSocket,
    kvMigration,
    deadLetters,
  ];
  return {
    catalogue,
    imports,
    sync,
    kvMigration,
    app: () => buildApp(platform, modules, accounts.scraperLogins),
    queue: queueConsumer(modules, deadLetters),
    async scheduled() {
      await runScheduled({ ...platform, tasks: merged(modules, "tasks") });
      // This isolate may get no further request.
      await platform.metrics.report();
    },
  };
}

/** The admin routes of some modules, behind the operator's guard. */
function administrationRoutes(
  guard: ReturnType<typeof requireOperator>,
  modules: readonly Module[],
): OpenAPIHono<App> {
  const app = router();
  app.use("/admin/*", guard);
  for (const { adminRoutes } of modules) if (adminRoutes) app.route("/", adminRoutes());
  return app;
}

function buildApp(
  platform: Platform,
  modules: readonly Module[],
  logins: FailedLogins,
): OpenAPIHono<App> {
  const { activity, config, env, log, metrics, version, now } = platform;
  const app = router();
  const record = requestRecord({
    ...platform,
    metered: requestMeter(metrics),
    served: activity.served,
    sample: config.LOG_SAMPLE,
    leftOut: unloggedMeter(metrics),
  });
  app.use(requestLog(record));
  app.use(crossOrigin(config.CORS_ORIGINS));
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
  app.use(boundedBody(platform));

  for (const { routes } of modules) if (routes) app.route("/", routes());

  const checks = { database: () => checkDatabase(env.DB), ...merged(modules, "readiness") };
  app.route("/", healthRoutes({ version, readiness: readinessProbe({ checks, version, now }) }));
  app.route(
    "/",
    metricsRoutes({
      scraperCheck: rememberingCheck(tokenCheck(config.METRICS_TOKEN)),
      attempt: logins.attempt,
      readMetrics: metricsReader(platform, {
        machine: () => machineGauges(env),
        ...merged(modules, "gauges"),
      }),
    }),
  );
  app.route(
    "/",
    openapiRoutes(() => env.ASSETS),
  );
  refuseDoubleRoutes(app);

  app.notFound(async (c) => {
    const page = await webApp(c, () => env.ASSETS);
    if (page) return page;
    const detail = `There is no ${c.req.path} here. /openapi.json lists every route.`;
    return problemResponse(c, new DomainError("NOT_FOUND", detail));
  });
  app.onError(onError(log, refusalBrake(platform)));
  const fromMemory = hotRoutes(
    modules.flatMap((module) => module.hotRoutes ?? []),
    record,
  );
  const routed = app.fetch;
  app.fetch = (request, ...rest) => fromMemory(request) ?? routed(request, ...rest);
  return app;
}

function queueConsumer(
  modules: readonly Module[],
  deadLetters: DeadLettersModule,
): Service["queue"] {
  const consumers = merged(modules, "consumers");
  return async (batch) => {
    const { queue, isDead } = readQueueName(batch.queue);
    const consume = isDead ? deadLetters.consumeDead(queue) : consumers[queue];
    if (consume === undefined) throw new Error(`There is no consumer of the queue ${queue}.`);
    await consume(batch);
  };
}

/**
 * The members of one kind of contribution, of all modules.
 * @throws Error for a name that two modules use
 */
function merged<Kind extends "tasks" | "consumers" | "readiness" | "gauges">(
  modules: readonly Module[],
  kind: Kind,
): NonNullable<Module[Kind]> {
  const all: Record<string, unknown> = {};
  for (const module of modules) {
    for (const [name, member] of Object.entries(module[kind] ?? {})) {
      if (name in all) throw new Error(`Two modules have ${kind} named ${name}.`);
      all[name] = member;
    }
  }
  return all as NonNullable<Module[Kind]>;
}

/** @throws Error for a method and path that two modules serve */
function refuseDoubleRoutes(app: OpenAPIHono<App>): void {
  const served = new Set<string>();
  for (const { type, route } of app.openAPIRegistry.definitions.flatMap((definition) =>
    definition.type === "route" ? [definition] : [],
  )) {
    const name = `${type} ${route.method} ${route.path}`;
    if (served.has(name)) throw new Error(`Two modules serve ${route.method} ${route.path}.`);
    served.add(name);
  }
}
