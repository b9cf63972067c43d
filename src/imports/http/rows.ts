import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import {
  importRowListSchema,
  rowOutcomeSchema,
  type ImportRowView,
  type RowOutcome,
} from "../../../contract/imports.ts";
import { limitSchema } from "../../../contract/library-query.ts";
import { DomainError } from "../../platform/errors.ts";
import type { Job } from "../domain/job/job.ts";
import type { Limiters } from "../../rate-limits/domain/limiters.ts";
import type { Log } from "../../platform/log.ts";
import { requireUser, type Authenticate } from "../../accounts/module.ts";
import { BEARER } from "../../platform/http/bearer.ts";
import { userCaller } from "../../platform/http/caller.ts";
import type { App } from "../../platform/http/context.ts";
import { streamOf } from "../../platform/http/text-stream.ts";
import { pageOf, readCursor } from "../../platform/http/cursor.ts";
import { UNCACHED } from "../../platform/http/headers.ts";
import { jsonBody, problems } from "../../platform/http/openapi-parts.ts";
import { rateLimit } from "../../rate-limits/module.ts";
import { router } from "../../platform/http/router.ts";

/** Use cases behind the routes for a job's rows. */
export interface ImportRowUseCases {
  findImport(userId: string, jobId: string): Promise<Job | undefined>;
  /** Lists rows in file order. @param afterRow the last row of the previous page, or 0 */
  importRows(
    jobId: string,
    outcome: RowOutcome | undefined,
    afterRow: number,
    limit: number,
  ): Promise<ImportRowView[]>;
  /** Streams the failed rows (in review or invalid) as CSV text, one page at a time. */
  failedCsv(job: Job): AsyncIterable<string>;
}

export interface ImportRowDeps extends ImportRowUseCases {
  authenticate: Authenticate;
  limiters: Limiters;
  log: Log;
}

const JOB = "/api/v2/imports/{jobId}";
const params = z.object({ jobId: z.string().min(1).max(100) });
const refusals = [
  "UNAUTHORIZED",
  "FORBIDDEN",
  "JOB_NOT_FOUND",
  "RATE_LIMIT_EXCEEDED",
  "INTERNAL_ERROR",
  "DATABASE_UNAVAILABLE",
] as const;

const rowsRoute = createRoute({
  operationId: "listImportRows",
  method: "get",
  path: `${JOB}/rows`,
  tags: ["Imports"],
  summary: "List the rows of an import with their outcomes",
  description: "In file order. Rows are stored for 30 days after the import has ended.",
  security: BEARER,
  request: {
    params,
    query: z.object({
      outcome: rowOutcomeSchema.optional(),
      limit: limitSchema(200, 50),
      cursor: z.string().max(100).optional(),
    }),
  },
  responses: {
    200: jsonBody("A page of rows", importRowListSchema),
    ...problems("INVALID_REQUEST", "INVALID_CURSOR", ...refusals),
  },
});

const failedRoute = createRoute({
  operationId: "exportFailedImportRows",
  method: "get",
  path: `${JOB}/failed.csv`,
  tags: ["Imports"],
  summary: "Download the failed rows of an import as CSV",
  description:
    "Rows in review and invalid rows in their original columns, followed by the code and the text of the reason. Cells are escaped so that no spreadsheet evaluates them as formulas.",
  security: BEARER,
  request: { params },
  responses: {
    200: {
      description: "The CSV file, streamed",
      content: { "text/csv": { schema: { type: "string" as const } } },
    },
    ...problems("INVALID_REQUEST", ...refusals),
  },
});

/** Routes for the rows of imports. */
export function importRowRoutes(deps: ImportRowDeps): OpenAPIHono<App> {
  const app = router();
  const middleware = [
    requireUser(deps.authenticate, "imports"),
    rateLimit(deps.limiters.jobs, (c) => userCaller(c.get("user").userId)),
  ];

  app.openapi({ ...rowsRoute, middleware }, async (c) => {
    const { jobId } = c.req.valid("param");
    const { outcome, limit, cursor } = c.req.valid("query");
    const after = positionOf(cursor);
    await jobOrThrow(deps, c.get("user").userId, jobId);
    const rows = await deps.importRows(jobId, outcome, after, limit + 1);
    const { items, next } = pageOf(rows, limit, (last) => `r1.${last.row}`);
    return c.json({ items, ...next }, 200, UNCACHED);
  });

  app.openapi({ ...failedRoute, middleware }, async (c) => {
    const { jobId } = c.req.valid("param");
    const job = await jobOrThrow(deps, c.get("user").userId, jobId);
    const pages = deps.failedCsv(job)[Symbol.asyncIterator]();
    // An error before the first byte can still become a problem response.
    const first = await pages.next();
    const body = streamOf(first, pages, (error) =>
      deps.log.error("failed_rows_broke_off", { jobId, error }),
    );
    return c.body(body, 200, {
      "Content-Type": "text/csv; charset=utf-8; header=present",
      "Content-Disposition": 'attachment; filename="bookstrack-failed-rows.csv"',
      ...UNCACHED,
    });
  });
  return app;
}

async function jobOrThrow(
  { findImport }: ImportRowUseCases,
  userId: string,
  jobId: string,
): Promise<Job> {
  const job = await findImport(userId, jobId);
  if (!job) throw new DomainError("JOB_NOT_FOUND", "You have no import with this id.");
  return job;
}

const CURSOR = /^r1\.(\d{1,9})$/;

/** The last row of the previous page, or 0. */
function positionOf(cursor: string | undefined): number {
  const [row = 0] = readCursor(cursor, CURSOR) ?? [];
  return Number(row);
}
