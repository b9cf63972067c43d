import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { SCOPES, type Scope } from "../../../contract/accounts.ts";
import {
  changeEntrySchema,
  changeOwnBookSchema,
  ownBookSchema,
  type AddBookRequest,
  type ChangeOwnBook,
  type OwnBook,
} from "../../../contract/library.ts";
import { defined } from "../../platform/defined.ts";
import { DomainError } from "../../platform/errors.ts";
import type { Limiters } from "../../rate-limits/domain/limiters.ts";
import { libraryBook, type EntryChange, type Place } from "../domain/entry.ts";
import type {
  AddOutcome,
  ChangeOutcome,
  KeepAnswer,
  Precondition,
  Shelved,
} from "../domain/shelf.ts";
import type { NewBook, NotFound } from "../domain/adding.ts";
import type { RemoveOutcome } from "../domain/trash.ts";
import type { Caller } from "../../platform/identity.ts";
import { requireOwner, requireUser, type Authenticate } from "../../accounts/module.ts";
import { userCaller } from "../../platform/http/caller.ts";
import {
  catalogueUnavailable,
  providersUnavailable,
  refuseUnanswered,
  requireIsbn,
} from "../../catalogue/module.ts";
import type { App } from "../../platform/http/context.ts";
import { envelope } from "../../platform/http/envelope.ts";
import {
  contended,
  answerOnce,
  notOnShelf,
  preconditionFailed,
  preconditionOf,
  requireEntryId,
  revalidateBook,
  storedHeaders,
} from "./parts.ts";
import { UNCACHED } from "../../platform/http/headers.ts";
import { idempotently, type Once } from "../../idempotency/module.ts";
import {
  addBookRoute,
  changeBookRoute,
  deleteLibraryRoute,
  getBookRoute,
  removeBookRoute,
} from "./routes.ts";
import { rateLimit } from "../../rate-limits/module.ts";
import { router } from "../../platform/http/router.ts";

/** The use cases behind the routes of single books. */
export interface ShelfUseCases {
  findPlace(userId: string, isbn: string): Promise<Place>;
  addBook(input: {
    userId: string;
    caller: Caller;
    book: NewBook;
    change: EntryChange;
    words?: ChangeOwnBook;
    keepAnswer?: KeepAnswer;
  }): Promise<AddOutcome>;
  changeBook(input: {
    userId: string;
    isbn: string;
    change: EntryChange;
    words?: ChangeOwnBook;
    precondition?: Precondition;
  }): Promise<ChangeOutcome>;
  removeBook(input: {
    userId: string;
    isbn: string;
    precondition?: Precondition;
  }): Promise<RemoveOutcome>;
  /** Deletes a user and all their data. */
  deleteUser(userId: string): Promise<void>;
}

export interface LibraryDeps extends ShelfUseCases {
  limiters: Limiters;
  authenticate: Authenticate;
  /** Verifies the token against the database. */
  authenticateUncached: Authenticate;
  once: Once;
  /** The error for an addition to a full shelf. */
  shelfFull(): DomainError;
}

/**
 * Middleware of every route of one user: requires the user's token for the user's path, and applies
 * the rate limit.
 */
export function ownLibrary(
  { authenticate, limiters }: Pick<LibraryDeps, "authenticate" | "limiters">,
  ...scopes: readonly Scope[]
): MiddlewareHandler<App>[] {
  return [
    requireUser(authenticate, ...scopes),
    requireOwner(),
    rateLimit(limiters.library, (c) => userCaller(c.get("user").userId)),
  ];
}

/** The routes of single books. */
export function libraryRoutes(deps: LibraryDeps): OpenAPIHono<App> {
  const app = router();
  const reading = ownLibrary(deps, "library:read");
  const writing = ownLibrary(deps, "library:write");

  app.openapi({ ...addBookRoute, middleware: writing }, async (c) => {
    const { userId } = c.req.valid("param");
    const request = c.req.valid("json");
    const caller = userCaller(userId);
    const keyed = { caller, operation: addBookRoute.operationId, fields: request, isPublic: false };
    const answer = await idempotently(c, deps.once, keyed, (guard) =>
      answerOnce(guard, addedAnswer, async (keepAnswer) =>
        addedOrThrow(
          c,
          deps,
          await deps.addBook({
            userId,
            caller,
            book: newBook(request),
            change: changeEntrySchema.parse(request),
            words: changeOwnBookSchema.parse(request),
            keepAnswer,
          }),
        ),
      ),
    );
    return c.json(answer.body, answer.status, answer.headers);
  });

  app.openapi({ ...getBookRoute, middleware: reading }, async (c) => {
    const { userId, isbn } = c.req.valid("param");
    const place = await deps.findPlace(userId, requireEntryId(isbn));
    if (!place.entry) throw notOnShelf();
    const book = libraryBook(place.entry, place);
    if (await revalidateBook(c, place.entry, book)) return c.body(null, 304);
    return c.json(envelope({ book }), 200);
  });

  app.openapi({ ...changeBookRoute, middleware: writing }, async (c) => {
    const { userId, isbn } = c.req.valid("param");
    const request = c.req.valid("json");
    if (!changesSomething(request)) throw nothingToChange();
    const outcome = await deps.changeBook({
      userId,
      isbn: requireEntryId(isbn),
      change: changeEntrySchema.parse(request),
      words: changeOwnBookSchema.parse(request),
      ...conditional(c),
    });
    const { entry, place } = doneOrThrow(outcome);
    const book = libraryBook(entry, place);
    const headers = await storedHeaders(entry, book);
    return c.json(envelope({ updated: true as const, book }), 200, headers);
  });

  app.openapi({ ...removeBookRoute, middleware: writing }, async (c) => {
    const { userId, isbn } = c.req.valid("param");
    doneOrThrow(await deps.removeBook({ userId, isbn: requireEntryId(isbn), ...conditional(c) }));
    return c.body(null, 204, UNCACHED);
  });

  const deleting = ownLibrary({ ...deps, authenticate: deps.authenticateUncached }, ...SCOPES);
  app.openapi({ ...deleteLibraryRoute, middleware: deleting }, async (c) => {
    await deps.deleteUser(c.req.valid("param").userId);
    return c.body(null, 204, UNCACHED);
  });
  return app;
}

