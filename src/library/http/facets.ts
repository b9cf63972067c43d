import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { libraryFacetsResponseSchema } from "../../../contract/library-facets.ts";
import { facetsQuerySchema } from "../../../contract/library-query.ts";
import { BEARER } from "../../platform/http/bearer.ts";
import type { App } from "../../platform/http/context.ts";
import { envelope } from "../../platform/http/envelope.ts";
import { AUTHENTICATED, jsonBody, problems } from "../../platform/http/openapi-parts.ts";
import { router } from "../../platform/http/router.ts";
import { facetsOf, type FacetSums } from "../domain/shelf-facets.ts";
import type { ShelfFilter } from "../domain/shelf-query.ts";
import type { ShelfState } from "../domain/shelf-stats.ts";
import { ownLibrary, type LibraryDeps } from "./books.ts";
import { filterOf } from "./list-query.ts";
import { etagHeader, notModified, revalidate, userParams } from "./parts.ts";

/** Dependencies of the facets route. */
export interface LibraryFacetDeps extends Pick<LibraryDeps, "authenticate" | "limiters"> {
  /** The number of the user's latest write; facets with the same number are the same. */
  shelfState(userId: string): Promise<ShelfState>;
  countFacets(userId: string, filter: ShelfFilter): Promise<FacetSums>;
  /** Version of the release; another one may count differently. */
  version: string;
}

const facetsRoute = createRoute({
  operationId: "getLibraryFacets",
  method: "get",
  path: "/v1/library/{userId}/facets",
  tags: ["Library"],
  summary: "Count the books of the shelf by tag, author, series, language, format, year and status",
  description:
    "Counts the books that match the filters, which are the same as those of the list. Each `value` can be used as the list's filter; its `count` is the `total` of the list with that filter. Spellings of a name that differ only in case or diacritics are one value. For languages, formats, years and statuses, the counts and `without` add up to `total`, unless `more` values are omitted; a book counts for each of its tags, authors and series.",
  security: BEARER,
  request: { params: userParams, query: facetsQuerySchema },
  responses: {
    200: { ...jsonBody("The facets", libraryFacetsResponseSchema), ...etagHeader },
    ...notModified,
    ...problems(
      "INVALID_REQUEST",
      ...AUTHENTICATED,
      "RATE_LIMIT_EXCEEDED",
      "INTERNAL_ERROR",
      "DATABASE_UNAVAILABLE",
    ),
  },
});

/** The route of a shelf's facets. */
export function libraryFacetRoutes(deps: LibraryFacetDeps): OpenAPIHono<App> {
  const app = router();
  app.openapi({ ...facetsRoute, middleware: ownLibrary(deps, "library:read") }, async (c) => {
    const { userId } = c.req.valid("param");
    const { limit, ...filters } = c.req.valid("query");
    const { seq, timeZone } = await deps.shelfState(userId);
    const source = { facets: filters, limit, seq, version: deps.version };
    if (await revalidate(c, source)) return c.body(null, 304);
    const sums = await deps.countFacets(userId, filterOf(filters, timeZone));
    return c.json(envelope(facetsOf(sums, limit)), 200);
  });
  return app;
}
