import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { PROBLEMS } from "../../../contract/problems.ts";
import {
  outboxRequestSchema,
  outboxResponseSchema,
  SYNC_DAYS,
  type OutboxResult,
} from "../../../contract/sync.ts";
import type { Authenticate } from "../../accounts/module.ts";
import type { AppliedOutcome } from "../../idempotency/domain/applied-change.ts";
import { ownLibrary, userParams } from "../../library/module.ts";
import { defined } from "../../platform/defined.ts";
import { BEARER } from "../../platform/http/bearer.ts";
import { userCaller } from "../../platform/http/caller.ts";
import type { App } from "../../platform/http/context.ts";
import { envelope } from "../../platform/http/envelope.ts";
import { UNCACHED } from "../../platform/http/headers.ts";
import { AUTHENTICATED, jsonBody, problems, WITH_BODY } from "../../platform/http/openapi-parts.ts";
import { problemType } from "../../platform/http/problem.ts";
import { router } from "../../platform/http/router.ts";
import type { Caller } from "../../platform/identity.ts";
import type { Limiters } from "../../rate-limits/domain/limiters.ts";
import type { Conflict } from "../domain/change-result.ts";
import type { ChangeResult } from "../domain/apply-changes.ts";
import type { SentChange } from "../domain/change-runs.ts";

/** Dependencies of the outbox's route. */
export interface OutboxRouteDeps {
  authenticate: Authenticate;
  limiters: Limiters;
  applyChanges(input: {
    userId: string;
    caller: Caller;
    changes: readonly SentChange[];
  }): Promise<ChangeResult[]>;
}

const outboxRoute = createRoute({
  operationId: "applyChanges",
  method: "post",
  path: "/v1/library/{userId}/changes",
  tags: ["Sync"],
  summary: "Apply edits that were made offline",
  description: `Applies up to 100 changes in order, each independently, and returns a result for each: \`applied\`; \`replayed\` if its key was applied before; \`conflict\` if someone else has changed one of its fields since \`ifVersion\`; \`refused\` with a problem. Repeat the request if its response was lost: keys are remembered for ${SYNC_DAYS} days, and a change is applied once. A refused change may be sent again with the same key if its problem is retryable. Changes of one request build on each other. \`add\` for a book that is already on the shelf sets only unset fields; a different value is a conflict. Changes with new keys count towards the daily quota \`changes\`; if they do not all fit, none is applied (429 QUOTA_EXCEEDED, with \`resetsAt\`). The body is limited to 2 MB: send long reviews in several requests. No idempotency key is needed. docs/sync.md describes the protocol.`,
  security: BEARER,
  request: {
    params: userParams,
    body: { content: { "application/json": { schema: outboxRequestSchema } }, required: true },
  },
  responses: {
    200: jsonBody("A result for each change, in the same order", outboxResponseSchema),
    ...problems(
      "INVALID_REQUEST",
      ...AUTHENTICATED,
      ...WITH_BODY,
      "RATE_LIMIT_EXCEEDED",
      "QUOTA_EXCEEDED",
      "INTERNAL_ERROR",
      "DATABASE_UNAVAILABLE",
    ),
  },
});

/** The route of the outbox. */
export function outboxRoutes(deps: OutboxRouteDeps): OpenAPIHono<App> {
  const app = router();
  app.openapi({ ...outboxRoute, middleware: ownLibrary(deps, "library:write") }, async (c) => {
    const { userId } = c.req.valid("param");
    const { changes } = c.req.valid("json");
    const results = await deps.applyChanges({ userId, caller: userCaller(userId), changes });
    return c.json(envelope({ results: results.map(resultOf) }), 200, UNCACHED);
  });
  return app;
}

function resultOf({ key, outcome }: ChangeResult): OutboxResult {
  switch (outcome.kind) {
    case "applied":
    case "replayed":
      return { key, outcome: outcome.kind, ...appliedTo(outcome.outcome) };
    case "conflict": {
      const { isbn, fields } = outcome;
      return { key, outcome: "conflict", ...defined({ isbn }), fields, ...currentOf(outcome) };
    }
    case "refused":
      return { key, outcome: "refused", problem: problemOf(outcome) };
  }
}

/** An item that never existed has no version. */
function appliedTo({ version, ...others }: AppliedOutcome) {
  return { ...others, ...(version === undefined || version < 1 ? {} : { version }) };
}

type Refusal = Extract<ChangeResult["outcome"], { kind: "refused" }>;

function currentOf({ current, goal, setting }: Conflict) {
  if (setting) {
    const { version, ...currentSetting } = setting;
    return { currentVersion: version, currentSetting };
  }
  if (current) return { current: current.book, currentVersion: current.version };
  const { version, books, pages, minutes } = goal ?? {};
  const target = defined({ books, pages, minutes });
  const isThere = Object.keys(target).length > 0;
  return {
    ...defined({ currentVersion: version }),
    ...(isThere ? { currentGoal: target } : { deleted: true as const }),
  };
}

function problemOf({ error, isTransient }: Refusal) {
  const { code, message, details, retryAfterSeconds } = error;
  return {
    type: problemType(code),
    code,
    ...PROBLEMS[code],
    ...(isTransient ? { retryable: true } : {}),
    detail: message,
    ...defined({ retryAfter: retryAfterSeconds }),
    ...details,
  };
}
