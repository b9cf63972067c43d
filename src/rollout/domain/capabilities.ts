import type { Capabilities } from "../../../contract/capabilities.ts";
import { MAX_IMPORT } from "../../../contract/imports.ts";
import type { RateLimits } from "../../rate-limits/domain/policy.ts";
import { noticesFor, type Deprecation } from "./deprecations.ts";
import { FLAGS } from "./flags-table.ts";

export interface CapabilitiesDeps {
  version: string;
  rateLimits: RateLimits;
  /** Files that can be imported, by name. */
  formats: readonly string[];
  deprecations: readonly Deprecation[];
  isOn(flag: string, account?: string): boolean | Promise<boolean>;
  now(): number;
}

/** Who asks what there is. */
export interface Asking {
  /** Without one a flag is on only if it is on for all. */
  account?: string;
  /** The value of `X-Client-Version`. */
  clientVersion?: string;
}

/** What the service can do for a caller. */
export async function readCapabilities(
  { account, clientVersion }: Asking,
  { version, rateLimits, formats, deprecations, isOn, now }: CapabilitiesDeps,
): Promise<Capabilities> {
  const features = FLAGS.filter(({ isFeature }) => isFeature).map(
    async ({ name }): Promise<[string, boolean]> => [name, await isOn(name, account)],
  );
  const rates = Object.entries(rateLimits).filter(([, limit]) => limit > 0);
  return {
    version,
    limits: { ...MAX_IMPORT, rates: Object.fromEntries(rates) },
    formats: [...formats],
    features: Object.fromEntries(await Promise.all(features)),
    notices: noticesFor(clientVersion, deprecations, now()),
  };
}
