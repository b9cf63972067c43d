import { streamOf } from "../../platform/http/text-stream.ts";
import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { exportQuerySchema } from "../../../contract/library-query.ts";
import type { ExportFormat } from "../domain/export.ts";
import type { Log } from "../../platform/log.ts";
import { BEARER } from "../../platform/http/bearer.ts";
import type { App } from "../../platform/http/context.ts";
import { ownLibrary, type LibraryDeps } from "./books.ts";
import { userParams } from "./parts.ts";
import { AUTHENTICATED, problems } from "../../platform/http/openapi-parts.ts";
import { router } from "../../platform/http/router.ts";

export interface LibraryExportDeps extends Pick<LibraryDeps, "authenticate" | "limiters"> {
  /** Yields the whole library as text, a page at a time. */
  exportLibrary(input: { userId: string; format: ExportFormat }): AsyncIterable<string>;
  log: Log;
}

const MEDIA_TYPES = {
  csv: "text/csv; charset=utf-8; header=present",
  json: "application/json",
  ndjson: "application/x-ndjson",
} as const satisfies Record<ExportFormat, string>;

const text = { schema: { type: "string" as const } };

const exportRoute = createRoute({
  operationId: "exportLibrary",
  method: "get",
  path: "/v1/library/{userId}/export",
  tags: ["Library"],
  summary: "Export the whole library as a file",
  description:
    "CSV has the columns of a Goodreads export and additional ones. Cells are escaped so that no spreadsheet runs them as formulas. docs/export.md describes the layout.",
  security: BEARER,
  request: { params: userParams, query: exportQuerySchema },
  responses: {
    200: {
      description: "The file, streamed",
      content: {
        "text/csv": text,
        "application/json": { schema: { type: "object" as const } },
        "application/x-ndjson": text,
      },
    },
    ...problems(
      "INVALID_REQUEST",
      ...AUTHENTICATED,
      "RATE_LIMIT_EXCEEDED",
      "INTERNAL_ERROR",
      "DATABASE_UNAVAILABLE",
    ),
  },
});

/** The export route. */
export function libraryExportRoutes(deps: LibraryExportDeps): OpenAPIHono<App> {
  const app = router();
  app.openapi({ ...exportRoute, middleware: ownLibrary(deps, "library:read") }, async (c) => {
    const { userId } = c.req.valid("param");
    const { format } = c.req.valid("query");
    const pages = deps.exportLibrary({ userId, format })[Symbol.asyncIterator]();
    // An error before the first byte still becomes a problem response.
    const first = await pages.next();
    const body = streamOf(first, pages, (error) => deps.log.error("export_failed", { error }));
    return c.body(body, 200, {
      "Content-Type": MEDIA_TYPES[format],
      "Content-Disposition": `attachment; filename="bookstrack-library.${format}"`,
      "Cache-Control": "no-store",
    });
  });
  return app;
}
