import type { Config } from "../config.ts";
import { rateLimitsOf } from "../domain/limits/policy.ts";
import { readCapabilities } from "../domain/rollout/capabilities.ts";
import { flagDefaults } from "../domain/rollout/flags-table.ts";
import type { CapabilitiesRouteDeps } from "../http/capabilities.ts";
import type { Flags } from "../storage/flags.ts";

/** What the flags are in this deployment while KV holds no state for them. */
export function defaultsOf({
  ENVIRONMENT,
  FLAG_DEFAULTS,
}: Config): Readonly<Record<string, boolean>> {
  return flagDefaults(ENVIRONMENT, FLAG_DEFAULTS);
}

/** What the service tells a caller of itself. No file can be imported yet. */
export function capabilitiesFor(
  { config, flags }: { config: Config; flags: Flags },
  version: string,
): CapabilitiesRouteDeps["readCapabilities"] {
  const deps = {
    version,
    rateLimits: rateLimitsOf(config.RATE_LIMITS),
    formats: [],
    isOn: flags.isOn,
  };
  return (account) => readCapabilities(account, deps);
}
