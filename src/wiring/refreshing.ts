import type { ScheduledTask } from "../platform/scheduled.ts";
import { PROVIDER_IDS } from "../catalogue/domain/provider.ts";
import { refreshStale, type RefreshStaleDeps } from "../catalogue/domain/refresh-stale.ts";
import { staleOnShelves } from "../catalogue/storage/stale-books.ts";

/** What the clock sets off for books that go stale. */
export function refreshTasks(
  env: Env,
  services: Pick<RefreshStaleDeps, "resolve" | "now" | "random">,
): Record<string, ScheduledTask> {
  return {
    refresh_stale_books: () =>
      refreshStale({
        ...services,
        desks: () =>
          Promise.all(PROVIDER_IDS.map((id) => env.PROVIDER_DESKS.getByName(id).status())),
        stale: (span) => staleOnShelves(env.DB, span),
      }),
  };
}
