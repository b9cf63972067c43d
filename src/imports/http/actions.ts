import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import {
  commitImportRequestSchema,
  importSnapshotSchema,
  type ImportSnapshot,
} from "../../../contract/imports.ts";
import type { ProblemCode } from "../../../contract/problems.ts";
import type { DomainError } from "../../platform/errors.ts";
import { doneOrThrow } from "./action-problems.ts";
import type { ActionOutcome, JobAction, KeepJobAnswer } from "../domain/job/actions.ts";
import type { CommitOutcome } from "../domain/job/commit-preview.ts";
import type { ReadingOptions } from "../domain/reading/assumptions.ts";
import { snapshotOf, type Job } from "../domain/job/job.ts";
import type { Refusal } from "../../quotas/domain/refusal.ts";
import type { Limiters } from "../../rate-limits/domain/limiters.ts";
import { requireUser, type Authenticate } from "../../accounts/module.ts";
import { BEARER } from "../../platform/http/bearer.ts";
import { addressCaller, userCaller } from "../../platform/http/caller.ts";
import type { App } from "../../platform/http/context.ts";
import {
  IDEMPOTENCY_KEY,
  idempotently,
  KEY_REFUSALS,
  type Once,
} from "../../idempotency/module.ts";
import { UNCACHED } from "../../platform/http/headers.ts";
import { jsonBody, problems, REPLAYED } from "../../platform/http/openapi-parts.ts";
import { rateLimit } from "../../rate-limits/module.ts";
import { router } from "../../platform/http/router.ts";

/** Use cases behind the action routes. */
export interface ImportActionUseCases {
  actOnJob(input: {
    userId: string;
    jobId: string;
    action: JobAction;
    cancelsFirst?: boolean;
    keepAnswer: KeepJobAnswer;
    network: string | undefined;
  }): Promise<ActionOutcome>;
  commitPreview(input: {
    userId: string;
    jobId: string;
    options: ReadingOptions;
    keepAnswer: KeepJobAnswer;
    network: string | undefined;
  }): Promise<CommitOutcome>;
}

export interface ImportActionDeps extends ImportActionUseCases {
  authenticate: Authenticate;
  limiters: Limiters;
  once: Once;
  /** The request header with the client's address. */
  clientIpHeader: string | undefined;
  /** The hashed network of a caller; undefined when it is unknown. @param addressKey rate-limit key of the address */
  networkOf(addressKey: string): Promise<string | undefined>;
  /** The error for an action that a quota refuses. */
  refusalError(refusal: Refusal): DomainError;
  /** Returns the URL of the job's stream with a fresh ticket. */
  streamUrlOf(jobId: string): Promise<string>;
}

const params = z.object({ jobId: z.string().min(1).max(100) });

const actionRoute = <Action extends JobAction>(
  action: Action,
  { summary, description }: { summary: string; description: string },
  ...codes: readonly ProblemCode[]
) =>
  createRoute({
    operationId: `${action}Import` as const,
    method: "post",
    path: `/api/v2/imports/{jobId}/${action}` as const,
    tags: ["Imports"],
    summary,
    description,
    security: BEARER,
    parameters: [IDEMPOTENCY_KEY],
    request: { params },
    responses: {
      202: jsonBody("The job after the action", importSnapshotSchema, REPLAYED),
      ...problems(
        ...KEY_REFUSALS,
        "UNAUTHORIZED",
        "FORBIDDEN",
        "JOB_NOT_FOUND",
        "CONFLICT",
        ...codes,
        "PAYLOAD_TOO_LARGE",
        "RATE_LIMIT_EXCEEDED",
        "INTERNAL_ERROR",
      ),
    },
  });

const commit = actionRoute(
  "commit",
  {
    summary: "Commit a previewed import",
    description:
      "Shelves the previewed rows against the current state of the shelf. `options` override what was detected or chosen when the file was read, under the same names; the file is then read again under the same id, with new row numbers and totals. If it cannot be read that way, the preview remains unchanged (400 `INVALID_CSV`). 409 unless the job is `previewed`; a preview is kept for at most 7 days.",
  },
  "INVALID_CSV",
  "LIMIT_REACHED",
  "UNSUPPORTED_MEDIA_TYPE",
  "SERVICE_BUDGET",
);

const commitRoute = {
  ...commit,
  request: {
    params,
    body: {
      content: { "application/json": { schema: commitImportRequestSchema } },
      required: false,
    },
  },
};

const cancel = actionRoute(
  "cancel",
  {
    summary: "Stop an import or discard a preview",
    description:
      "Rows that are already shelved remain on the shelf. A cancelled import can be retried or undone. Cancelling a `previewed` import discards the preview and deletes its file; `retry` previews it again. 409 if the job has already ended, or the preview is more than 7 days old.",
  },
  "JOB_NOT_CANCELLABLE",
);

