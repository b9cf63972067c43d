import type { AccountsModule } from "../accounts/module.ts";
import { router } from "../platform/http/router.ts";
import type { Module } from "../platform/module.ts";
import type { Platform } from "../platform/platform.ts";
import type { RateLimitsModule } from "../rate-limits/module.ts";
import { openFeed, readFeed, type FeedDeps } from "./domain/read-feed.ts";
import { feedRoutes } from "./http/feed.ts";
import { d1Feed } from "./storage/feed.ts";

/** What devices synchronise with: the feed of changes. */
export function syncModule(
  platform: Platform,
  below: { rateLimits: RateLimitsModule; accounts: AccountsModule },
): Module {
  const { env, log, now, version } = platform;
  const deps: FeedDeps = { feed: d1Feed(env.DB, log), now };
  const shared = {
    authenticate: below.accounts.authenticate,
    limiters: below.rateLimits.limiters,
  };
  return {
    routes: () =>
      router().route(
        "/",
        feedRoutes({
          ...shared,
          openFeed: (input) => openFeed(input, deps),
          readFeed: (input) => readFeed(input, deps),
          version,
          now,
        }),
      ),
  };
}
