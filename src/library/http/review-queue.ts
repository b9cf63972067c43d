import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import { reviewQueueQuerySchema } from "../../../contract/library-query.ts";
import {
  bulkReviewRequestSchema,
  bulkReviewResponseSchema,
  MAX_BULK,
  resolvedReviewResponseSchema,
  resolveReviewRequestSchema,
  reviewPageSchema,
  type BulkReviewRequest,
  type ReviewItem,
} from "../../../contract/review-queue.ts";
import type { ParsedIsbn } from "../../catalogue/domain/isbn/isbn.ts";
import { defined } from "../../platform/defined.ts";
import type { Caller } from "../../platform/identity.ts";
import { DomainError } from "../../platform/errors.ts";
import { libraryBook } from "../domain/entry.ts";
import type { KeepAnswer, Shelved } from "../domain/shelf.ts";
import type { BulkReview } from "../domain/bulk-review.ts";
import type { ResolveOutcome } from "../domain/review-queue.ts";
import { BEARER } from "../../platform/http/bearer.ts";
import { userCaller } from "../../platform/http/caller.ts";
import type { App } from "../../platform/http/context.ts";
import { envelope } from "../../platform/http/envelope.ts";
import { requireIsbn } from "../../catalogue/module.ts";
import { readCursor } from "../../platform/http/cursor.ts";
import {
  etagHeader,
  answerOnce,
  storedHeaders,
  notModified,
  revalidate,
  userParams,
  WRITTEN,
} from "./parts.ts";
import { UNCACHED } from "../../platform/http/headers.ts";
import { addedOrThrow, ownLibrary, type LibraryDeps } from "./books.ts";
import { IDEMPOTENCY_KEY, idempotently, KEY_REFUSALS } from "../../idempotency/module.ts";
import {
  AUTHENTICATED,
  jsonBody,
  problems,
  REPLAYED,
  WITH_BODY,
} from "../../platform/http/openapi-parts.ts";
import { router } from "../../platform/http/router.ts";

/** A page of the queue starts after this row. `createdAt` is in ms since the epoch. */
export interface QueuePosition {
  createdAt: number;
  id: string;
}

/** Dependencies of the review queue routes. */
export interface ReviewQueueDeps extends Pick<
  LibraryDeps,
  "authenticate" | "limiters" | "once" | "shelfFull"
> {
  reviewPage(
    userId: string,
    jobId: string | undefined,
    after: QueuePosition | undefined,
    limit: number,
  ): Promise<{ items: ReviewItem[]; total: number; next?: QueuePosition }>;
  resolveRow(input: {
    userId: string;
    caller: Caller;
    id: string;
    isbn?: ParsedIsbn | undefined;
    keepAnswer?: KeepAnswer;
  }): Promise<ResolveOutcome>;
  settleRows(input: {
    userId: string;
    caller: Caller;
    request: BulkReviewRequest;
  }): Promise<BulkReview>;
  /** Returns whether the row was waiting. */
  dismissRow(userId: string, id: string): Promise<boolean>;
}

const QUEUE = "/v1/library/{userId}/review-queue";
const rowParams = userParams.extend({ id: z.string().min(1).max(100) });

const listRoute = createRoute({
  operationId: "listReviewQueue",
  method: "get",
  path: QUEUE,
  tags: ["Library"],
  summary: "List import rows that wait for the user to identify the book",
  description:
    "A page may be shorter than `limit` when cells are long: continue while there is a `nextCursor`.",
  security: BEARER,
  request: { params: userParams, query: reviewQueueQuerySchema },
  responses: {
    200: { ...jsonBody("A page of rows, oldest first", reviewPageSchema), ...etagHeader },
    ...notModified,
    ...problems(
      "INVALID_REQUEST",
      "INVALID_CURSOR",
      ...AUTHENTICATED,
      "RATE_LIMIT_EXCEEDED",
      "INTERNAL_ERROR",
      "DATABASE_UNAVAILABLE",
    ),
  },
});

const resolveRoute = createRoute({
  operationId: "resolveReviewItem",
  method: "post",
  path: `${QUEUE}/{id}/resolve`,
  tags: ["Library"],
  summary: "Shelve a waiting row",
  description:
    "With `isbn`, shelves that edition, which is looked up if necessary. If no provider knows it or the providers are unavailable, it is shelved with the details of the row and `confirmed: false`; a row without a title then remains in the queue (404 or 503). With `keep: true`, shelves a user-defined book with the details of the row. If the book is already on the shelf, the row is merged into its entry as in an import.",
  security: BEARER,
  parameters: [IDEMPOTENCY_KEY],
  request: {
    params: rowParams,
    body: {
      content: { "application/json": { schema: resolveReviewRequestSchema } },
      required: true,
    },
  },
  responses: {
    200: { ...jsonBody("The shelved book", resolvedReviewResponseSchema), headers: WRITTEN },
    ...problems(
      ...KEY_REFUSALS,
      "INVALID_ISBN",
      ...AUTHENTICATED,
      "NOT_FOUND",
      "BOOK_NOT_FOUND",
      "CONFLICT",
      "LIMIT_REACHED",
      ...WITH_BODY,
      "RATE_LIMIT_EXCEEDED",
      "INTERNAL_ERROR",
      "PROVIDERS_UNAVAILABLE",
    ),
  },
});

