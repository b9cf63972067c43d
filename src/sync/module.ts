import type { AccountsModule } from "../accounts/module.ts";
import { requireIsbn } from "../catalogue/module.ts";
import type { IdempotencyModule } from "../idempotency/module.ts";
import { lookupError, requireEntryId, type LibraryModule } from "../library/module.ts";
import { router } from "../platform/http/router.ts";
import type { Module } from "../platform/module.ts";
import type { Platform } from "../platform/platform.ts";
import { refusalError } from "../quotas/domain/refusal.ts";
import type { QuotasModule } from "../quotas/module.ts";
import type { RateLimitsModule } from "../rate-limits/module.ts";
import { applyChanges, type OutboxDeps } from "./domain/apply-changes.ts";
import { openFeed, readFeed, type FeedDeps } from "./domain/read-feed.ts";
import { feedRoutes } from "./http/feed.ts";
import { outboxRoutes } from "./http/outbox.ts";
import { changeStreamRoutes } from "./http/stream.ts";
import type { ChangeHubWork } from "./objects/connections.ts";
import { changeHubWork, changeStreams, closeStreams } from "./streams.ts";
import { d1Feed } from "./storage/feed.ts";

/** Interface of the module for the Durable Object of change streams. */
export interface SyncModule extends Module {
  hubWork: ChangeHubWork;
}

/** Synchronisation of devices: the feed of changes, the outbox, and the change stream. */
export function syncModule(
  platform: Platform,
  below: {
    rateLimits: RateLimitsModule;
    quotas: QuotasModule;
    idempotency: IdempotencyModule;
    accounts: AccountsModule;
    library: LibraryModule;
  },
): SyncModule {
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
    goals: below.library.goals,
    settings: below.library.settings,
    progressFull: below.library.progressFull,
    charge: chargeChanges(platform, below.quotas),
  };
  const shared = {
    authenticate: below.accounts.authenticate,
    limiters: below.rateLimits.limiters,
  };
  return {
    hubWork: changeHubWork(platform),
    purgeUsers: closeStreams(platform),
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
        )
        .route("/", changeStreamRoutes({ ...shared, openStream: changeStreams(platform, deps) })),
  };
}

/**
 * Counts changes of outboxes. A count that cannot be undone is only logged, because the changes
 * have already been answered.
 */
function chargeChanges(
  { log, now }: Pick<Platform, "log" | "now">,
  quotas: Pick<QuotasModule, "take" | "refused">,
): OutboxDeps["charge"] {
  return async (userId, changes) => {
    const taken = await quotas.take(userId, "changes", changes);
    if (taken.kind === "refused") {
      quotas.refused(taken.refusal);
      throw refusalError(taken.refusal, now());
    }
    return async (unused) => {
      try {
        await taken.giveBack(unused);
      } catch (error) {
        log.error("changes_not_given_back", { userId, unused, error });
      }
    };
  };
}