async function addedAnswer({ added, restored, entry, place }: Shelved) {
  const book = libraryBook(entry, place);
  const status = added ? (201 as const) : (200 as const);
  return {
    status,
    headers: await storedHeaders(entry, book),
    body: envelope({ added, ...(restored ? { restored: true as const } : {}), book }),
  };
}

function conditional(c: Context<App>): { precondition?: Precondition } {
  return defined({ precondition: preconditionOf(c) });
}

function newBook(request: AddBookRequest): NewBook {
  const own = ownBook(request);
  if (request.isbn !== undefined) {
    return { isbn: requireIsbn(request.isbn), ...defined({ own }) };
  }
  if (!own) throw new TypeError("The schema must reject a book without ISBN and title");
  return { own };
}

function ownBook(request: AddBookRequest): OwnBook | undefined {
  return request.title === undefined ? undefined : ownBookSchema.parse(request);
}

function changesSomething(change: object): boolean {
  return Object.values(change).some((value) => value !== undefined);
}

function nothingToChange(): DomainError {
  const message =
    "contains no change; send status, rating, review, notes, tags, readings, format, owned, location, loan or ownSeries, or details of a book that is not in the catalogue";
  return new DomainError("INVALID_REQUEST", `The body ${message}.`, {
    details: { issues: [{ path: "", message }] },
  });
}

/** Returns the entry. @throws DomainError for any other outcome */
export function addedOrThrow(
  c: Context<App>,
  { limiters, shelfFull }: Pick<LibraryDeps, "limiters" | "shelfFull">,
  outcome: AddOutcome,
): Shelved {
  switch (outcome.kind) {
    case "shelved":
      return outcome;
    case "absent":
      throw bookAbsent(outcome);
    case "contended":
      throw contended();
    case "full":
      throw shelfFull();
    case "limited":
    case "unavailable":
    case "database_unavailable":
      return refuseUnanswered(c, limiters, outcome);
  }
}

/** The error for an edition that no provider has. */
function bookAbsent({
  providersChecked,
  partial,
}: Extract<AddOutcome, { kind: "absent" }>): DomainError {
  return new DomainError("BOOK_NOT_FOUND", "No provider knows a book with this ISBN.", {
    details: { providersChecked, ...defined({ partial }) },
  });
}

/** The error for an addition without a found book, where there is no response to set headers on. */
export function lookupError(outcome: NotFound): DomainError {
  switch (outcome.kind) {
    case "absent":
      return bookAbsent(outcome);
    case "limited": {
      const message =
        "Too many lookups of books that are not in the catalogue yet. Try again later.";
      const { retryAfterSeconds } = outcome;
      return new DomainError("RATE_LIMIT_EXCEEDED", message, { retryAfterSeconds });
    }
    case "unavailable":
      return providersUnavailable(outcome);
    case "database_unavailable":
      return catalogueUnavailable();
  }
}

function contradicted(fields: readonly string[]): DomainError {
  const message = "comes from the catalogue, which has this book, and cannot be changed";
  return new DomainError("INVALID_REQUEST", "Details of a catalogue book cannot be changed.", {
    details: { issues: fields.map((path) => ({ path, message })) },
  });
}

function doneOrThrow<Outcome extends ChangeOutcome | RemoveOutcome>(
  outcome: Outcome,
): Extract<Outcome, { kind: "shelved" | "removed" }> {
  switch (outcome.kind) {
    case "not_on_shelf":
      throw notOnShelf();
    case "precondition_failed":
      throw preconditionFailed();
    case "contradicted":
      throw contradicted(outcome.fields);
    case "contended":
      throw contended();
    case "shelved":
    case "removed":
      return outcome as Extract<Outcome, { kind: "shelved" | "removed" }>;
  }
}
