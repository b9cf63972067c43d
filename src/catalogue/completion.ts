import type { Platform } from "../platform/platform.ts";
import { MINUTE_MS } from "../platform/time.ts";
import { completeStored, type CompleteDeps } from "./domain/complete-stored.ts";

/** Long enough to wait for live scans and imports to be answered first. */
const BUDGET_MS = 2 * MINUTE_MS;

/** Completes a stored book from Open Library's records, behind live scans and imports. */
export function completion(
  { env, random }: Pick<Platform, "env" | "random">,
  stores: Pick<CompleteDeps, "books" | "cache">,
): (isbn13: string) => Promise<"done" | "later"> {
  const options = { lane: "import", account: false, budgetMs: BUDGET_MS } as const;
  return (isbn13) =>
    completeStored(isbn13, {
      ...stores,
      random,
      ask: (query) => env.PROVIDER_DESKS.getByName("openlibrary").search(query, options),
    });
}
