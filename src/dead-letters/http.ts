import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { defined } from "../platform/defined.ts";
import { pageOf, readCursor } from "../platform/http/cursor.ts";
import {
  deadLetterParamsSchema,
  deadLetterSchema,
  deadLettersQuerySchema,
  deadLettersSchema,
  type DeadLetterView,
} from "../../contract/dead-letters.ts";
import type { StoredLetter, LetterPosition } from "./domain/dead-letter.ts";
import { DomainError } from "../platform/errors.ts";
import { OPERATOR } from "../accounts/module.ts";
import { BEARER } from "../platform/http/bearer.ts";
import type { App } from "../platform/http/context.ts";
import { IDEMPOTENCY_KEY, idempotently, KEY_REFUSALS, type Once } from "../idempotency/module.ts";
import { AUTHENTICATED, jsonBody, problems, REPLAYED } from "../platform/http/openapi-parts.ts";
import { router } from "../platform/http/router.ts";
import { isoTime } from "../platform/time.ts";

/** Ports of the routes. */
export interface DeadLetterUseCases {
  /** Letters that have not been retried, oldest first. */
  openLetters(after: LetterPosition | undefined, limit: number): Promise<StoredLetter[]>;
  retryLetter(id: string): Promise<StoredLetter | undefined>;
}

export interface AdminDeadLetterDeps extends DeadLetterUseCases {
  once: Once;
}

const TAGS = ["Administration"];
const REFUSALS = [
  "INVALID_REQUEST",
  ...AUTHENTICATED,
  "PAYLOAD_TOO_LARGE",
  "RATE_LIMIT_EXCEEDED",
  "INTERNAL_ERROR",
  "DATABASE_UNAVAILABLE",
  "ADMIN_DISABLED",
] as const;

const list = createRoute({
  operationId: "listDeadLetters",
  method: "get",
  path: "/admin/dead-letters",
  tags: TAGS,
  summary: "List the messages that failed all attempts and have not been retried, oldest first",
  security: BEARER,
  request: { query: deadLettersQuerySchema },
  responses: {
    200: jsonBody("A page of dead letters", deadLettersSchema),
    ...problems(...REFUSALS, "INVALID_CURSOR"),
  },
});

const retry = createRoute({
  operationId: "retryDeadLetter",
  method: "post",
  path: "/admin/dead-letters/{id}/retry",
  tags: TAGS,
  summary: "Send a dead letter to its queue again",
  description:
    "A message that has already been retried is not sent again; the response is the same.",
  security: BEARER,
  parameters: [IDEMPOTENCY_KEY],
  request: { params: deadLetterParamsSchema },
  responses: {
    202: jsonBody("The message was sent", deadLetterSchema, REPLAYED),
    ...problems(...KEY_REFUSALS, ...REFUSALS, "NOT_FOUND"),
  },
});

/** Routes that list and retry dead letters. */
export function adminDeadLetterRoutes(deps: AdminDeadLetterDeps): OpenAPIHono<App> {
  const app = router();
  app.openapi(list, async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const letters = await deps.openLetters(positionOf(cursor), limit + 1);
    const { items, next } = pageOf(letters, limit, (last) => `${last.failedAt}.${last.id}`);
    return c.json({ items: items.map(present), ...next }, 200);
  });
  app.openapi(retry, async (c) => {
    const { id } = c.req.valid("param");
    const keyed = {
      caller: OPERATOR,
      operation: retry.operationId,
      fields: { id },
      isPublic: false,
    };
    // The response is stored after the message was sent. If that fails, a repeated request does not
    // send the message twice.
    const { body } = await idempotently(c, deps.once, keyed, async () => {
      const letter = await deps.retryLetter(id);
      if (letter === undefined) {
        throw new DomainError("NOT_FOUND", "There is no dead letter with this id.");
      }
      return { status: 202, body: present(letter) };
    });
    return c.json(body, 202);
  });
  return app;
}

function present({ failedAt, retriedAt, ...letter }: StoredLetter): DeadLetterView {
  return {
    ...letter,
    failedAt: isoTime(failedAt),
    ...defined({ retriedAt: isoTime(retriedAt) }),
  };
}

const CURSOR = /^(\d{1,15})\.(.{1,100})$/;

function positionOf(cursor: string | undefined): LetterPosition | undefined {
  const parts = readCursor(cursor, CURSOR);
  if (parts === undefined) return undefined;
  const [failedAt, id = ""] = parts;
  return { failedAt: Number(failedAt), id };
}
