import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { feedPageSchema, feedQuerySchema, SYNC_DAYS } from "../../../contract/sync.ts";
import type { Authenticate } from "../../accounts/module.ts";
import {
  etagHeader,
  notModified,
  ownLibrary,
  REVALIDATED,
  userParams,
} from "../../library/module.ts";
import { DomainError } from "../../platform/errors.ts";
import { etagOf, namesEtag } from "../../platform/http/etag.ts";
import { BEARER } from "../../platform/http/bearer.ts";
import type { App } from "../../platform/http/context.ts";
import { envelope } from "../../platform/http/envelope.ts";
import {
  AUTHENTICATED,
  jsonBody,
  problems,
  RETRY_AFTER,
} from "../../platform/http/openapi-parts.ts";
import { router } from "../../platform/http/router.ts";
import { dayOf } from "../../quotas/domain/policy.ts";
import type { Limiters } from "../../rate-limits/domain/limiters.ts";
import type { FeedHead, FeedStart, FeedToken } from "../domain/position.ts";
import type { FeedPage } from "../domain/read-feed.ts";

/** Dependencies of the feed's route. */
export interface FeedRouteDeps {
  authenticate: Authenticate;
  limiters: Limiters;
  openFeed(input: {
    userId: string;
    since: string | undefined;
  }): Promise<{ head: FeedHead; start: FeedStart }>;
  readFeed(input: {
    userId: string;
    head: FeedHead;
    token: FeedToken;
    limit: number;
  }): Promise<FeedPage | "reset">;
  /** Version of the release; another one may present books differently. */
  version: string;
  now(): number;
}

/** Polling interval of a client without a stream. */
const POLL_SECONDS = 60;
/** An unchanged page is sent in full again after this time, so that its token does not expire. */
const TOKEN_DAYS = 30;

const feedRoute = createRoute({
  operationId: "listChanges",
  method: "get",
  path: "/v1/library/{userId}/changes",
  tags: ["Sync"],
  summary: "List the changes of the library since a token",
  description: `Lists all items of the library in the order of their latest writes, each once and in its current state. Without \`since\`, the feed begins with the whole library. Apply the pages in order and continue with \`next\` until \`more\` is false; the client then has the server's state, including writes made meanwhile. Keep \`next\` and poll with it after the time in \`Retry-After\`; with \`If-None-Match\`, an unchanged page is a 304. Removals are listed with \`deleted\` for ${SYNC_DAYS} days; an older \`since\` is rejected with SYNC_RESET: load everything again without \`since\`. Changes of a book's catalogue data may arrive up to an hour late. A page may have fewer items than \`limit\` when reviews are long. Ignore unknown kinds. docs/sync.md describes the protocol.`,
  security: BEARER,
  request: { params: userParams, query: feedQuerySchema },
  responses: {
    200: {
      ...jsonBody("A page of the feed", feedPageSchema),
      headers: { ...etagHeader.headers, ...RETRY_AFTER },
    },
    304: { ...notModified[304], headers: { ...etagHeader.headers, ...RETRY_AFTER } },
    ...problems(
      "INVALID_REQUEST",
      "INVALID_CURSOR",
      ...AUTHENTICATED,
      "SYNC_RESET",
      "RATE_LIMIT_EXCEEDED",
      "INTERNAL_ERROR",
      "DATABASE_UNAVAILABLE",
    ),
  },
});

/** The route of the feed. */
export function feedRoutes(deps: FeedRouteDeps): OpenAPIHono<App> {
  const app = router();
  const middleware = ownLibrary(deps, "library:read");
  app.openapi({ ...feedRoute, middleware }, async (c) => {
    const { userId } = c.req.valid("param");
    const { since, limit } = c.req.valid("query");
    const { head, start } = await deps.openFeed({ userId, since });
    const token = tokenOrThrow(start);
    const period = Math.floor((dayOf(deps.now()) - token.day) / TOKEN_DAYS);
    const shown = { seq: head.seq, since, limit, period, version: deps.version };
    const headers = { ETag: await etagOf(shown), "Cache-Control": REVALIDATED };
    const later = { ...headers, "Retry-After": String(POLL_SECONDS) };
    const known = c.req.header("If-None-Match");
    if (known !== undefined && namesEtag(known, headers.ETag)) return c.body(null, 304, later);
    const page = await deps.readFeed({ userId, head, token, limit });
    if (page === "reset") throw resetError("too_old");
    return c.json(envelope(page), 200, page.more ? headers : later);
  });
  return app;
}

/** @throws DomainError INVALID_CURSOR, SYNC_RESET */
function tokenOrThrow(start: FeedStart): FeedToken {
  switch (start.kind) {
    case "start":
      return start.token;
    case "unreadable": {
      const message = "was not issued by this feed";
      throw new DomainError(
        "INVALID_CURSOR",
        `The value of since ${message}. Send the \`next\` of the page before, or omit it to start over.`,
        { details: { issues: [{ path: "since", message }] } },
      );
    }
    case "reset":
      throw resetError(start.reason);
  }
}

const resetError = (reason: keyof typeof RESETS): DomainError =>
  new DomainError("SYNC_RESET", `${RESETS[reason]} ${LOAD_AGAIN}`);

const RESETS = {
  too_old: `The value of since is older than ${SYNC_DAYS} days, and removals since then are no longer known.`,
  ahead: "The value of since is ahead of this library, which was restored to an earlier state.",
} as const;
const LOAD_AGAIN =
  "Keep the unsent changes, load everything again without since, and then send them.";
