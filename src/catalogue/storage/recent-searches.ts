import { MINUTE_MS } from "../../platform/time.ts";
import { expiringCache } from "../../platform/expiring-cache.ts";
import type { Book } from "../../../contract/catalogue.ts";
import type { SearchProvidersDeps } from "../domain/search/providers.ts";

/** New books reach the providers within hours; until then a repeated search has the same answer. */
const RETENTION_MS = 10 * MINUTE_MS;
/** At most 50 books of about 2 KB per search: up to 10 MB of an isolate's 128, usually far less. */
const MAX_QUESTIONS = 100;

/** Provider results of this isolate's latest searches, so that a repeated one costs no call. */
export function recentSearches(now: () => number): SearchProvidersDeps["recent"] {
  return expiringCache<readonly Book[]>(MAX_QUESTIONS, RETENTION_MS, now);
}
