import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import {
  isbnSearchQuerySchema,
  isbnSearchResponseSchema,
  type Book,
  type CacheSource,
} from "../../../contract/catalogue.ts";
import type { ParsedIsbn } from "../domain/isbn/isbn.ts";
import {
  answerHeld,
  heldAnswer,
  type HeldOutcome,
  type LookupDeps,
  type LookupOutcome,
} from "../domain/lookup.ts";
import type { Caller } from "../../platform/identity.ts";
import { DomainError } from "../../platform/errors.ts";
import type { Decision } from "../../rate-limits/domain/limiter.ts";
import type { Limiters } from "../../rate-limits/domain/limiters.ts";
import { addressCaller, callerOfHeaders } from "../../platform/http/caller.ts";
import type { HotRoute } from "../../platform/http/hot-routes.ts";
import type { App } from "../../platform/http/context.ts";
import { requireIsbn } from "./isbn.ts";
import {
  CACHE_SOURCE,
  jsonBody,
  problems,
  RATE_LIMIT_HEADERS,
} from "../../platform/http/openapi-parts.ts";
import {
  rateLimited,
  rateLimitHeaders,
  refuse,
  type HeaderFields,
} from "../../rate-limits/module.ts";
import { hotGet, router } from "../../platform/http/router.ts";

export interface CatalogueDeps {
  limiters: Limiters;
  /** The request header with the caller's IP address. */
  clientIpHeader: string | undefined;
  lookupBook(isbn: ParsedIsbn, caller: Caller): Promise<LookupOutcome>;
}

/** The query of a hot lookup, before the ISBN. */
const QUERY_START = "isbn=";
/** The decision when there is no limit, which adds no headers. */
const UNLIMITED: Decision = { kind: "open" };

/** D1 recovers within seconds, or an operator is already involved. */
const DATABASE_RETRY_SECONDS = 5;

const searchByIsbn = createRoute({
  operationId: "searchByIsbn",
  method: "get",
  path: "/v1/search/isbn",
  tags: ["Catalogue"],
  summary: "Look up one edition by ISBN-10 or ISBN-13",
  description:
    "`book` is null when every counted provider reports that it does not have the book. `partial` means that a provider could not be queried because its daily quota is used up; it may have the book.",
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

/** Routes for catalogue lookups. */
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

/**
 * The route for ISBN-13s in plain digits that are in memory. Other spellings, other books and refused requests are left to the
 * router, before anything is counted.
 */
export function hotLookup(
  { search: limiter }: Limiters,
  deps: Pick<LookupDeps, "memory" | "now" | "observe">,
  clientIpHeader: string | undefined,
): HotRoute {
  return {
    path: searchByIsbn.path,
    answer({ query, headers, requestId }) {
      if (!query.startsWith(QUERY_START)) return undefined;
      const isbn13 = query.slice(QUERY_START.length);
      const caller = callerOfHeaders(headers, clientIpHeader);
      const held = heldAnswer(isbn13, caller, deps);
      if (held === undefined) return undefined;
      const decision = limiter?.tryTake(caller.key) ?? (limiter ? undefined : UNLIMITED);
      if (decision === undefined || decision.kind === "refused") return undefined;
      return stored(answerHeld(held, isbn13, deps), rateLimitHeaders(decision), requestId);
    },
  };
}

function isbnOf(text: string | undefined): ParsedIsbn {
  if (text === undefined) {
    const message = "is required: an ISBN-10 or ISBN-13, such as ?isbn=9780441172719";
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
    case "absent":
      c.set("namesRequest", true);
      return stored(outcome, fields, c.get("requestId"));
    case "limited":
    case "unavailable":
    case "database_unavailable":
      return refuseUnanswered(c, limiters, outcome);
  }
}

/**
 * Rejects a request whose lookup could not be answered.
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

/** The error for a lookup that only a provider could have answered. */
export function providersUnavailable({
  providers,
  retryAfterSeconds,
}: Extract<LookupOutcome, { kind: "unavailable" }>): DomainError {
  const detail =
    "The book is not in the catalogue, and the providers are currently unavailable. Try again.";
  return new DomainError("PROVIDERS_UNAVAILABLE", detail, {
    details: { providers },
    retryAfterSeconds,
  });
}

/** The error for any request that needs D1 while it is unavailable. */
export function catalogueUnavailable(): DomainError {
  const detail = "The catalogue is currently unavailable. Try again.";
  return new DomainError("DATABASE_UNAVAILABLE", detail, {
    retryAfterSeconds: DATABASE_RETRY_SECONDS,
  });
}

/** The response to a lookup that is settled, with the headers of every response. */
function stored(outcome: HeldOutcome, fields: HeaderFields, requestId: string): Response {
  const isFound = outcome.kind === "found";
  const book = isFound
    ? bookJson(outcome.book, outcome.source)
    : outcome.partial
      ? 'null,"partial":true'
      : "null";
  const state = isFound ? outcome.state : "known-absent";
  const timestamp = new Date().toISOString();
  // Built directly, because the context's helpers would copy every header again.
  return new Response(
    `{"success":true,"data":{"book":${book}},"metadata":{"timestamp":"${timestamp}"}}`,
    {
      headers: {
        ...fields,
        "X-Cache-Source": `${outcome.source}; state=${state}`,
        "Content-Type": "application/json",
        "X-Request-Id": requestId,
        "X-Content-Type-Options": "nosniff",
      },
    },
  );
}

/** Serialised books, cached as long as memory has them: serialising is most of the cost of a hot answer. */
const serialised = new WeakMap<Book, string>();

function bookJson(book: Book, source: CacheSource): string {
  let open = serialised.get(book);
  if (open === undefined) {
    open = JSON.stringify(book).slice(0, -1);
    serialised.set(book, open);
  }
  return `${open},"_cacheSource":"${source}"}`;
}
