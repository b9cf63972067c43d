import { LRUCache } from "lru-cache";
import type { Book } from "../../../contract/catalogue.ts";
import type { SearchProvidersDeps } from "../domain/search/providers.ts";
import { MINUTE_MS } from "../../platform/time.ts";

/** New books reach the providers within hours; until then the same question has the same answer. */
const RETENTION_MS = 10 * MINUTE_MS;
/** At most 50 books of about 2 KB a question: some 10 MB of an isolate's 128 at worst, far less as a rule. */
const MAX_QUESTIONS = 100;

/** What the providers found for this isolate's latest questions, so that a repeated one costs no call. */
export function recentSearches(now: () => number): SearchProvidersDeps["recent"] {
  const answers = new LRUCache<string, readonly Book[]>({
    max: MAX_QUESTIONS,
    ttl: RETENTION_MS,
    ttlResolution: 0,
    perf: { now },
  });
  return {
    get: (question) => answers.get(question),
    put: (question, books) => void answers.set(question, books),
  };
}
