import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import { pageOf, readCursor } from "../../platform/http/cursor.ts";
import { UNCACHED } from "../../platform/http/headers.ts";
import { importListSchema, importSnapshotSchema } from "../../../contract/imports.ts";
import { limitSchema } from "../../../contract/library-query.ts";
import { DomainError } from "../../platform/errors.ts";
import { pollAfterSeconds, snapshotOf, type Job } from "../domain/job/job.ts";
import type { Limiters } from "../../rate-limits/domain/limiters.ts";
import { requireUser, type Authenticate } from "../../accounts/module.ts";
import { BEARER } from "../../platform/http/bearer.ts";
import { userCaller } from "../../platform/http/caller.ts";
import type { App } from "../../platform/http/context.ts";
import { namesEtag } from "../../platform/http/etag.ts";
import {
  jsonBody,
  problems,
  RATE_LIMIT_HEADERS,
  RETRY_AFTER,
} from "../../platform/http/openapi-parts.ts";
import { rateLimit } from "../../rate-limits/module.ts";
import { router } from "../../platform/http/router.ts";

/** Use cases behind the status routes. Every call throws DomainError DATABASE_UNAVAILABLE when D1 is unavailable. */
export interface ImportStatusUseCases {
  findImport(userId: string, jobId: string): Promise<Job | undefined>;
  /** Lists imports, newest first. @param before the last import of the previous page */
  listImports(
    userId: string,
    before: { createdAt: number; jobId: string } | undefined,
    limit: number,
  ): Promise<Job[]>;
  /** Returns the URL of the job's stream with a fresh ticket. */
  streamUrlOf(jobId: string): Promise<string>;
}

export interface ImportStatusDeps extends ImportStatusUseCases {
  authenticate: Authenticate;
  limiters: Limiters;
  now(): number;
}

const IMPORTS = "/api/v2/imports";
const refusals = problems(
  "INVALID_REQUEST",
  "UNAUTHORIZED",
  "FORBIDDEN",
  "RATE_LIMIT_EXCEEDED",
  "INTERNAL_ERROR",
  "DATABASE_UNAVAILABLE",
);

const listRoute = createRoute({
  operationId: "listImports",
  method: "get",
  path: IMPORTS,
  tags: ["Imports"],
  summary: "List your imports, newest first",
  security: BEARER,
  request: {
    query: z.object({
      limit: limitSchema(100, 20),
      cursor: z.string().max(200).optional(),
    }),
  },
  responses: {
    200: jsonBody("A page of imports", importListSchema, RATE_LIMIT_HEADERS),
    ...refusals,
    ...problems("INVALID_REQUEST", "INVALID_CURSOR"),
  },
});

const etag = {
  ETag: { description: "Identifies this state of the job", schema: { type: "string" as const } },
};

const statusRoute = createRoute({
  operationId: "getImport",
  method: "get",
  path: `${IMPORTS}/{jobId}`,
  tags: ["Imports"],
  summary: "Get the state of an import",
  description:
    "Returns the same snapshot as the stream. Poll with `If-None-Match`, and wait for `Retry-After` between requests. A response without `Retry-After` means that the import has ended.",
  security: BEARER,
  request: { params: z.object({ jobId: z.string().min(1).max(100) }) },
  responses: {
    200: jsonBody("The current state of the import", importSnapshotSchema, {
      ...RATE_LIMIT_HEADERS,
      ...RETRY_AFTER,
      ...etag,
    }),
    304: {
      description: "The import has not changed",
      headers: { ...RATE_LIMIT_HEADERS, ...RETRY_AFTER, ...etag },
    },
    ...refusals,
    ...problems("JOB_NOT_FOUND"),
  },
});

/** Routes for polling the state of imports. */
export function importStatusRoutes(deps: ImportStatusDeps): OpenAPIHono<App> {
  const app = router();
  const middleware = [
    requireUser(deps.authenticate, "imports"),
    rateLimit(deps.limiters.jobs, (c) => userCaller(c.get("user").userId)),
  ];

  app.openapi({ ...listRoute, middleware }, async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const before = positionOf(cursor);
    const jobs = await deps.listImports(c.get("user").userId, before, limit + 1);
    const page = pageOf(jobs, limit, (last) => `${last.createdAt}.${last.jobId}`);
    const items = await Promise.all(
      page.items.map(async (job) => snapshotOf(job, job, await deps.streamUrlOf(job.jobId))),
    );
    return c.json({ items, ...page.next }, 200, UNCACHED);
  });

  app.openapi({ ...statusRoute, middleware }, async (c) => {
    const { jobId } = c.req.valid("param");
    const job = await deps.findImport(c.get("user").userId, jobId);
    if (!job) throw new DomainError("JOB_NOT_FOUND", "You have no import with this id.");
    const tag = `"${job.attempt}-${job.seq}"`;
    const wait = pollAfterSeconds(job, deps.now());
    c.header("ETag", tag);
    c.header("Cache-Control", "private, no-cache");
    if (wait !== undefined) c.header("Retry-After", String(wait));
    const known = c.req.header("If-None-Match");
    if (known !== undefined && namesEtag(known, tag)) return c.body(null, 304);
    return c.json(snapshotOf(job, job, await deps.streamUrlOf(jobId)), 200);
  });
  return app;
}

const CURSOR = /^(\d{1,15})\.([\w-]{1,100})$/;

function positionOf(cursor: string | undefined): { createdAt: number; jobId: string } | undefined {
  const parts = readCursor(cursor, CURSOR);
  if (parts === undefined) return undefined;
  const [createdAt, jobId = ""] = parts;
  return { createdAt: Number(createdAt), jobId };
}
