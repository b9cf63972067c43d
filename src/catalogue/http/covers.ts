import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { coverPathSchema, coverQuerySchema } from "../../../contract/covers.ts";
import { DomainError } from "../../platform/errors.ts";
import { addressCaller } from "../../platform/http/caller.ts";
import type { App } from "../../platform/http/context.ts";
import { namesEtag } from "../../platform/http/etag.ts";
import { problems, RATE_LIMIT_HEADERS } from "../../platform/http/openapi-parts.ts";
import { router } from "../../platform/http/router.ts";
import type { Caller } from "../../platform/identity.ts";
import type { Limiters } from "../../rate-limits/domain/limiters.ts";
import { rateLimit, refuse } from "../../rate-limits/module.ts";
import type { Book } from "../../../contract/catalogue.ts";
import type { CoverWidth } from "../domain/covers/source.ts";
import type { CoverKey, CoverOutcome } from "../domain/covers/cover.ts";
import { drawnCover } from "../domain/covers/drawn-cover.ts";
import { requireIsbn } from "./isbn.ts";
import { catalogueUnavailable } from "./lookup.ts";

export interface CoverRouteDeps {
  limiters: Limiters;
  /** The request header with the caller's IP address. */
  clientIpHeader: string | undefined;
  coverOf(input: {
    key: CoverKey;
    caller: Caller;
    has(hash: string): boolean;
  }): Promise<CoverOutcome>;
}

const IMMUTABLE = "public, max-age=31536000, immutable";
const FOR_A_DAY = "public, max-age=86400";
/** For a drawn cover while the providers are unavailable. */
const FOR_A_MINUTE = "public, max-age=60";
const RETRY_SECONDS = 60;
/** A drawn cover that is opened as a page must not load or run anything. */
const SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'";

const etag = {
  ETag: { schema: { type: "string" as const }, description: "The hash of the image" },
};
const binary = { schema: { type: "string" as const, format: "binary" } };
const getCover = createRoute({
  operationId: "getCover",
  method: "get",
  path: "/v1/covers/{isbn}",
  tags: ["Catalogue"],
  summary: "The cover of a book in the catalogue",
  description:
    "The provider's image in the nearest size, fetched once and stored. JPEG, PNG, WebP or GIF. With `v`, the hash from the ETag, the response is immutable; otherwise it may be cached for a day.",
  request: { params: coverPathSchema, query: coverQuerySchema },
  responses: {
    200: {
      description: "The image",
      content: {
        "image/jpeg": binary,
        "image/png": binary,
        "image/webp": binary,
        "image/gif": binary,
        "image/svg+xml": { schema: { type: "string" as const } },
      },
      headers: {
        ...RATE_LIMIT_HEADERS,
        ...etag,
      },
    },
    304: { description: "The caller already has the image", headers: etag },
    ...problems(
      "INVALID_REQUEST",
      "INVALID_ISBN",
      "BOOK_NOT_FOUND",
      "NOT_FOUND",
      "RATE_LIMIT_EXCEEDED",
      "INTERNAL_ERROR",
      "PROVIDERS_UNAVAILABLE",
      "DATABASE_UNAVAILABLE",
    ),
  },
});

/** The route of covers. */
export function coverRoutes(deps: CoverRouteDeps): OpenAPIHono<App> {
  const app = router();
  const { limiters, clientIpHeader } = deps;
  const middleware = [rateLimit(limiters.covers, (c) => addressCaller(c, clientIpHeader))];
  app.openapi({ ...getCover, middleware }, async (c) => {
    const { w, v, fallback } = c.req.valid("query");
    const { isbn13 } = requireIsbn(c.req.valid("param").isbn);
    const key = { isbn: isbn13, width: Number(w) as CoverWidth };
    const known = c.req.header("If-None-Match") ?? "";
    const outcome = await deps.coverOf({
      key,
      caller: addressCaller(c, clientIpHeader),
      has: (hash) => namesEtag(known, etagOf(hash)),
    });
    c.header("X-Content-Type-Options", "nosniff");
    switch (outcome.kind) {
      case "image":
      case "unchanged": {
        const { hash } = outcome;
        c.header("ETag", etagOf(hash));
        c.header("Cache-Control", v === hash ? IMMUTABLE : FOR_A_DAY);
        if (outcome.kind === "unchanged" || namesEtag(known, etagOf(hash)))
          return c.body(null, 304);
        c.header("Content-Type", outcome.image.type);
        return c.body(new Uint8Array(outcome.image.bytes), 200);
      }
      case "none":
      case "unavailable": {
        if (fallback === "svg") return drawn(c, outcome.book, key.width, outcome.kind);
        if (outcome.kind === "none") throw new DomainError("NOT_FOUND", "The book has no cover.");
        throw new DomainError(
          "PROVIDERS_UNAVAILABLE",
          "The cover cannot be fetched at the moment. Try again.",
          {
            details: { providers: {} },
            retryAfterSeconds: RETRY_SECONDS,
          },
        );
      }
      case "unknown_book":
        throw new DomainError("BOOK_NOT_FOUND", "The catalogue has no book with this ISBN.", {
          details: { providersChecked: [] },
        });
      case "limited":
        return refuse(
          c,
          limiters.misses,
          outcome.retryAfterSeconds,
          "Too many covers that are not stored yet. Try again later.",
        );
      case "database_unavailable":
        throw catalogueUnavailable();
    }
  });
  return app;
}

function drawn(
  c: Context<App>,
  book: Book,
  width: CoverWidth,
  reason: "none" | "unavailable",
): Response {
  c.header("Content-Type", "image/svg+xml; charset=utf-8");
  c.header("Content-Security-Policy", SVG_POLICY);
  c.header("Cache-Control", reason === "none" ? FOR_A_DAY : FOR_A_MINUTE);
  return c.body(drawnCover(book, width), 200);
}

function etagOf(hash: string): string {
  return `"${hash}"`;
}
