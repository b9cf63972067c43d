import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import {
  restoredBookResponseSchema,
  trashPageSchema,
  trashQuerySchema,
  type TrashItem,
} from "../../../contract/trash.ts";
import { IDEMPOTENCY_KEY, idempotently, KEY_REFUSALS } from "../../idempotency/module.ts";
import { BEARER } from "../../platform/http/bearer.ts";
import { userCaller } from "../../platform/http/caller.ts";
import type { App } from "../../platform/http/context.ts";
import { readCursor } from "../../platform/http/cursor.ts";
import { envelope } from "../../platform/http/envelope.ts";
import { DomainError } from "../../platform/errors.ts";
import { defined } from "../../platform/defined.ts";
import { UNCACHED } from "../../platform/http/headers.ts";
import { AUTHENTICATED, jsonBody, problems } from "../../platform/http/openapi-parts.ts";
import { router } from "../../platform/http/router.ts";
import { libraryBook } from "../domain/entry.ts";
import type { KeepAnswer, Shelved } from "../domain/shelf.ts";
import type { RestoreOutcome, Trash, TrashedEntry, TrashPosition } from "../domain/trash.ts";
import { ownLibrary, type LibraryDeps } from "./books.ts";
import {
  answerOnce,
  bookParams,
  contended,
  etagHeader,
  notModified,
  requireEntryId,
  revalidate,
  storedHeaders,
  userParams,
  WRITTEN,
} from "./parts.ts";

/** Dependencies of the routes of the trash. */
export interface TrashDeps extends Pick<
  LibraryDeps,
  "authenticate" | "limiters" | "once" | "shelfFull"
> {
  trash: Trash;
  restoreBook(input: {
    userId: string;
    isbn: string;
    keepAnswer?: KeepAnswer;
  }): Promise<RestoreOutcome>;
  now(): number;
}

const TRASH = "/v1/library/{userId}/trash";
const FAILURES = ["RATE_LIMIT_EXCEEDED", "INTERNAL_ERROR", "DATABASE_UNAVAILABLE"] as const;

const listRoute = createRoute({
  operationId: "listTrash",
  method: "get",
  path: TRASH,
  tags: ["Library"],
  summary: "List the books in the trash, most recently removed first",
  description:
    "A removed book stays in the trash for 30 days, and can be restored until then. If the trash exceeds its size limit (`trashBytes`), the books that were removed first leave it earlier. A page may be shorter than `limit` when reviews are long: continue while there is a `nextCursor`.",
  security: BEARER,
  request: { params: userParams, query: trashQuerySchema },
  responses: {
    200: { ...jsonBody("A page of the trash", trashPageSchema), ...etagHeader },
    ...notModified,
    ...problems("INVALID_REQUEST", "INVALID_CURSOR", ...AUTHENTICATED, ...FAILURES),
  },
});

const restoreRoute = createRoute({
  operationId: "restoreLibraryBook",
  method: "post",
  path: `${TRASH}/{isbn}/restore`,
  tags: ["Library"],
  summary: "Restore a book from the trash",
  description:
    "The book returns with everything it had: status, rating, review, notes, tags, readings, progress, and the user's own details. Its version is higher than any earlier one. 404 if the trash does not have it.",
  security: BEARER,
  parameters: [IDEMPOTENCY_KEY],
  request: { params: bookParams },
  responses: {
    200: { ...jsonBody("The restored book", restoredBookResponseSchema), headers: WRITTEN },
    ...problems(
      ...KEY_REFUSALS,
      "INVALID_ISBN",
      ...AUTHENTICATED,
      "NOT_FOUND",
      "CONFLICT",
      "LIMIT_REACHED",
      "PAYLOAD_TOO_LARGE",
      "RATE_LIMIT_EXCEEDED",
      "INTERNAL_ERROR",
    ),
  },
});

