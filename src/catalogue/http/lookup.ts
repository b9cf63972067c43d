import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import {
  isbnSearchQuerySchema,
  isbnSearchResponseSchema,
  type Book,
  type CacheSource,
} from "../../../contract/catalogue.ts";
import type { ParsedIsbn } from "../domain/isbn/isbn.ts";
import type { LookupOutcome } from "../domain/lookup.ts";
import type { Caller } from "../../platform/identity.ts";
import { DomainError } from "../../platform/errors.ts";
import type { Limiters } from "../../rate-limits/domain/limiters.ts";
import { addressCaller } from "../../platform/http/caller.ts";
import type { App } from "../../platform/http/context.ts";
import { requireIsbn } from "./isbn.ts";
import {
  CACHE_SOURCE,
  jsonBody,
  problems,
  RATE_LIMIT_HEADERS,
} from "../../platform/http/openapi-parts.ts";
import { rateLimited, refuse, type HeaderFields } from "../../rate-limits/module.ts";
import { hotGet, router } from "../../platform/http/router.ts";

export interface CatalogueDeps {
  limiters: Limiters;
  /** The request header that names a caller's address. */
  clientIpHeader: string;
  lookupBook(isbn: ParsedIsbn, caller: Caller): Promise<LookupOutcome>;
}

/** D1 is back within seconds, or an operator is on the way. */
const DATABASE_RETRY_SECONDS = 5;

const searchByIsbn = createRoute({
  operationId: "searchByIsbn",
  method: "get",
  path: "/v1/search/isbn",
  tags: ["Catalogue"],
  summary: "Look up one edition by ISBN-10 or ISBN-13",
  description: "`book` is null when every provider that counts says that there is no such book.",
  request: { query: isbnSearchQuerySchema },
  responses: {
    200: jsonBody("The edition, or null", isbnSearchResponseSchema, {
      ...RATE_LIMIT_HEADERS,
      ...CACHE_SOURCE,
    }),
    ...problems(
      "INVALID_REQUEST",
      "INVALID_ISBN",
      "RATE_LIMIT_EXCEEDED",
      "INTERNAL_ERROR",
      "PROVIDERS_UNAVAILABLE",
      "DATABASE_UNAVAILABLE",
    ),
  },
});

/** Lookups in the catalogue. */
export function catalogueRoutes(deps: CatalogueDeps): OpenAPIHono<App> {
  const app = router();
  const search = rateLimited(
    deps.limiters.search,
    (c) => addressCaller(c, deps.clientIpHeader),
    async (c, caller, fields) => {
      const isbn = isbnOf(c.req.query("isbn"));
      return respond(c, deps, await deps.lookupBook(isbn, caller), fields);
    },
  );
  hotGet(app, searchByIsbn, search);
  return app;
}

function isbnOf(text: string | undefined): ParsedIsbn {
  if (text === undefined) {
    const message = "is missing: give an ISBN-10 or ISBN-13, such as ?isbn=9780441172719";
    throw new DomainError("INVALID_REQUEST", `isbn ${message}.`, {
      details: { issues: [{ path: "isbn", message }] },
    });
  }
  return requireIsbn(text);
}

function respond(
  c: Context<App>,
  { limiters }: CatalogueDeps,
  outcome: LookupOutcome,
  fields: HeaderFields,
): Response {
  switch (outcome.kind) {
    case "found":
      return bookAnswer(c, bookJson(outcome.book, outcome.source), {
        ...fields,
        "X-Cache-Source": `${outcome.source}; state=${outcome.state}`,
      });
    case "absent":
      return bookAnswer(c, "null", {
        ...fields,
        "X-Cache-Source": `${outcome.source}; state=known-absent`,
      });
    case "limited":
    case "unavailable":
    case "database_unavailable":
      return refuseUnanswered(c, limiters, outcome);
  }
}

/**
 * Refuses what hangs on a lookup that could not be answered.
 * @throws DomainError RATE_LIMIT_EXCEEDED, PROVIDERS_UNAVAILABLE or DATABASE_UNAVAILABLE, always
 */
export function refuseUnanswered(
  c: Context<App>,
  limiters: Limiters,
  outcome: Exclude<LookupOutcome, { kind: "found" | "absent" }>,
): never {
  switch (outcome.kind) {
    case "limited":
      return refuse(
        c,
        limiters.misses,
        outcome.retryAfterSeconds,
        "Too many lookups of books that are not in the catalogue yet. Try again later, or use an account.",
      );
    case "unavailable":
      throw providersUnavailable(outcome);
    case "database_unavailable":
      throw catalogueUnavailable();
  }
}

/** The refusal of a lookup that only a provider could have answered. */
export function providersUnavailable({
  providers,
  retryAfterSeconds,
}: Extract<LookupOutcome, { kind: "unavailable" }>): DomainError {
  const detail =
    "The book is not in the catalogue, and the providers cannot say now whether they know it. Try again.";
  return new DomainError("PROVIDERS_UNAVAILABLE", detail, {
    details: { providers },
    retryAfterSeconds,
  });
}

/** The refusal of whatever needs D1 while it does not answer. */
export function catalogueUnavailable(): DomainError {
  const detail = "The catalogue cannot be reached now. Try again.";
  return new DomainError("DATABASE_UNAVAILABLE", detail, {
    retryAfterSeconds: DATABASE_RETRY_SECONDS,
  });
}

function bookAnswer(c: Context<App>, book: string, fields: HeaderFields): Response {
  c.set("namesRequest", true);
  const timestamp = new Date().toISOString();
  // A Response of its own: the context's helpers copy every header once more.
  return new Response(
    `{"success":true,"data":{"book":${book}},"metadata":{"timestamp":"${timestamp}"}}`,
    {
      headers: {
        ...fields,
        "Content-Type": "application/json",
        "X-Request-Id": c.get("requestId"),
      },
    },
  );
}

/** A book stays serialised for as long as memory holds it: serialising is most of the cost of a hot answer. */
const serialised = new WeakMap<Book, string>();

function bookJson(book: Book, source: CacheSource): string {
  let open = serialised.get(book);
  if (open === undefined) {
    open = JSON.stringify(book).slice(0, -1);
    serialised.set(book, open);
  }
  return `${open},"_cacheSource":"${source}"}`;
}
