import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { defined } from "../../platform/defined.ts";
import { pageOf, readCursor } from "../../platform/http/cursor.ts";
import type { Context } from "hono";
import {
  errorsQuerySchema,
  migrateQuerySchema,
  migrationErrorsSchema,
  migrationStatusSchema,
  runStartedSchema,
  validateQuerySchema,
  validationStatusSchema,
  type RunStarted,
} from "../../../contract/kv-migration.ts";
import { DomainError } from "../../platform/errors.ts";
import type { ControlOutcome } from "../domain/control.ts";
import type { Run, RunAction, RunKind } from "../domain/run.ts";
import type { ListedFault } from "../domain/page.ts";
import { presentFault, presentMigration, presentValidation, type RunReport } from "./views.ts";
import { OPERATOR } from "../../accounts/module.ts";
import { BEARER } from "../../platform/http/bearer.ts";
import type { App } from "../../platform/http/context.ts";
import {
  IDEMPOTENCY_KEY,
  idempotently,
  KEY_REFUSALS,
  type Once,
} from "../../idempotency/module.ts";
import { AUTHENTICATED, jsonBody, problems, REPLAYED } from "../../platform/http/openapi-parts.ts";
import { router } from "../../platform/http/router.ts";

/** Ports of the routes. */
export interface MigrationUseCases {
  startRun(input: {
    kind: RunKind;
    prefix: string;
    dryRun: boolean;
    resume: boolean;
  }): Promise<ControlOutcome>;
  actOnRun(kind: RunKind, action: RunAction): Promise<ControlOutcome>;
  report(kind: RunKind): Promise<RunReport>;
  /** The faults after the one with this id, of the run, or of the latest run of the kind if `runId` is missing. */
  faults(of: {
    kind: RunKind;
    runId?: string;
    afterId: number;
    limit: number;
  }): Promise<ListedFault[]>;
}

export interface AdminMigrationDeps extends MigrationUseCases {
  once: Once;
  now(): number;
}

const TAGS = ["Administration"];
const refusals = problems(
  ...KEY_REFUSALS,
  "INVALID_CURSOR",
  ...AUTHENTICATED,
  "CONFLICT",
  "PAYLOAD_TOO_LARGE",
  "RATE_LIMIT_EXCEEDED",
  "INTERNAL_ERROR",
  "ADMIN_DISABLED",
);
const readRefusals = problems(
  "INVALID_REQUEST",
  "INVALID_CURSOR",
  ...AUTHENTICATED,
  "PAYLOAD_TOO_LARGE",
  "RATE_LIMIT_EXCEEDED",
  "INTERNAL_ERROR",
  "DATABASE_UNAVAILABLE",
  "ADMIN_DISABLED",
);

const migrate = createRoute({
  operationId: "migrateKvToD1",
  method: "post",
  path: "/admin/migrate-kv-to-d1",
  tags: TAGS,
  summary: "Move the old values of KV into D1, in the background",
  description:
    "`dryRun` reads and transforms everything but writes no book. `resume` continues a paused or failed run of the same kind over the same keys. There is one run at a time.",
  security: BEARER,
  parameters: [IDEMPOTENCY_KEY],
  request: { query: migrateQuerySchema },
  responses: { 202: jsonBody("The run has started", runStartedSchema, REPLAYED), ...refusals },
});

const migrationStatus = createRoute({
  operationId: "getMigrationStatus",
  method: "get",
  path: "/admin/migration-status",
  tags: TAGS,
  summary: "The status of the latest migration",
  security: BEARER,
  responses: { 200: jsonBody("The latest run", migrationStatusSchema), ...readRefusals },
});

const validate = createRoute({
  operationId: "validateMigration",
  method: "post",
  path: "/admin/validate-migration",
  tags: TAGS,
  summary: "Compare every key with its row, every field, in the background",
  security: BEARER,
  parameters: [IDEMPOTENCY_KEY],
  request: { query: validateQuerySchema },
  responses: { 202: jsonBody("The run has started", runStartedSchema, REPLAYED), ...refusals },
});

const validationStatus = createRoute({
  operationId: "getValidationStatus",
  method: "get",
  path: "/admin/validation-status",
  tags: TAGS,
  summary: "The status of the latest validation",
  security: BEARER,
  responses: { 200: jsonBody("The latest run", validationStatusSchema), ...readRefusals },
});

