import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { bookPathSchema, editionsResponseSchema } from "../../../contract/editions.ts";
import { DomainError } from "../../platform/errors.ts";
import { addressCaller } from "../../platform/http/caller.ts";
import type { App } from "../../platform/http/context.ts";
import { jsonBody, problems, RATE_LIMIT_HEADERS } from "../../platform/http/openapi-parts.ts";
import { router } from "../../platform/http/router.ts";
import type { Caller } from "../../platform/identity.ts";
import type { Limiters } from "../../rate-limits/domain/limiters.ts";
import { rateLimit } from "../../rate-limits/module.ts";
import type { EditionsOutcome } from "../domain/editions.ts";
import type { ParsedIsbn } from "../domain/isbn/isbn.ts";
import { requireIsbn } from "./isbn.ts";
import { catalogueUnavailable, refuseUnanswered } from "./lookup.ts";

export interface EditionsRouteDeps {
  limiters: Limiters;
  /** The request header with the caller's IP address. */
  clientIpHeader: string | undefined;
  otherEditions(input: { isbn: ParsedIsbn; caller: Caller }): Promise<EditionsOutcome>;
}

const listEditions = createRoute({
  operationId: "listEditions",
  method: "get",
  path: "/v1/books/{isbn}/editions",
  tags: ["Catalogue"],
  summary: "The other editions of a book's work",
  description:
    "The editions in the catalogue, newest first, followed by further ones from the provider, which is queried once a day per work.",
  request: { params: bookPathSchema },
  responses: {
    200: jsonBody("The editions, at most 50", editionsResponseSchema, RATE_LIMIT_HEADERS),
    ...problems(
      "INVALID_ISBN",
      "BOOK_NOT_FOUND",
      "RATE_LIMIT_EXCEEDED",
      "INTERNAL_ERROR",
      "PROVIDERS_UNAVAILABLE",
      "DATABASE_UNAVAILABLE",
    ),
  },
});

/** Routes for the editions of a work. */
export function editionRoutes(deps: EditionsRouteDeps): OpenAPIHono<App> {
  const app = router();
  const { limiters, clientIpHeader } = deps;
  const middleware = [rateLimit(limiters.search, (c) => addressCaller(c, clientIpHeader))];
  app.openapi({ ...listEditions, middleware }, async (c) => {
    const isbn = requireIsbn(c.req.valid("param").isbn);
    const caller = addressCaller(c, clientIpHeader);
    const outcome = await deps.otherEditions({ isbn, caller });
    switch (outcome.kind) {
      case "found": {
        const { editions, workId, partial } = outcome;
        const data = {
          editions: [...editions],
          ...(workId === undefined ? {} : { workId }),
          ...(partial ? { partial: true as const } : {}),
        };
        const metadata = { timestamp: new Date().toISOString() };
        return c.json({ success: true as const, data, metadata }, 200);
      }
      case "absent":
        throw new DomainError("BOOK_NOT_FOUND", "No provider knows a book with this ISBN.", {
          details: { providersChecked: outcome.providersChecked },
        });
      case "limited":
      case "unavailable":
        return refuseUnanswered(c, limiters, outcome);
      case "database_unavailable":
        throw catalogueUnavailable();
    }
  });
  return app;
}
