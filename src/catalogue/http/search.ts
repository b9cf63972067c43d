import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import {
  advancedSearchQuerySchema,
  bookSearchResponseSchema,
  titleSearchQuerySchema,
  type BookSearchResponse,
} from "../../../contract/search.ts";
import { defined } from "../../platform/defined.ts";
import type { Caller } from "../../platform/identity.ts";
import { readSearchText, type SearchQuery, type SearchText } from "../domain/search/text.ts";
import type { Edition, OnShelf, SearchInput, SearchOutcome } from "../domain/search/search.ts";
import { DomainError } from "../../platform/errors.ts";
import type { Limiters } from "../../rate-limits/domain/limiters.ts";
import type { Authenticate } from "../../accounts/module.ts";
import { OPTIONAL_BEARER } from "../../platform/http/bearer.ts";
import { addressCaller, userCaller } from "../../platform/http/caller.ts";
import { catalogueUnavailable } from "./lookup.ts";
import type { App } from "../../platform/http/context.ts";
import { jsonBody, problems, RATE_LIMIT_HEADERS } from "../../platform/http/openapi-parts.ts";
import { rateLimit } from "../../rate-limits/module.ts";
import { router } from "../../platform/http/router.ts";

export interface SearchRouteDeps {
  limiters: Limiters;
  /** The request header with the caller's IP address. */
  clientIpHeader: string | undefined;
  authenticate: Authenticate;
  searchBooks(input: SearchInput): Promise<SearchOutcome>;
  /**
   * For each of some books, in order, the edition on the user's shelf.
   * @throws DomainError DATABASE_UNAVAILABLE
   */
  onShelf(userId: string, books: readonly Edition[]): Promise<readonly (OnShelf | undefined)[]>;
}

/** The parameters of both searches. */
interface PageQuery {
  limit: number;
  cursor?: string | undefined;
  works?: "0" | "1" | undefined;
}

const responses = {
  200: jsonBody("A page of books, best first", bookSearchResponseSchema, RATE_LIMIT_HEADERS),
  ...problems(
    "INVALID_REQUEST",
    "INVALID_CURSOR",
    "UNAUTHORIZED",
    "RATE_LIMIT_EXCEEDED",
    "INTERNAL_ERROR",
    "DATABASE_UNAVAILABLE",
  ),
};

const searchByTitle = createRoute({
  operationId: "searchByTitle",
  method: "get",
  path: "/v1/search/title",
  tags: ["Catalogue"],
  summary: "Search by words of the title or the author",
  description:
    "Finds books that have every word in title, subtitle or authors; the last word may be incomplete. Case, diacritics, punctuation, `&`, German umlauts, kana and Chinese characters in either form do not matter. An author's own books and whole titles come first. If few books match, near matches follow: books with a similar word, or without one of the words. If the catalogue has too few, the providers are queried too. An ISBN finds its book. A token is optional, but must be valid if sent. With a token, `onShelf` of each book shows the edition on the caller's shelf, and the response is `private, no-store` with `Vary: Authorization`.",
  security: OPTIONAL_BEARER,
  request: { query: titleSearchQuerySchema },
  responses,
});

const searchAdvanced = createRoute({
  operationId: "searchAdvanced",
  method: "get",
  path: "/v1/search/advanced",
  tags: ["Catalogue"],
  summary: "Search by title, author, or both",
  description: "Like the search by words, but each word must be in the field it is given for.",
  security: OPTIONAL_BEARER,
  request: { query: advancedSearchQuerySchema },
  responses,
});

/** Routes for searches by words. */
export function searchRoutes(deps: SearchRouteDeps): OpenAPIHono<App> {
  const app = router();
  const callerOf = (c: Context): Caller => addressCaller(c, deps.clientIpHeader);
  const answer = async (
    c: Context<App>,
    query: SearchQuery,
    { works: isGrouped, ...page }: PageQuery,
  ): Promise<BookSearchResponse> => {
    const authorization = c.req.header("Authorization");
    const user = authorization === undefined ? undefined : await deps.authenticate(authorization);
    // Each hit shows whether it is on the caller's shelf, which also decides which edition represents its work.
    if (user) c.header("Cache-Control", "private, no-store");
    if (user) c.header("Vary", "Authorization", { append: true });
    const caller = user ? userCaller(user.userId) : callerOf(c);
    const works = isGrouped === "1" ? { works: { userId: user?.userId } } : {};
    const response = envelope(await deps.searchBooks({ query, ...page, caller, ...works }));
    if (!user) return response;
    const { data } = response;
    const shelved = await deps.onShelf(user.userId, data.books);
    const books = data.books.map((book, index) => ({ ...book, onShelf: shelved[index] ?? null }));
    return { ...response, data: { ...data, books } };
  };

  for (const { path } of [searchByTitle, searchAdvanced]) {
    app.use(path, rateLimit(deps.limiters.search, callerOf));
  }
  app.openapi(searchByTitle, async (c) => {
    const { q, title, ...page } = c.req.valid("query");
    if (q !== undefined && title !== undefined && q !== title) {
      throw invalid([{ path: "title", message: "is an alias of q and must not differ from it" }]);
    }
    const words = q === undefined ? read("title", title) : read("q", q);
    if (!words) throw invalid([{ path: "q", message: "is required: words of a title" }]);
    return c.json(await answer(c, { kind: "anywhere", words }, page), 200);
  });
  app.openapi(searchAdvanced, async (c) => {
    const { title, author, ...page } = c.req.valid("query");
    const query = { title: read("title", title), author: read("author", author) };
    if (!query.title && !query.author) {
      throw invalid([
        { path: "title", message: "is required unless author is given" },
        { path: "author", message: "is required unless title is given" },
      ]);
    }
    return c.json(await answer(c, { kind: "fields", ...query }, page), 200);
  });
  return app;
}

function read(path: string, typed: string | undefined): SearchText | undefined {
  if (typed === undefined) return undefined;
  const outcome = readSearchText(typed);
  if (outcome.ok) return outcome.text;
  throw invalid([{ path, message: outcome.message }]);
}

function invalid(issues: { path: string; message: string }[]): DomainError {
  const summary = issues.map(({ path, message }) => `${path} ${message}`).join("; ");
  return new DomainError("INVALID_REQUEST", `${summary}.`, { details: { issues } });
}

function envelope(outcome: SearchOutcome): BookSearchResponse {
  switch (outcome.kind) {
    case "found": {
      const { books, nextCursor, partial } = outcome;
      return {
        success: true,
        data: {
          books: [...books],
          resultCount: books.length,
          ...defined({ nextCursor }),
          ...(partial ? { partial } : {}),
        },
        metadata: { timestamp: new Date().toISOString() },
      };
    }
    case "invalid_cursor":
      throw new DomainError(
        "INVALID_CURSOR",
        "The cursor was not issued by this search. Omit it to start over.",
        { details: { issues: [{ path: "cursor", message: "was not issued by this search" }] } },
      );
    case "database_unavailable":
      throw catalogueUnavailable();
  }
}
