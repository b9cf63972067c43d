import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { importSnapshotSchema, type ImportSnapshot } from "../../../contract/imports.ts";
import type { ProblemCode } from "../../../contract/problems.ts";
import { DomainError } from "../../platform/errors.ts";
import type { ActionOutcome, JobAction, KeepJobAnswer } from "../domain/job/job-actions.ts";
import { snapshotOf, type Job, type JobState } from "../domain/job/job.ts";
import type { Limiters } from "../../rate-limits/domain/limiters.ts";
import { requireUser, type Authenticate } from "../../accounts/module.ts";
import { BEARER } from "../../platform/http/bearer.ts";
import { userCaller } from "../../platform/http/caller.ts";
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

/** What the routes call. */
export interface ImportActionUseCases {
  actOnJob(input: {
    userId: string;
    jobId: string;
    action: JobAction;
    keepAnswer: KeepJobAnswer;
  }): Promise<ActionOutcome>;
}

export interface ImportActionDeps extends ImportActionUseCases {
  authenticate: Authenticate;
  limiters: Limiters;
  once: Once;
  /** Where the job's stream is, with a fresh ticket. */
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
      202: jsonBody("The job as it is now", importSnapshotSchema, REPLAYED),
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

const commit = actionRoute("commit", {
  summary: "Carry out an import that was previewed",
  description: "The rows are shelved as the shelf is now. 409 unless the job is `previewed`.",
});

const cancel = actionRoute(
  "cancel",
  {
    summary: "Stop an import",
    description: "What is done stays; it can be tried again or undone. 409 when the job has ended.",
  },
  "JOB_NOT_CANCELLABLE",
);

const retry = actionRoute("retry", {
  summary: "Try again what did not go well",
  description:
    "Rows that wait for review, rows that were refused for outside reasons, books that no provider knew or could say, and rows that were not processed when the job failed or was cancelled. 409 unless the job has ended so, within 30 days.",
});

const undo = actionRoute(
  "undo",
  {
    summary: "Take an import back",
    description:
      "What the import wrote becomes what it was before, unless it was changed since: those entries are left alone, and the rows say `changedSince`. Rows that still wait for review go. 409 unless the job has ended, within 30 days.",
  },
  "JOB_NOT_UNDOABLE",
);

/** What readers can do to their imports. */
export function importActionRoutes(deps: ImportActionDeps): OpenAPIHono<App> {
  const app = router();
  const middleware = [
    requireUser(deps.authenticate, "imports"),
    rateLimit(deps.limiters.jobs, (c) => userCaller(c.get("user").userId)),
  ];
  app.openapi({ ...commit, middleware }, async (c) =>
    c.json(await act(c, deps, "commit", c.req.valid("param").jobId), 202, UNCACHED),
  );
  app.openapi({ ...cancel, middleware }, async (c) =>
    c.json(await act(c, deps, "cancel", c.req.valid("param").jobId), 202, UNCACHED),
  );
  app.openapi({ ...retry, middleware }, async (c) =>
    c.json(await act(c, deps, "retry", c.req.valid("param").jobId), 202, UNCACHED),
  );
  app.openapi({ ...undo, middleware }, async (c) =>
    c.json(await act(c, deps, "undo", c.req.valid("param").jobId), 202, UNCACHED),
  );
  return app;
}

/** Acts once, however often it is asked under one key; the ticket in the answer is fresh each time. */
async function act(
  c: Context<App>,
  deps: ImportActionDeps,
  action: JobAction,
  jobId: string,
): Promise<ImportSnapshot> {
  const { userId } = c.get("user");
  const keyed = {
    caller: userCaller(userId),
    operation: `${action}Import`,
    fields: { jobId },
    isPublic: false,
  };
  const answer = await idempotently(c, deps.once, keyed, async (guard) => {
    const keepAnswer: KeepJobAnswer = (job) => guard.keepWith(answerOf(job));
    const outcome = await deps.actOnJob({ userId, jobId, action, keepAnswer });
    return answerOf(doneOrThrow(outcome, action));
  });
  return { ...answer.body, streamUrl: await deps.streamUrlOf(jobId) };
}

function answerOf(job: Job) {
  const { streamUrl: _ticket, ...body } = snapshotOf(job, job, "");
  return { status: 202 as const, headers: {}, body };
}

function doneOrThrow(outcome: ActionOutcome, action: JobAction): Job {
  switch (outcome.kind) {
    case "done":
      return outcome.job;
    case "not_found":
      throw new DomainError("JOB_NOT_FOUND", "There is no such import of yours.");
    case "contended":
      throw new DomainError("CONFLICT", "The import is changing just now. Try again.");
    case "refused": {
      const { state, isExpired } = outcome;
      const detail = isExpired
        ? "The import ended more than 30 days ago; its rows are not kept any longer."
        : `The import is ${STATES[state]}: ${REFUSALS[action].detail}`;
      throw new DomainError(REFUSALS[action].code, detail);
    }
  }
}

/** States as a person would put them. */
const STATES: Readonly<Record<JobState, string>> = {
  uploading: "still coming in",
  queued: "about to begin",
  processing: "under way",
  undoing: "being taken back",
  completed: "completed",
  failed: "failed",
  cancelled: "cancelled",
  previewed: "a preview",
  undone: "taken back",
};

const REFUSALS = {
  commit: { code: "CONFLICT", detail: "only a preview can be carried out." },
  cancel: { code: "JOB_NOT_CANCELLABLE", detail: "there is nothing to stop." },
  retry: {
    code: "CONFLICT",
    detail: "only one that has written something and ended can be tried again.",
  },
  undo: {
    code: "JOB_NOT_UNDOABLE",
    detail: "only one that has written something and ended can be undone.",
  },
} as const satisfies Record<JobAction, { code: ProblemCode; detail: string }>;