const purgeRoute = createRoute({
  operationId: "deleteTrashedBook",
  method: "delete",
  path: `${TRASH}/{isbn}`,
  tags: ["Library"],
  summary: "Permanently delete a book in the trash",
  security: BEARER,
  request: { params: bookParams },
  responses: {
    204: { description: "The book is deleted" },
    ...problems(
      "INVALID_REQUEST",
      "INVALID_ISBN",
      ...AUTHENTICATED,
      "NOT_FOUND",
      "PAYLOAD_TOO_LARGE",
      ...FAILURES,
    ),
  },
});

const emptyRoute = createRoute({
  operationId: "emptyTrash",
  method: "delete",
  path: TRASH,
  tags: ["Library"],
  summary: "Permanently delete all books in the trash",
  security: BEARER,
  request: { params: userParams },
  responses: {
    204: { description: "The trash is empty" },
    ...problems("INVALID_REQUEST", ...AUTHENTICATED, "PAYLOAD_TOO_LARGE", ...FAILURES),
  },
});

/** The routes of the trash. */
export function trashRoutes(deps: TrashDeps): OpenAPIHono<App> {
  const app = router();
  const writing = ownLibrary(deps, "library:write");

  app.openapi({ ...listRoute, middleware: ownLibrary(deps, "library:read") }, async (c) => {
    const { userId } = c.req.valid("param");
    const { limit, cursor } = c.req.valid("query");
    const { entries, total, last } = await deps.trash.page(userId, positionOf(cursor), limit);
    const data = {
      items: entries.map(itemOf),
      count: entries.length,
      total,
      ...defined({ nextCursor: last && `t1.${last.until}.${last.isbn}` }),
    };
    if (await revalidate(c, data)) return c.body(null, 304);
    return c.json(envelope(data), 200);
  });

  app.openapi({ ...restoreRoute, middleware: writing }, async (c) => {
    const { userId, isbn: text } = c.req.valid("param");
    const isbn = requireEntryId(text);
    const caller = userCaller(userId);
    const keyed = {
      caller,
      operation: restoreRoute.operationId,
      fields: { isbn },
      isPublic: false,
    };
    const answer = await idempotently(c, deps.once, keyed, (guard) =>
      answerOnce(guard, restoredAnswer, async (keepAnswer) =>
        restoredOrThrow(deps, await deps.restoreBook({ userId, isbn, keepAnswer })),
      ),
    );
    return c.json(answer.body, answer.status, answer.headers);
  });

  app.openapi({ ...purgeRoute, middleware: writing }, async (c) => {
    const { userId, isbn } = c.req.valid("param");
    if (!(await deps.trash.purge(userId, requireEntryId(isbn), deps.now()))) throw notInTrash();
    return c.body(null, 204, UNCACHED);
  });

  app.openapi({ ...emptyRoute, middleware: writing }, async (c) => {
    await deps.trash.empty(c.req.valid("param").userId, deps.now());
    return c.body(null, 204, UNCACHED);
  });
  return app;
}

function itemOf({ entry, deletedAt, until, ...book }: TrashedEntry): TrashItem {
  return {
    book: libraryBook(entry, book),
    deletedAt: new Date(deletedAt).toISOString(),
    until: new Date(until).toISOString(),
  };
}

async function restoredAnswer({ entry, place }: Shelved) {
  const book = libraryBook(entry, place);
  return {
    status: 200 as const,
    headers: await storedHeaders(entry, book),
    body: envelope({ restored: true as const, book }),
  };
}

function restoredOrThrow(
  { shelfFull }: Pick<LibraryDeps, "shelfFull">,
  outcome: RestoreOutcome,
): Shelved {
  switch (outcome.kind) {
    case "shelved":
      return outcome;
    case "not_in_trash":
      throw notInTrash();
    case "full":
      throw shelfFull();
    case "contended":
      throw contended();
  }
}

const CURSOR = /^t1\.(\d{1,15})\.(local-[\w-]{1,100}|\d{13})$/;

function positionOf(cursor: string | undefined): TrashPosition | undefined {
  const parts = readCursor(cursor, CURSOR);
  if (parts === undefined) return undefined;
  const [until, isbn = ""] = parts;
  return { until: Number(until), isbn };
}

function notInTrash(): DomainError {
  return new DomainError("NOT_FOUND", "The trash has no book with this id.");
}
