import type { Config } from "../config.ts";
import { FORMATS } from "../imports/domain/layouts/formats.ts";
import { rateLimitsOf } from "../rate-limits/domain/policy.ts";
import { readCapabilities } from "../rollout/domain/capabilities.ts";
import { legacyWebSocket, type Deprecation } from "../rollout/domain/deprecations.ts";
import { flagDefaults } from "../rollout/domain/flags-table.ts";
import type { CapabilitiesRouteDeps } from "../rollout/http/capabilities.ts";
import type { Flags } from "../rollout/storage/flags.ts";

/** What the flags are in this deployment while KV holds no state for them. */
export function defaultsOf({
  ENVIRONMENT,
  FLAG_DEFAULTS,
}: Config): Readonly<Record<string, boolean>> {
  return flagDefaults(ENVIRONMENT, FLAG_DEFAULTS);
}

/** The old socket's way out in this deployment. */
export function legacyWebSocketOf(config: Config): Deprecation {
  const { WS_DEPRECATION_DATE, WS_SUNSET_DATE, MIN_APP_VERSION } = config;
  return legacyWebSocket({
    ...(WS_DEPRECATION_DATE === undefined ? {} : { deprecatedAt: WS_DEPRECATION_DATE }),
    ...(WS_SUNSET_DATE === undefined ? {} : { sunsetAt: WS_SUNSET_DATE }),
    minAppVersion: MIN_APP_VERSION,
  });
}

/** What the service tells a caller of itself. */
export function capabilitiesFor(
  { config, flags, now }: { config: Config; flags: Flags; now(): number },
  version: string,
): CapabilitiesRouteDeps["readCapabilities"] {
  const deps = {
    version,
    rateLimits: rateLimitsOf(config.RATE_LIMITS),
    formats: FORMATS,
    deprecations: [legacyWebSocketOf(config)],
    isOn: flags.isOn,
    now,
  };
  return (asking) => readCapabilities(asking, deps);
}
