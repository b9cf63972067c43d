import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { moveEditionRequestSchema, movedBookResponseSchema } from "../../../contract/library.ts";
import { requireIsbn } from "../../catalogue/module.ts";
import { IDEMPOTENCY_KEY, idempotently, KEY_REFUSALS } from "../../idempotency/module.ts";
import { defined } from "../../platform/defined.ts";
import { DomainError } from "../../platform/errors.ts";
import { BEARER } from "../../platform/http/bearer.ts";
import { userCaller } from "../../platform/http/caller.ts";
import type { App } from "../../platform/http/context.ts";
import { envelope } from "../../platform/http/envelope.ts";
import { AUTHENTICATED, jsonBody, problems, WITH_BODY } from "../../platform/http/openapi-parts.ts";
import { router } from "../../platform/http/router.ts";
import type { Caller } from "../../platform/identity.ts";
import type { MoveOutcome } from "../domain/edition.ts";
import { libraryBook } from "../domain/entry.ts";
import type { KeepAnswer, Precondition, Shelved } from "../domain/shelf.ts";
import type { ParsedIsbn } from "../../catalogue/domain/isbn/isbn.ts";
import { addedOrThrow, ownLibrary, type LibraryDeps } from "./books.ts";
import {
  answerOnce,
  bookParams,
  contended,
  notOnShelf,
  preconditionFailed,
  preconditionOf,
  requireEntryId,
  storedHeaders,
  WRITTEN,
} from "./parts.ts";
import type { Context } from "hono";

/** Dependencies of the route that moves an entry to another edition. */
export interface EditionDeps extends Pick<
  LibraryDeps,
  "authenticate" | "limiters" | "once" | "shelfFull"
> {
  moveToEdition(input: {
    userId: string;
    caller: Caller;
    isbn: string;
    target: ParsedIsbn;
    precondition?: Precondition;
    keepAnswer?: KeepAnswer;
  }): Promise<MoveOutcome>;
}

const moveRoute = createRoute({
  operationId: "moveToEdition",
  method: "post",
  path: "/v1/library/{userId}/books/{isbn}/edition",
  tags: ["Library"],
  summary: "Move an entry to another edition of the book",
  description:
    "The entry keeps everything it has: status, rating, review, notes, tags, readings with their ids, progress, the user's own details and the day it was added. The other edition is looked up as when adding a book. It must be neither on the shelf nor in the trash; otherwise the response is 409 and nothing changes. Later imports of the old edition update the moved entry. With `If-Match`, the entry must not have changed since that ETag was issued (else 412).",
  security: BEARER,
  parameters: [IDEMPOTENCY_KEY],
  request: {
    params: bookParams,
    body: { content: { "application/json": { schema: moveEditionRequestSchema } }, required: true },
  },
  responses: {
    200: { ...jsonBody("The book in its new place", movedBookResponseSchema), headers: WRITTEN },
    ...problems(
      ...KEY_REFUSALS,
      "INVALID_ISBN",
      ...AUTHENTICATED,
      "NOT_FOUND",
      "BOOK_NOT_FOUND",
      "CONFLICT",
      "PRECONDITION_FAILED",
      ...WITH_BODY,
      "RATE_LIMIT_EXCEEDED",
      "INTERNAL_ERROR",
      "PROVIDERS_UNAVAILABLE",
    ),
  },
});

/** The route that moves an entry to another edition. */
export function editionRoutes(deps: EditionDeps): OpenAPIHono<App> {
  const app = router();
  app.openapi({ ...moveRoute, middleware: ownLibrary(deps, "library:write") }, async (c) => {
    const { userId, isbn: text } = c.req.valid("param");
    const isbn = requireEntryId(text);
    const target = requireIsbn(c.req.valid("json").isbn);
    const caller = userCaller(userId);
    const fields = { isbn, target: target.isbn13 };
    const keyed = { caller, operation: moveRoute.operationId, fields, isPublic: false };
    const precondition = preconditionOf(c);
    const answer = await idempotently(c, deps.once, keyed, (guard) =>
      answerOnce(guard, movedAnswer, async (keepAnswer) =>
        movedOrThrow(
          c,
          deps,
          await deps.moveToEdition({
            userId,
            caller,
            isbn,
            target,
            keepAnswer,
            ...defined({ precondition }),
          }),
        ),
      ),
    );
    return c.json(answer.body, answer.status, answer.headers);
  });
  return app;
}

async function movedAnswer({ entry, place }: Shelved) {
  const book = libraryBook(entry, place);
  return {
    status: 200 as const,
    headers: await storedHeaders(entry, book),
    body: envelope({ moved: true as const, book }),
  };
}

function movedOrThrow(c: Context<App>, deps: EditionDeps, outcome: MoveOutcome): Shelved {
  switch (outcome.kind) {
    case "not_on_shelf":
      throw notOnShelf();
    case "precondition_failed":
      throw preconditionFailed();
    case "contended":
      throw contended();
    case "same_edition":
      throw sameEdition();
    case "on_shelf":
      throw new DomainError(
        "CONFLICT",
        "The other edition is already on the shelf. Remove one of the two entries first, or change the other one.",
      );
    case "in_trash":
      throw new DomainError(
        "CONFLICT",
        "The other edition is in the trash. Restore it or delete it permanently before you move the entry.",
      );
    case "shelved":
    case "absent":
    case "limited":
    case "unavailable":
    case "database_unavailable":
      return addedOrThrow(c, deps, outcome);
  }
}

function sameEdition(): DomainError {
  const message = "is already the edition of the entry; send the ISBN of another edition";
  return new DomainError("INVALID_REQUEST", `The isbn ${message}.`, {
    details: { issues: [{ path: "isbn", message }] },
  });
}
