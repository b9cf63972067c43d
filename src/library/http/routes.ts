import { createRoute } from "@hono/zod-openapi";
import {
  addBookRequestSchema,
  addedBookResponseSchema,
  changeBookRequestSchema,
  changedBookResponseSchema,
  libraryBookResponseSchema,
} from "../../../contract/library.ts";
import { BEARER } from "../../platform/http/bearer.ts";
import { IDEMPOTENCY_KEY, KEY_REFUSALS } from "../../idempotency/module.ts";
import { bookParams, etagHeader, notModified, userParams, WRITTEN } from "./parts.ts";
import { AUTHENTICATED, jsonBody, problems, WITH_BODY } from "../../platform/http/openapi-parts.ts";

// OpenAPI definitions of the routes of single books. src/library/http/books.ts has the handlers.

const BOOK = "/v1/library/{userId}/books/{isbn}";
const ifMatch =
  "With `If-Match`, the request succeeds only if the user has not changed the entry, or removed and re-added it, since that ETag was issued (else 412). Changes of the book's catalogue data also change the ETag, but an older ETag remains valid here.";
const json = <Schema>(schema: Schema) => ({
  body: { content: { "application/json": { schema } }, required: true },
});

export const addBookRoute = createRoute({
  operationId: "addBook",
  method: "post",
  path: "/v1/library/{userId}/books",
  tags: ["Library"],
  summary: "Add a book to the shelf",
  description:
    "With an ISBN: a book that is not in the catalogue is looked up first. If no provider knows it or the providers are unavailable, it is shelved with the user's details and `confirmed: false` if `title` is given; otherwise the response is 404 or 503. Without an ISBN: `title` and `authors` define the user's own book and identify it later. If the book is already on the shelf, the given fields change it; details of the book can be changed only while it is not in the catalogue. A book in the trash is restored with everything it had, and then changed in the same way (200, `restored: true`).",
  security: BEARER,
  parameters: [IDEMPOTENCY_KEY],
  request: { params: userParams, ...json(addBookRequestSchema) },
  responses: {
    200: {
      ...jsonBody("The book was already there, or in the trash", addedBookResponseSchema),
      headers: WRITTEN,
    },
    201: { ...jsonBody("The book was added", addedBookResponseSchema), headers: WRITTEN },
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

export const getBookRoute = createRoute({
  operationId: "getLibraryBook",
  method: "get",
  path: BOOK,
  tags: ["Library"],
  summary: "Get one book of the shelf",
  security: BEARER,
  request: { params: bookParams },
  responses: {
    200: { ...jsonBody("The book", libraryBookResponseSchema), ...etagHeader },
    ...notModified,
    ...problems(
      "INVALID_REQUEST",
      "INVALID_ISBN",
      ...AUTHENTICATED,
      "NOT_FOUND",
      "RATE_LIMIT_EXCEEDED",
      "INTERNAL_ERROR",
      "DATABASE_UNAVAILABLE",
    ),
  },
});

export const changeBookRoute = createRoute({
  operationId: "changeLibraryBook",
  method: "patch",
  path: BOOK,
  tags: ["Library"],
  summary: "Change an entry",
  description: `Omitted fields remain unchanged; null clears a field. Details of the book (\`title\`, \`authors\`, \`publisher\` ...) can be changed while it is \`confirmed: false\`; \`title\` cannot be cleared. The details of a confirmed book come from the catalogue: a different value is rejected with 400, an equal one is accepted. A change of status to \`reading\` or \`completed\` dates the reading (UTC) unless \`readings\` is given. ${ifMatch}`,
  security: BEARER,
  request: { params: bookParams, ...json(changeBookRequestSchema) },
  responses: {
    200: { ...jsonBody("The changed book", changedBookResponseSchema), ...etagHeader },
    ...problems(
      "INVALID_REQUEST",
      "INVALID_ISBN",
      ...AUTHENTICATED,
      "NOT_FOUND",
      "CONFLICT",
      "PRECONDITION_FAILED",
      ...WITH_BODY,
      "RATE_LIMIT_EXCEEDED",
      "INTERNAL_ERROR",
      "DATABASE_UNAVAILABLE",
    ),
  },
});

export const removeBookRoute = createRoute({
  operationId: "removeLibraryBook",
  method: "delete",
  path: BOOK,
  tags: ["Library"],
  summary: "Move a book from the shelf to the trash",
  description: `The trash keeps the book with everything the user has entered for 30 days; see \`GET .../trash\`. ${ifMatch}`,
  security: BEARER,
  request: { params: bookParams },
  responses: {
    204: { description: "The book is in the trash" },
    ...problems(
      "INVALID_REQUEST",
      "INVALID_ISBN",
      ...AUTHENTICATED,
      "NOT_FOUND",
      "CONFLICT",
      "PRECONDITION_FAILED",
      "PAYLOAD_TOO_LARGE",
      "RATE_LIMIT_EXCEEDED",
      "INTERNAL_ERROR",
      "DATABASE_UNAVAILABLE",
    ),
  },
});

export const deleteLibraryRoute = createRoute({
  operationId: "deleteUser",
  method: "delete",
  path: "/v1/library/{userId}",
  tags: ["Library"],
  summary: "Delete the user and all their data: account, tokens, shelves, imports",
  description:
    "Requires a token with every scope. This cannot be undone. The response is sent when the account, its tokens and its external identities are deleted; all other data is deleted within an hour. The user's tokens become invalid everywhere within 30 s. The database's point-in-time history retains deleted rows for another 30 days, where no request reads them. docs/privacy.md lists what else is retained, and for how long.",
  security: BEARER,
  request: { params: userParams },
  responses: {
    204: { description: "The user is deleted" },
    ...problems(
      ...AUTHENTICATED,
      "PAYLOAD_TOO_LARGE",
      "RATE_LIMIT_EXCEEDED",
      "INTERNAL_ERROR",
      "DATABASE_UNAVAILABLE",
    ),
  },
});