const actionRoute = <Action extends RunAction>(action: Action, summary: string) =>
  createRoute({
    operationId: `${action}Migration`,
    method: "post",
    path: `/admin/migration/${action}`,
    tags: TAGS,
    summary,
    security: BEARER,
    parameters: [IDEMPOTENCY_KEY],
    responses: {
      202: jsonBody("The run after the action", runStartedSchema, REPLAYED),
      ...refusals,
    },
  });

const pause = actionRoute("pause", "Pause the migration after its current page");
const resume = actionRoute("resume", "Resume a paused or failed migration");
const cancel = actionRoute("cancel", "Cancel the migration; migrated books are kept");

const listErrors = createRoute({
  operationId: "listMigrationErrors",
  method: "get",
  path: "/admin/errors",
  tags: TAGS,
  summary: "Keys that failed or that a validation found faulty, each with its reason",
  description: "Faults of the latest migration, or of the given run or kind.",
  security: BEARER,
  request: { query: errorsQuerySchema },
  responses: { 200: jsonBody("A page of faults", migrationErrorsSchema), ...readRefusals },
});

/** Routes for the migration from KV to D1 and its validation. */
export function adminMigrationRoutes(deps: AdminMigrationDeps): OpenAPIHono<App> {
  const app = router();
  // The response is stored after the run has started. If storing fails, a repeated request finds the run and is
  // rejected.
  const onRun = async (
    c: Context<App>,
    operation: string,
    fields: object,
    act: () => Promise<ControlOutcome>,
  ): Promise<RunStarted> => {
    const keyed = { caller: OPERATOR, operation, fields, isPublic: false };
    const { body } = await idempotently(c, deps.once, keyed, async () => ({
      status: 202,
      body: started(await act()),
    }));
    return body;
  };
  app.openapi(migrate, async (c) => {
    const input = { kind: "migration", ...c.req.valid("query") } as const;
    return c.json(await onRun(c, migrate.operationId, input, () => deps.startRun(input)), 202);
  });
  app.openapi(validate, async (c) => {
    const { prefix } = c.req.valid("query");
    const input = { kind: "validation", prefix, dryRun: false, resume: true } as const;
    return c.json(await onRun(c, validate.operationId, input, () => deps.startRun(input)), 202);
  });
  for (const { route, action } of [
    { route: pause, action: "pause" },
    { route: resume, action: "resume" },
    { route: cancel, action: "cancel" },
  ] as const) {
    app.openapi(route, async (c) => {
      const act = () => deps.actOnRun("migration", action);
      return c.json(await onRun(c, route.operationId, {}, act), 202);
    });
  }
  app.openapi(migrationStatus, async (c) =>
    c.json(presentMigration(await deps.report("migration"), deps.now()), 200),
  );
  app.openapi(validationStatus, async (c) =>
    c.json(presentValidation(await deps.report("validation"), deps.now()), 200),
  );
  app.openapi(listErrors, async (c) => {
    const { runId, kind, limit, cursor } = c.req.valid("query");
    const faults = await deps.faults({
      kind,
      ...defined({ runId }),
      afterId: afterIdOf(cursor),
      limit: limit + 1,
    });
    const { items, next } = pageOf(faults, limit, (last) => String(last.id));
    return c.json({ items: items.map(presentFault), ...next }, 200);
  });
  return app;
}

function started(outcome: ControlOutcome): RunStarted {
  if (outcome.kind === "done") return { runId: outcome.run.runId, status: outcome.run.status };
  const { run } = outcome;
  throw new DomainError(
    "CONFLICT",
    run === undefined
      ? "There is no run yet."
      : `The latest run, ${run.runId}, ${nameOf(run)}, is ${run.status}: its state does not allow this action.`,
  );
}

/** Describes a run, so that it can be distinguished from the requested one. */
const nameOf = ({ kind, dryRun, prefix }: Run): string =>
  `a ${dryRun ? "dry run" : kind} over the keys ${prefix}*`;

const CURSOR = /^(\d{1,15})$/;

/** The id of the last fault of the page before, or 0. */
function afterIdOf(cursor: string | undefined): number {
  const [id = 0] = readCursor(cursor, CURSOR) ?? [];
  return Number(id);
}
