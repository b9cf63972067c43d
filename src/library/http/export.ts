import { streamOf } from "../../platform/http/text-stream.ts";
import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import {
  exportQuerySchema,
  exportTicketRequestSchema,
  exportTicketResponseSchema,
} from "../../../contract/library-query.ts";
import type { AccountsModule, Authenticate } from "../../accounts/module.ts";
import { DomainError } from "../../platform/errors.ts";
import { emptyBodyIsNone } from "../../platform/http/validation.ts";
import { isoTime } from "../../platform/time.ts";
import type { ExportFormat } from "../domain/export.ts";
import type { Log } from "../../platform/log.ts";
import { BEARER, invalidToken } from "../../platform/http/bearer.ts";
import type { App } from "../../platform/http/context.ts";
import { ownLibrary, type LibraryDeps } from "./books.ts";
import { userParams } from "./parts.ts";
import {
  AUTHENTICATED,
  jsonBody,
  problems,
  RATE_LIMIT_HEADERS,
  WITH_BODY,
} from "../../platform/http/openapi-parts.ts";
import { UNCACHED } from "../../platform/http/headers.ts";
import { envelope } from "../../platform/http/envelope.ts";
import { router } from "../../platform/http/router.ts";

export interface LibraryExportDeps
  extends
    Pick<LibraryDeps, "authenticate" | "authenticateUncached" | "limiters">,
    Pick<AccountsModule, "downloadTickets" | "logins"> {
  /** Yields the whole library as text, a page at a time. */
  exportLibrary(input: { userId: string; format: ExportFormat }): AsyncIterable<string>;
  log: Log;
}

const MEDIA_TYPES = {
  csv: "text/csv; charset=utf-8; header=present",
  json: "application/json",
  ndjson: "application/x-ndjson",
  archive: "application/x-ndjson",
} as const satisfies Record<ExportFormat, string>;

/** File names by format. */
const FILE_NAMES = {
  csv: "bookstrack-library.csv",
  json: "bookstrack-library.json",
  ndjson: "bookstrack-library.ndjson",
  archive: "bookstrack-archive.ndjson",
} as const satisfies Record<ExportFormat, string>;

const text = { schema: { type: "string" as const } };

const exportRoute = createRoute({
  operationId: "exportLibrary",
  method: "get",
  path: "/v1/library/{userId}/export",
  tags: ["Library"],
  summary: "Export the whole library as a file",
  description:
    "CSV has the columns of a Goodreads export and additional ones. Cells are escaped so that no spreadsheet runs them as formulas. `archive` has all data of the account, one JSON object per line, and can be imported like any other file; the other formats have what they can represent. docs/export.md describes the layout. With `ticket`, a browser can download it without a header.",
  security: [...BEARER, { exportTicket: [] }],
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

const createTicket = createRoute({
  operationId: "createExportTicket",
  method: "post",
  path: "/v1/library/{userId}/export/ticket",
  tags: ["Library"],
  summary: "Create a link that downloads the export once",
  description:
    "The link needs no header, so that a browser can open it. It works once, within five minutes, for this user and format only.",
  security: BEARER,
  request: {
    params: userParams,
    body: {
      content: { "application/json": { schema: exportTicketRequestSchema } },
      required: false,
    },
  },
  responses: {
    201: jsonBody("The ticket, shown only once", exportTicketResponseSchema, RATE_LIMIT_HEADERS),
    ...problems(
      "INVALID_REQUEST",
      ...AUTHENTICATED,
      ...WITH_BODY,
      "RATE_LIMIT_EXCEEDED",
      "INTERNAL_ERROR",
      "DATABASE_UNAVAILABLE",
    ),
  },
});

const DEFAULT_FORMAT: ExportFormat = "csv";

const purposeOf = (format: string): string => `export ${format}`;

/**
 * Accepts the ticket of this export in place of a token. A ticket for another user or format is not
 * consumed.
 */
function ticketOrToken({ authenticate, downloadTickets, logins }: LibraryExportDeps): Authenticate {
  return async (authorization, c) => {
    const ticket = c?.req.query("ticket");
    if (c === undefined || ticket === undefined) return authenticate(authorization, c);
    const userId = c.req.param("userId") ?? "";
    const purpose = purposeOf(c.req.query("format") ?? DEFAULT_FORMAT);
    // Browsers and download managers may send a HEAD first.
    const isProbe = c.req.raw.method === "HEAD";
    const presented = { userId, purpose, ticket, isProbe };
    const use = async () => (await downloadTickets.use(presented)) || undefined;
    if (await logins.attempt(c, use)) return { userId, tokenId: "", scopes: ["library:read"] };
    throw new DomainError(
      "UNAUTHORIZED",
      "The ticket is used, expired, or for another user or format. Get a new one for this export.",
    );
  };
}

/** The export routes. */
export function libraryExportRoutes(deps: LibraryExportDeps): OpenAPIHono<App> {
  const app = router();
  const byTicketOrToken = ownLibrary(
    { ...deps, authenticate: ticketOrToken(deps) },
    "library:read",
  );
  app.openapi({ ...exportRoute, middleware: byTicketOrToken }, async (c) => {
    const { userId } = c.req.valid("param");
    const { format } = c.req.valid("query");
    const pages = deps.exportLibrary({ userId, format })[Symbol.asyncIterator]();
    // An error before the first byte still becomes a problem response.
    const first = await pages.next();
    const body = streamOf(first, pages, (error) => deps.log.error("export_failed", { error }));
    return c.body(body, 200, {
      "Content-Type": MEDIA_TYPES[format],
      "Content-Disposition": `attachment; filename="${FILE_NAMES[format]}"`,
      "Cache-Control": "no-store",
      // The URL may contain a ticket.
      "Referrer-Policy": "no-referrer",
    });
  });

  const verified = ownLibrary({ ...deps, authenticate: deps.authenticateUncached }, "library:read");
  app.openapi({ ...createTicket, middleware: [...verified, emptyBodyIsNone] }, async (c) => {
    const { userId } = c.req.valid("param");
    const { format = DEFAULT_FORMAT } = c.req.valid("json");
    const issued = await deps.downloadTickets.issue(c.get("user"), purposeOf(format));
    if (issued === undefined) throw invalidToken();
    const { ticket, expiresAt } = issued;
    const url = `/v1/library/${encodeURIComponent(userId)}/export?format=${format}&ticket=${ticket}`;
    const data = { ticket, url, expiresAt: isoTime(expiresAt) };
    return c.json(envelope(data), 201, UNCACHED);
  });
  return app;
}
