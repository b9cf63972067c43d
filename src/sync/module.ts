import type { AccountsModule } from "../accounts/module.ts";
import { requireIsbn } from "../catalogue/module.ts";
import type { IdempotencyModule } from "../idempotency/module.ts";
import { lookupError, requireEntryId, type LibraryModule } from "../library/module.ts";
import { router } from "../platform/http/router.ts";
import type { Module } from "../platform/module.ts";
import type { Platform } from "../platform/platform.ts";
import type { RateLimitsModule } from "../rate-limits/module.ts";
import { applyChanges, type OutboxDeps } from "./domain/apply-changes.ts";
import { openFeed, readFeed, type FeedDeps } from "./domain/read-feed.ts";
import { feedRoutes } from "./http/feed.ts";
import { outboxRoutes } from "./http/outbox.ts";
import { d1Feed } from "./storage/feed.ts";

/** What devices synchronise with: the feed of changes, and the outbox. */
export function syncModule(
  platform: Platform,
  below: {
    rateLimits: RateLimitsModule;
    idempotency: IdempotencyModule;
    accounts: AccountsModule;
    library: LibraryModule;
  },
): Module {
  const { env, log, now, version } = platform;
  const deps: FeedDeps = { feed: d1Feed(env.DB, log), now };
  const outbox: OutboxDeps = {
    ...below.library.shelf,
    applied: below.idempotency.appliedChanges,
    entryId: requireEntryId,
    parseIsbn: requireIsbn,
    notFound: lookupError,
    shelfFull: below.library.shelfFull,
    progress: below.library.progress,
    progressFull: below.library.progressFull,
  };
  const shared = {
    authenticate: below.accounts.authenticate,
    limiters: below.rateLimits.limiters,
  };
  return {
    routes: () =>
      router()
        .route(
          "/",
          feedRoutes({
            ...shared,
            openFeed: (input) => openFeed(input, deps),
            readFeed: (input) => readFeed(input, deps),
            version,
            now,
          }),
        )
        .route(
          "/",
          outboxRoutes({ ...shared, applyChanges: (input) => applyChanges(input, outbox) }),
        ),
  };
}
