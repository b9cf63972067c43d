import { createRoute, z } from "@hono/zod-openapi";
import {
  addProgressRequestSchema,
  changeProgressRequestSchema,
  progressPageSchema,
  progressQuerySchema,
  recordedProgressResponseSchema,
} from "../../../contract/progress.ts";
import { IDEMPOTENCY_KEY, KEY_REFUSALS } from "../../idempotency/module.ts";
import { BEARER } from "../../platform/http/bearer.ts";
import { AUTHENTICATED, jsonBody, problems, WITH_BODY } from "../../platform/http/openapi-parts.ts";
import { bookParams, etagHeader, notModified, WRITTEN } from "./parts.ts";

// OpenAPI definitions of the routes of progress. src/library/http/progress.ts has the handlers.

const PROGRESS = "/v1/library/{userId}/books/{isbn}/progress";
const progressParams = bookParams.extend({ id: z.string().min(1).max(100) });
const json = <Schema>(schema: Schema) => ({
  body: { content: { "application/json": { schema } }, required: true },
});
const ifMatch =
  "With `If-Match`, the request succeeds only if the progress has not changed since that ETag was issued (else 412).";

export const addProgressRoute = createRoute({
  operationId: "addProgress",
  method: "post",
  path: PROGRESS,
  tags: ["Library"],
  summary: "Record the user's progress in a book",
  description:
    "Send exactly one of `page`, `percent` and `minutes`. The progress belongs to the open reading; if there are several, to the one that was started last. Without an open reading, one is opened on the day of the progress in the user's time zone, and a book with the status `want_to_read`, `paused` or none becomes `reading`. Reaching the end does not finish the book. A `page` above the book's `pageCount` and an `at` more than 24 hours ahead are rejected with 400. With a client-generated `id`, a repeated request records nothing and returns the existing progress; an id that was deleted or belongs to another book is rejected with 409.",
  security: BEARER,
  parameters: [IDEMPOTENCY_KEY],
  request: { params: bookParams, ...json(addProgressRequestSchema) },
  responses: {
    201: {
      ...jsonBody("The progress, and the book with it", recordedProgressResponseSchema),
      headers: WRITTEN,
    },
    ...problems(
      ...KEY_REFUSALS,
      "INVALID_ISBN",
      ...AUTHENTICATED,
      "NOT_FOUND",
      "CONFLICT",
      "LIMIT_REACHED",
      ...WITH_BODY,
      "RATE_LIMIT_EXCEEDED",
      "INTERNAL_ERROR",
    ),
  },
});

export const listProgressRoute = createRoute({
  operationId: "listProgress",
  method: "get",
  path: PROGRESS,
  tags: ["Library"],
  summary: "List the progress in a book, newest first",
  description: "Includes progress of readings that have been deleted since.",
  security: BEARER,
  request: { params: bookParams, query: progressQuerySchema },
  responses: {
    200: { ...jsonBody("A page of progress", progressPageSchema), ...etagHeader },
    ...notModified,
    ...problems(
      "INVALID_REQUEST",
      "INVALID_ISBN",
      "INVALID_CURSOR",
      ...AUTHENTICATED,
      "NOT_FOUND",
      "RATE_LIMIT_EXCEEDED",
      "INTERNAL_ERROR",
      "DATABASE_UNAVAILABLE",
    ),
  },
});

export const changeProgressRoute = createRoute({
  operationId: "changeProgress",
  method: "patch",
  path: `${PROGRESS}/{id}`,
  tags: ["Library"],
  summary: "Correct progress",
  description: `Omitted fields remain unchanged. A \`page\`, \`percent\` or \`minutes\` replaces the other two; null clears the note. ${ifMatch}`,
  security: BEARER,
  request: { params: progressParams, ...json(changeProgressRequestSchema) },
  responses: {
    200: {
      ...jsonBody("The progress, and the book with it", recordedProgressResponseSchema),
      ...etagHeader,
    },
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

export const removeProgressRoute = createRoute({
  operationId: "deleteProgress",
  method: "delete",
  path: `${PROGRESS}/{id}`,
  tags: ["Library"],
  summary: "Delete progress",
  description: ifMatch,
  security: BEARER,
  request: { params: progressParams },
  responses: {
    204: { description: "The progress is deleted" },
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
