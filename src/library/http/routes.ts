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
import { jsonBody, problems } from "../../platform/http/openapi-parts.ts";

// The documents of the routes of single books; src/library/http/books.ts answers them.

const BOOK = "/v1/library/{userId}/books/{isbn}";
const ifMatch =
  "With `If-Match` it happens only if the reader has not changed the entry since that ETag (else 412), nor removed it and put it back. What the catalogue learns of the book changes the ETag, too, but an older one still holds here.";
const json = <Schema>(schema: Schema) => ({
  body: { content: { "application/json": { schema } }, required: true },
});

export const addBookRoute = createRoute({
  operationId: "addBook",
  method: "post",
  path: "/v1/library/{userId}/books",
  tags: ["Library"],
  summary: "Put a book on the shelf",
  description:
    "By ISBN: a book that is not in the catalogue yet is looked up first. When no provider knows it, or none can say, it is shelved as what the reader says, `confirmed: false`, if a `title` is given; else the answer is 404, or 503. Without an ISBN: `title` and `authors` make a book of the reader's own, which is found again by both. One that is there already is changed by the fields given; what it is only as long as the catalogue does not say that.",
  security: BEARER,
  parameters: [IDEMPOTENCY_KEY],
  request: { params: userParams, ...json(addBookRequestSchema) },
  responses: {
    200: { ...jsonBody("It was there", addedBookResponseSchema), headers: WRITTEN },
    201: { ...jsonBody("It is there now", addedBookResponseSchema), headers: WRITTEN },
    ...problems(
      ...KEY_REFUSALS,
      "INVALID_ISBN",
      "UNAUTHORIZED",
      "FORBIDDEN",
      "NOT_FOUND",
      "BOOK_NOT_FOUND",
      "CONFLICT",
      "PAYLOAD_TOO_LARGE",
      "UNSUPPORTED_MEDIA_TYPE",
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
  summary: "One book of the shelf",
  security: BEARER,
  request: { params: bookParams },
  responses: {
    200: { ...jsonBody("The book", libraryBookResponseSchema), ...etagHeader },
    ...notModified,
    ...problems(
      "INVALID_REQUEST",
      "INVALID_ISBN",
      "UNAUTHORIZED",
      "FORBIDDEN",
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
  summary: "Change what is said of a book",
  description: `Fields left out stay, null clears. What the book is (\`title\`, \`authors\`, \`publisher\` ...) is the reader's to say while it is \`confirmed: false\`; \`title\` cannot be cleared. Of a confirmed book the catalogue says that, and to say otherwise is 400; to repeat what it says is not. Moving to \`reading\` or \`completed\` dates the reading, in UTC, unless \`readings\` is given. ${ifMatch}`,
  security: BEARER,
  request: { params: bookParams, ...json(changeBookRequestSchema) },
  responses: {
    200: { ...jsonBody("The book as it is now", changedBookResponseSchema), ...etagHeader },
    ...problems(
      "INVALID_REQUEST",
      "INVALID_ISBN",
      "UNAUTHORIZED",
      "FORBIDDEN",
      "NOT_FOUND",
      "CONFLICT",
      "PRECONDITION_FAILED",
      "PAYLOAD_TOO_LARGE",
      "UNSUPPORTED_MEDIA_TYPE",
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
  summary: "Take a book off the shelf, with everything said of it",
  description: ifMatch,
  security: BEARER,
  request: { params: bookParams },
  responses: {
    204: { description: "It is gone" },
    ...problems(
      "INVALID_REQUEST",
      "INVALID_ISBN",
      "UNAUTHORIZED",
      "FORBIDDEN",
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
  summary: "Delete everything of this user: account, tokens, shelves, imports",
  description:
    "There is no way back. His tokens are dead everywhere within 30 s. The database's own history holds deleted rows for 30 more days, where nobody reads them; docs/privacy.md says what else is left, and for how long.",
  security: BEARER,
  request: { params: userParams },
  responses: {
    204: { description: "It is gone" },
    ...problems(
      "UNAUTHORIZED",
      "FORBIDDEN",
      "PAYLOAD_TOO_LARGE",
      "RATE_LIMIT_EXCEEDED",
      "INTERNAL_ERROR",
      "DATABASE_UNAVAILABLE",
    ),
  },
});
