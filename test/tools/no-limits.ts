import { QUOTA_NAMES } from "../../src/quotas/domain/policy.ts";

/**
 * Vars for tests and benches unrelated to limits: the highest limits that the configuration
 * permits.
 */
export const NO_LIMITS = {
  PROVIDER_LIMITS: JSON.stringify({
    openlibrary: { perSecond: 100 },
    "google-books": { perSecond: 100 },
  }),
  RATE_LIMITS: JSON.stringify({
    search: 0,
    enrich: 0,
    imports: 0,
    accounts: 0,
    library: 0,
    jobs: 0,
    admin: 0,
    misses: 0,
    covers: 0,
  }),
  QUOTAS: JSON.stringify(Object.fromEntries(QUOTA_NAMES.map((name) => [name, 0]))),
};