const bulkRoute = createRoute({
  operationId: "settleReviewItems",
  method: "post",
  path: `${QUEUE}/bulk`,
  tags: ["Library"],
  summary: "Keep or dismiss many waiting rows",
  description: `\`keep: true\` shelves rows as user-defined books with the details of their files; \`dismiss: true\` removes them from the queue permanently. Selects the rows in \`ids\`, those queued by the import \`jobId\`, or by default all. One request keeps at most ${MAX_BULK.kept} rows or dismisses at most ${MAX_BULK.rows}; repeat it with a new key while \`remaining\` is above 0. Each row has its own outcome. Rows without a title cannot be kept.`,
  security: BEARER,
  parameters: [IDEMPOTENCY_KEY],
  request: {
    params: userParams,
    body: {
      content: { "application/json": { schema: bulkReviewRequestSchema } },
      required: true,
    },
  },
  responses: {
    200: jsonBody("The outcome of each row", bulkReviewResponseSchema, REPLAYED),
    ...problems(
      ...KEY_REFUSALS,
      "UNAUTHORIZED",
      "FORBIDDEN",
      "PAYLOAD_TOO_LARGE",
      "UNSUPPORTED_MEDIA_TYPE",
      "RATE_LIMIT_EXCEEDED",
      "INTERNAL_ERROR",
    ),
  },
});

const dismissRoute = createRoute({
  operationId: "dismissReviewItem",
  method: "delete",
  path: `${QUEUE}/{id}`,
  tags: ["Library"],
  summary: "Dismiss a waiting row",
  description:
    "The dismissal is stored, so that the same row of a later import does not enter the queue again.",
  security: BEARER,
  request: { params: rowParams },
  responses: {
    204: { description: "The row is dismissed" },
    ...problems(
      "INVALID_REQUEST",
      ...AUTHENTICATED,
      "NOT_FOUND",
      "PAYLOAD_TOO_LARGE",
      "RATE_LIMIT_EXCEEDED",
      "INTERNAL_ERROR",
      "DATABASE_UNAVAILABLE",
    ),
  },
});

/** The routes of a library's review queue. */
export function reviewQueueRoutes(deps: ReviewQueueDeps): OpenAPIHono<App> {
  const app = router();
  const writing = ownLibrary(deps, "library:write");

  app.openapi({ ...listRoute, middleware: ownLibrary(deps, "library:read") }, async (c) => {
    const { userId } = c.req.valid("param");
    const { limit, cursor, jobId } = c.req.valid("query");
    const { items, total, next } = await deps.reviewPage(userId, jobId, positionOf(cursor), limit);
    const data = {
      items,
      count: items.length,
      total,
      ...defined({ nextCursor: next && `q1.${next.createdAt}.${next.id}` }),
    };
    if (await revalidate(c, data)) return c.body(null, 304);
    return c.json(envelope(data), 200);
  });

  app.openapi({ ...resolveRoute, middleware: writing }, async (c) => {
    const { userId, id } = c.req.valid("param");
    const request = c.req.valid("json");
    const { isbn } = request;
    const caller = userCaller(userId);
    const fields = { id, ...request };
    const keyed = { caller, operation: resolveRoute.operationId, fields, isPublic: false };
    const answer = await idempotently(c, deps.once, keyed, (guard) =>
      answerOnce(guard, resolvedAnswer, async (keepAnswer) => {
        const outcome = await deps.resolveRow({
          userId,
          caller,
          id,
          isbn: isbn === undefined ? undefined : requireIsbn(isbn),
          keepAnswer,
        });
        if (outcome.kind === "not_waiting") throw notWaiting();
        if (outcome.kind === "untitled") throw untitled();
        return addedOrThrow(c, deps, outcome);
      }),
    );
    return c.json(answer.body, answer.status, answer.headers);
  });

  app.openapi({ ...bulkRoute, middleware: writing }, async (c) => {
    const { userId } = c.req.valid("param");
    const request = c.req.valid("json");
    const caller = userCaller(userId);
    const keyed = { caller, operation: bulkRoute.operationId, fields: request, isPublic: false };
    const answer = await idempotently(c, deps.once, keyed, async () => ({
      status: 200 as const,
      headers: {},
      body: envelope(await deps.settleRows({ userId, caller, request })),
    }));
    return c.json(answer.body, answer.status, UNCACHED);
  });

  app.openapi({ ...dismissRoute, middleware: writing }, async (c) => {
    const { userId, id } = c.req.valid("param");
    if (!(await deps.dismissRow(userId, id))) throw notWaiting();
    return c.body(null, 204, UNCACHED);
  });
  return app;
}

async function resolvedAnswer({ added, entry, place }: Shelved) {
  const book = libraryBook(entry, place);
  return {
    status: 200 as const,
    headers: await storedHeaders(entry, book),
    body: envelope({ resolved: true as const, added, book }),
  };
}

const CURSOR = /^q1\.(\d{1,15})\.([\w-]{1,100})$/;

function positionOf(cursor: string | undefined): QueuePosition | undefined {
  const parts = readCursor(cursor, CURSOR);
  if (parts === undefined) return undefined;
  const [createdAt, id = ""] = parts;
  return { createdAt: Number(createdAt), id };
}

function notWaiting(): DomainError {
  return new DomainError("NOT_FOUND", "The review queue has no waiting row with this id.");
}

function untitled(): DomainError {
  const message = "cannot be true because the row has no title; send the isbn of the book";
  return new DomainError("INVALID_REQUEST", `keep ${message}.`, {
    details: { issues: [{ path: "keep", message }] },
  });
}
