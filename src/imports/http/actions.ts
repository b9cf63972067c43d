import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { importSnapshotSchema, type ImportSnapshot } from "../../../contract/imports.ts";
import type { ProblemCode } from "../../../contract/problems.ts";
import { DomainError } from "../../platform/errors.ts";
import type { ActionOutcome, JobAction, KeepJobAnswer } from "../domain/job/actions.ts";
import { snapshotOf, type Job, type JobState } from "../domain/job/job.ts";
import type { Refusal } from "../../quotas/domain/refusal.ts";
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

/** Use cases behind the action routes. */
export interface ImportActionUseCases {
  actOnJob(input: {
    userId: string;
    jobId: string;
    action: JobAction;
    cancelsFirst?: boolean;
    keepAnswer: KeepJobAnswer;
  }): Promise<ActionOutcome>;
}

export interface ImportActionDeps extends ImportActionUseCases {
  authenticate: Authenticate;
  limiters: Limiters;
  once: Once;
  /** The problem of an action that a quota refuses. */
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
      "Shelves the previewed rows against the current state of the shelf. 409 unless the job is `previewed`, which it is for at most 7 days.",
  },
  "LIMIT_REACHED",
);

const cancel = actionRoute(
  "cancel",
  {
    summary: "Stop an import",
    description:
      "Rows that are already shelved stay on the shelf. A cancelled import can be retried or undone. 409 when the job has ended.",
  },
  "JOB_NOT_CANCELLABLE",
);

const retry = actionRoute(
  "retry",
  {
    summary: "Retry the rows of an import that did not succeed",
    description:
      "Retries rows in review, rows that could not be stored or for which the shelf or the review queue was full, books that no provider knew or that the providers could not be asked about in time, and rows that were not processed before the job failed or was cancelled. 409 unless the job completed, failed or was cancelled within the last 30 days.",
  },
  "LIMIT_REACHED",
);

const undo = actionRoute(
  "undo",
  {
    summary: "Undo an import",
    description:
      "Restores every entry that the import wrote to its earlier state. Entries that were changed since are left as they are, and their rows are marked `changedSince`. Rows that are still in review are removed. 409 unless the job ended within the last 30 days; with `cancel=true`, a job that still runs is cancelled first.",
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
        .meta({ description: "Whether a job that still runs is cancelled first" }),
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
  app.openapi({ ...commit, middleware }, async (c) =>
    c.json(await act(c, deps, "commit", c.req.valid("param").jobId), 202, UNCACHED),
  );
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
  const keyed = {
    caller: userCaller(userId),
    operation: `${action}Import`,
    fields: cancelsFirst ? { jobId, cancel: true } : { jobId },
    isPublic: false,
  };
  const answer = await idempotently(c, deps.once, keyed, async (guard) => {
    const keepAnswer: KeepJobAnswer = (job) => guard.keepAnswer(answerOf(job));
    const outcome = await deps.actOnJob({ userId, jobId, action, cancelsFirst, keepAnswer });
    return answerOf(doneOrThrow(outcome, action, deps));
  });
  return { ...answer.body, streamUrl: await deps.streamUrlOf(jobId) };
}

function answerOf(job: Job) {
  const { streamUrl: _ticket, ...body } = snapshotOf(job, job, "");
  return { status: 202 as const, headers: {}, body };
}

function doneOrThrow(
  outcome: ActionOutcome,
  action: JobAction,
  { refusalError }: Pick<ImportActionDeps, "refusalError">,
): Job {
  switch (outcome.kind) {
    case "done":
      return outcome.job;
    case "not_found":
      throw new DomainError("JOB_NOT_FOUND", "You have no import with this id.");
    case "full":
      throw refusalError(outcome.refusal);
    case "contended":
      throw new DomainError("CONFLICT", "The import is being changed right now. Try again.");
    case "refused": {
      const { state, isExpired } = outcome;
      const detail = isExpired
        ? `The import ended more than ${state === "previewed" ? 7 : 30} days ago; its rows have been deleted.`
        : `The import is ${STATES[state]}: ${REFUSALS[action].detail}`;
      throw new DomainError(REFUSALS[action].code, detail);
    }
  }
}

/** Job states in the words of an error text: "The import is ...". */
const STATES: Readonly<Record<JobState, string>> = {
  uploading: "still uploading",
  queued: "queued",
  processing: "in progress",
  undoing: "being undone",
  completed: "completed",
  failed: "failed",
  cancelled: "cancelled",
  previewed: "a preview",
  undone: "undone",
};

const REFUSALS = {
  commit: { code: "CONFLICT", detail: "only a preview can be committed." },
  cancel: { code: "JOB_NOT_CANCELLABLE", detail: "there is nothing to cancel." },
  retry: {
    code: "CONFLICT",
    detail: "only a completed, failed or cancelled import can be retried.",
  },
  undo: {
    code: "JOB_NOT_UNDOABLE",
    detail: "only a completed, failed or cancelled import that is not a preview can be undone.",
  },
} as const satisfies Record<JobAction, { code: ProblemCode; detail: string }>;
