import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import {
  enrichedBookSchema,
  enrichRequestSchema,
  type EnrichedBook,
} from "../../../contract/enrich.ts";
import { parseBarcode } from "../domain/isbn/barcode.ts";
import type { EnrichRequest } from "../domain/enrich.ts";
import type { ParsedIsbn } from "../domain/isbn/isbn.ts";
import type { LookupOutcome } from "../domain/lookup.ts";
import { defined } from "../../platform/defined.ts";
import { DomainError } from "../../platform/errors.ts";
import type { Limiters } from "../../rate-limits/domain/limiters.ts";
import { identifyCaller, type Authenticate } from "../../accounts/module.ts";
import { OPTIONAL_BEARER } from "../../platform/http/bearer.ts";
import { refuseUnanswered } from "./lookup.ts";
import type { App } from "../../platform/http/context.ts";
import {
  IDEMPOTENCY_KEY,
  idempotently,
  KEY_REFUSALS,
  type Once,
} from "../../idempotency/module.ts";
import {
  CACHE_SOURCE,
  jsonBody,
  problems,
  RATE_LIMIT_HEADERS,
  REPLAYED,
  WITH_BODY,
} from "../../platform/http/openapi-parts.ts";
import { rateLimit } from "../../rate-limits/module.ts";
import { router } from "../../platform/http/router.ts";

export interface EnrichRouteDeps {
  limiters: Limiters;
  /** The request header with the caller's IP address. */
  clientIpHeader: string | undefined;
  authenticate: Authenticate;
  enrichBook(request: EnrichRequest): Promise<LookupOutcome>;
  once: Once;
  now(): number;
}

const enrichBook = createRoute({
  operationId: "enrichBook",
  method: "post",
  path: "/api/v2/books/enrich",
  tags: ["Catalogue"],
  summary: "Get the book behind a scanned barcode",
  description:
    "Accepts a scanner's output and returns that exact edition, from the catalogue or from the providers. A token is optional, but must be valid if sent. With an idempotency key a repeated request gets the first response again for 24 h, so that an app can retry after a dropped connection.",
  security: OPTIONAL_BEARER,
  parameters: [IDEMPOTENCY_KEY],
  request: {
    body: { content: { "application/json": { schema: enrichRequestSchema } }, required: true },
  },
  responses: {
    200: jsonBody("The book", enrichedBookSchema, {
      ...CACHE_SOURCE,
      ...RATE_LIMIT_HEADERS,
      ...REPLAYED,
    }),
    ...problems(
      ...KEY_REFUSALS,
      "INVALID_ISBN",
      "UNAUTHORIZED",
      "BOOK_NOT_FOUND",
      ...WITH_BODY,
      "NOT_A_BOOK_BARCODE",
      "BARCODE_NEEDS_ADDON",
      "RATE_LIMIT_EXCEEDED",
      "INTERNAL_ERROR",
      "PROVIDERS_UNAVAILABLE",
    ),
  },
});

/** The stored part of an answer besides the book. */
interface EnrichAnswer {
  status: 200;
  headers: { "X-Cache-Source": string };
  body: EnrichedBook;
}

/** Routes from barcodes to books. */
export function enrichRoutes(deps: EnrichRouteDeps): OpenAPIHono<App> {
  const app = router();
  const middleware = [
    identifyCaller(deps.authenticate, deps.clientIpHeader),
    rateLimit(deps.limiters.enrich, (c) => c.get("caller")),
  ];
  app.openapi({ ...enrichBook, middleware }, async (c) => {
    const { idempotency_key, idempotencyKey, ...fields } = c.req.valid("json");
    const caller = c.get("caller");
    const keyed = {
      caller,
      operation: enrichBook.operationId,
      keysInBody: [idempotency_key, idempotencyKey],
      fields,
      isPublic: true,
    };
    // The flight writes the catalogue in its own Durable Object, so the answer is stored after it, not together with
    // it. If that fails, a retry runs again, finds the book and changes nothing.
    const { status, headers, body } = await idempotently(c, deps.once, keyed, async () => {
      const { barcode, isbn, preferProvider, refresh } = fields;
      const outcome = await deps.enrichBook({
        isbn: requireBook(String(barcode ?? isbn ?? "")),
        caller,
        refresh,
        ...defined({ prefer: preferProvider }),
      });
      return answer(c, deps, outcome);
    });
    return c.json(body, status, { ...headers, "Cache-Control": "no-store" });
  });
  return app;
}

/** The ISBN of a scan. @throws DomainError INVALID_ISBN, NOT_A_BOOK_BARCODE, BARCODE_NEEDS_ADDON */
function requireBook(scanned: string): ParsedIsbn {
  const parsed = parseBarcode(scanned);
  if (parsed.ok) return parsed.isbn;
  switch (parsed.kind) {
    case "invalid": {
      const { suggestions } = parsed;
      throw new DomainError("INVALID_ISBN", parsed.detail, { details: { suggestions } });
    }
    case "needs_addon":
      throw new DomainError("BARCODE_NEEDS_ADDON", parsed.detail);
    case "not_a_book":
      throw new DomainError("NOT_A_BOOK_BARCODE", parsed.detail, {
        details: { kind: parsed.product },
      });
  }
}

function answer(
  c: Context<App>,
  { limiters, now }: EnrichRouteDeps,
  outcome: LookupOutcome,
): EnrichAnswer {
  switch (outcome.kind) {
    case "found": {
      const { book, source, state } = outcome;
      const enrichedAt = new Date(now()).toISOString();
      return {
        status: 200,
        headers: { "X-Cache-Source": `${source}; state=${state}` },
        body: { ...book, _cacheSource: source, enrichedAt },
      };
    }
    case "absent":
      c.header("X-Cache-Source", `${outcome.source}; state=known-absent`);
      throw new DomainError("BOOK_NOT_FOUND", "No provider knows a book with this ISBN.", {
        details: {
          providersChecked: outcome.providersChecked,
          ...defined({ partial: outcome.partial }),
        },
      });
    case "limited":
    case "unavailable":
    case "database_unavailable":
      return refuseUnanswered(c, limiters, outcome);
  }
}
