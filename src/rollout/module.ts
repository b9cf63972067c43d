import type { AccountsModule } from "../accounts/module.ts";
import { defined } from "../platform/defined.ts";
import type { Module } from "../platform/module.ts";
import type { Platform } from "../platform/platform.ts";
import type { QuotasModule } from "../quotas/module.ts";
import { rateLimitsOf } from "../rate-limits/domain/policy.ts";
import { readCapabilities } from "./domain/capabilities.ts";
import { legacyWebSocket, type Deprecation } from "./domain/deprecations.ts";
import { flagDefaults } from "./domain/flags-table.ts";
import { capabilitiesRoutes } from "./http/capabilities.ts";
import { adminFlagRoutes } from "./http/flags.ts";
import { kvFlags, storedFlags, type Flags } from "./storage/flags.ts";
import { flagKey } from "./storage/keys.ts";

export { adminDeprecationRoutes } from "./http/deprecations.ts";
export type { Flags } from "./storage/flags.ts";

/** The module's interface for the modules above it. */
export interface RolloutModule extends Module {
  /** The flags as seen by this isolate. */
  flags: Flags;
  /** When this deployment deprecates and removes the legacy WebSocket. */
  legacyWebSocket: Deprecation;
}

/**
 * Rollout flags, deprecations, and the service's capabilities for a caller.
 * @param given `formats`: the import formats, by name
 */
export function rolloutModule(
  platform: Platform,
  given: { accounts: AccountsModule; quotas: QuotasModule; formats: readonly string[] },
): RolloutModule {
  const { env, config, version, now } = platform;
  const { WS_DEPRECATION_DATE, WS_SUNSET_DATE, MIN_APP_VERSION } = config;
  const defaults = flagDefaults(config.ENVIRONMENT, config.FLAG_DEFAULTS);
  const flags = kvFlags(env.BOOK_CACHE, defaults, platform);
  const rateLimits = rateLimitsOf(config.RATE_LIMITS);
  const deprecation = legacyWebSocket({
    ...defined({ deprecatedAt: WS_DEPRECATION_DATE, sunsetAt: WS_SUNSET_DATE }),
    minAppVersion: MIN_APP_VERSION,
  });
  return {
    flags,
    legacyWebSocket: deprecation,
    routes: () =>
      capabilitiesRoutes({
        authenticate: given.accounts.authenticate,
        clientIpHeader: config.CLIENT_IP_HEADER,
        readCapabilities: (asking) =>
          readCapabilities(asking, {
            version,
            rateLimits,
            quotas: given.quotas.quotas,
            signup: config.SIGNUP,
            formats: given.formats,
            deprecations: [deprecation],
            isOn: flags.isOn,
            now,
          }),
      }),
    adminRoutes: () => adminFlagRoutes(storedFlags(env.BOOK_CACHE, defaults)),
    readiness: {
      async cache() {
        await env.BOOK_CACHE.get(flagKey("enable_d1_reads"));
        return { ok: true, detail: "answers" };
      },
    },
  };
}
