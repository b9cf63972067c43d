import { defined } from "../../platform/defined.ts";
import { invalidCursor } from "../../platform/http/cursor.ts";
import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { libraryStatsResponseSchema, type LibraryStats } from "../../../contract/library-stats.ts";
import { yearPeriod } from "../domain/period.ts";
import type { ShelfState, StatsQuery } from "../domain/shelf-stats.ts";
import { dayIn } from "../../platform/time-zone.ts";
import {
  libraryPageSchema,
  topRatedResponseSchema,
  type LibraryBook,
} from "../../../contract/library.ts";
import {
  libraryQuerySchema,
  statsQuerySchema,
  topRatedQuerySchema,
} from "../../../contract/library-query.ts";
import type { PageInput, PageOutcome } from "../domain/shelf-page.ts";
import { parseSort, type Sort } from "../domain/shelf-query.ts";
import { compact, filterOf, namesDays, startOf } from "./list-query.ts";
import { BEARER } from "../../platform/http/bearer.ts";
import type { App } from "../../platform/http/context.ts";
import { envelope } from "../../platform/http/envelope.ts";
import { ownLibrary, type LibraryDeps } from "./books.ts";
import { etagHeader, notModified, revalidate, userParams } from "./parts.ts";
import { AUTHENTICATED, jsonBody, problems } from "../../platform/http/openapi-parts.ts";
import { router } from "../../platform/http/router.ts";

/** Dependencies of the list and statistics routes. */
export interface LibraryListDeps extends Pick<LibraryDeps, "authenticate" | "limiters"> {
  listShelf(input: PageInput): Promise<PageOutcome>;
  topRated(userId: string, year: number, limit: number): Promise<LibraryBook[]>;
  /** The number of the user's latest write; statistics with the same number are the same. */
  shelfState(userId: string): Promise<ShelfState>;
  libraryStats(
    userId: string,
    query: StatsQuery,
    state: Pick<ShelfState, "timeZone">,
  ): Promise<LibraryStats>;
  /** Version of the release; another one may compute statistics differently. */
  version: string;
  now(): number;
}

const LIBRARY = "/v1/library/{userId}";
const refusals = problems(
  "INVALID_REQUEST",
  "INVALID_CURSOR",
  ...AUTHENTICATED,
  "RATE_LIMIT_EXCEEDED",
  "INTERNAL_ERROR",
  "DATABASE_UNAVAILABLE",
);

const listLibraryRoute = createRoute({
  operationId: "listLibrary",
  method: "get",
  path: LIBRARY,
  tags: ["Library"],
  summary: "List the books of the shelf",
  description:
    "A book must match all filters, and any one value of a repeated filter. Names and words are compared without case and diacritics; days are in the account's time zone. `total` is the number of matching books. A page may be shorter than `limit` when reviews are long: continue while there is a `nextCursor`.",
  security: BEARER,
  request: { params: userParams, query: libraryQuerySchema },
  responses: {
    200: { ...jsonBody("A page of books", libraryPageSchema), ...etagHeader },
    ...notModified,
    ...refusals,
  },
});

const topRatedRoute = createRoute({
  operationId: "listTopRated",
  method: "get",
  path: `${LIBRARY}/top-rated`,
  tags: ["Library"],
  summary: "List books published in a year and rated 4 or more, best first",
  description: "The list is truncated when reviews and notes exceed 4 MB in total.",
  security: BEARER,
  request: { params: userParams, query: topRatedQuerySchema },
  responses: {
    200: { ...jsonBody("The books", topRatedResponseSchema), ...etagHeader },
    ...notModified,
    ...refusals,
  },
});

const statsRoute = createRoute({
  operationId: "getLibraryStats",
  method: "get",
  path: `${LIBRARY}/stats`,
  tags: ["Library"],
  summary: "Get statistics of the shelf",
  description:
    "`year` is the year of `byMonth` and `goal` (default: this year); `period` covers the days from `from` to `to`, or that year; everything else covers the whole shelf. A finish date that is a month or a year is in a period that includes all of its days. Days are in the account's time zone. The pages and minutes of a day are those by which its progress exceeds all earlier progress of the same reading; a percentage counts as the pages it corresponds to. A re-read counts again in `readings` and `pages`, but not in `books`. A reading with only a year as finish date counts in `byYear` only.",
  security: BEARER,
  request: { params: userParams, query: statsQuerySchema },
  responses: {
    200: { ...jsonBody("The statistics", libraryStatsResponseSchema), ...etagHeader },
    ...notModified,
    ...refusals,
  },
});

/** The list and statistics routes of a shelf. */
export function libraryListRoutes(deps: LibraryListDeps): OpenAPIHono<App> {
  const app = router();
  const middleware = ownLibrary(deps, "library:read");
  const thisYear = (): number => new Date(deps.now()).getUTCFullYear();

  app.openapi({ ...listLibraryRoute, middleware }, async (c) => {
    const { userId } = c.req.valid("param");
    const { sort, limit, cursor, from, before, fields, ...filters } = c.req.valid("query");
    const order = sortOf(sort);
    const isZoned = namesDays(filters, { key: order.key, from });
    const timeZone = isZoned ? (await deps.shelfState(userId)).timeZone : "UTC";
    const page = pageOrThrow(
      await deps.listShelf({
        userId,
        sort: order,
        limit,
        cursor,
        start: from === undefined ? undefined : startOf(order, from, timeZone),
        isCounting: before,
        filter: filterOf(filters, timeZone),
      }),
    );
    const { total, nextCursor } = page;
    const books = fields === "compact" ? page.books.map(compact) : page.books;
    const others = defined({ before: page.before, nextCursor });
    const data = { books, count: books.length, total, ...others };
    if (await revalidate(c, fields ? { data, fields } : data)) return c.body(null, 304);
    return c.json(envelope(data), 200);
  });

  app.openapi({ ...topRatedRoute, middleware }, async (c) => {
    const { userId } = c.req.valid("param");
    const { year = thisYear(), limit } = c.req.valid("query");
    const books = await deps.topRated(userId, year, limit);
    const data = { year, books, count: books.length };
    if (await revalidate(c, data)) return c.body(null, 304);
    return c.json(envelope(data), 200);
  });

  app.openapi({ ...statsRoute, middleware }, async (c) => {
    const { userId } = c.req.valid("param");
    const asked = c.req.valid("query");
    const state = await deps.shelfState(userId);
    const today = dayIn(state.timeZone, deps.now());
    const { year = Number(today.slice(0, 4)) } = asked;
    const period = periodOf(asked, year);
    // Streaks and goals change with the day.
    const known = { ...state, ...period, year, today, version: deps.version };
    if (await revalidate(c, known)) return c.body(null, 304);
    return c.json(envelope(await deps.libraryStats(userId, { year, period }, state)), 200);
  });
  return app;
}

/** The requested period; by default the year. */
function periodOf(
  { from, to }: { from?: string | undefined; to?: string | undefined },
  year: number,
) {
  if (from === undefined && to === undefined) return yearPeriod(year);
  return { from: from ?? "0001-01-01", to: to ?? "9999-12-31" };
}

function sortOf(text: string): Sort {
  const sort = parseSort(text);
  if (!sort) throw new TypeError(`The schema must reject the sort order ${text}`);
  return sort;
}

function pageOrThrow(outcome: PageOutcome): Extract<PageOutcome, { kind: "page" }> {
  if (outcome.kind === "page") return outcome;
  throw invalidCursor();
}