const retry = actionRoute(
  "retry",
  {
    summary: "Retry the rows of an import that did not succeed",
    description:
      "Retries rows in review, rows that could not be stored or that did not fit on the shelf or in the review queue, books that no provider knew or that could not be looked up in time, and rows that were not processed before the job failed or was cancelled. 409 unless the job completed, failed or was cancelled within the last 30 days.",
  },
  "LIMIT_REACHED",
  "SERVICE_BUDGET",
);

const undo = actionRoute(
  "undo",
  {
    summary: "Undo an import",
    description:
      "Restores every entry that the import wrote to its earlier state. Entries that have been changed since are left unchanged, and their rows are marked `changedSince`. Rows that are still in review are removed. 409 unless the job ended within the last 30 days; with `cancel=true`, a running job is cancelled first.",
  },
  "JOB_NOT_UNDOABLE",
);
const undoRoute = {
  ...undo,
  request: {
    params,
    query: z.object({
      cancel: z
        .enum(["true", "false"])
        .optional()
        .meta({ description: "Whether to cancel a running job first" }),
    }),
  },
};

/** Routes for committing, cancelling, retrying and undoing an import. */
export function importActionRoutes(deps: ImportActionDeps): OpenAPIHono<App> {
  const app = router();
  const middleware = [
    requireUser(deps.authenticate, "imports"),
    rateLimit(deps.limiters.jobs, (c) => userCaller(c.get("user").userId)),
  ];
  app.openapi({ ...commitRoute, middleware }, async (c) => {
    const { jobId } = c.req.valid("param");
    const { options } = c.req.valid("json");
    const fields = options === undefined ? {} : { options };
    const answer = await actOnce(c, deps, { action: "commit", jobId, fields }, async (keepAnswer) =>
      deps.commitPreview({
        userId: c.get("user").userId,
        jobId,
        options: options ?? {},
        keepAnswer,
        network: await networkOf(c, deps),
      }),
    );
    return c.json(answer, 202, UNCACHED);
  });
  app.openapi({ ...cancel, middleware }, async (c) =>
    c.json(await act(c, deps, "cancel", c.req.valid("param").jobId), 202, UNCACHED),
  );
  app.openapi({ ...retry, middleware }, async (c) =>
    c.json(await act(c, deps, "retry", c.req.valid("param").jobId), 202, UNCACHED),
  );
  app.openapi({ ...undoRoute, middleware }, async (c) =>
    c.json(
      await act(
        c,
        deps,
        "undo",
        c.req.valid("param").jobId,
        c.req.valid("query").cancel === "true",
      ),
      202,
      UNCACHED,
    ),
  );
  return app;
}

/**
 * Performs the action once per idempotency key. A replayed response carries a fresh ticket.
 * @throws DomainError JOB_NOT_FOUND, CONFLICT, JOB_NOT_CANCELLABLE, JOB_NOT_UNDOABLE
 */
async function act(
  c: Context<App>,
  deps: ImportActionDeps,
  action: JobAction,
  jobId: string,
  cancelsFirst = false,
): Promise<ImportSnapshot> {
  const { userId } = c.get("user");
  const fields = cancelsFirst ? { cancel: true } : {};
  return actOnce(c, deps, { action, jobId, fields }, async (keepAnswer) =>
    deps.actOnJob({
      userId,
      jobId,
      action,
      cancelsFirst,
      keepAnswer,
      network: action === "retry" ? await networkOf(c, deps) : undefined,
    }),
  );
}

const networkOf = (c: Context<App>, deps: ImportActionDeps): Promise<string | undefined> =>
  deps.networkOf(addressCaller(c, deps.clientIpHeader).key);

async function actOnce(
  c: Context<App>,
  deps: ImportActionDeps,
  { action, jobId, fields }: { action: JobAction; jobId: string; fields: object },
  perform: (keepAnswer: KeepJobAnswer) => Promise<CommitOutcome>,
): Promise<ImportSnapshot> {
  const keyed = {
    caller: userCaller(c.get("user").userId),
    operation: `${action}Import`,
    fields: { jobId, ...fields },
    isPublic: false,
  };
  const answer = await idempotently(c, deps.once, keyed, async (guard) => {
    const outcome = await perform((job) => guard.keepAnswer(answerOf(job)));
    return answerOf(doneOrThrow(outcome, action, deps));
  });
  return { ...answer.body, streamUrl: await deps.streamUrlOf(jobId) };
}

function answerOf(job: Job) {
  const { streamUrl: _ticket, ...body } = snapshotOf(job, job, "");
  return { status: 202 as const, headers: {}, body };
}
