import type { Capabilities } from "../../../contract/capabilities.ts";
import { MAX_IMPORT } from "../../../contract/imports.ts";
import type { RateLimits } from "../limits/policy.ts";
import { FLAGS } from "./flags-table.ts";

export interface CapabilitiesDeps {
  version: string;
  rateLimits: RateLimits;
  /** Files that can be imported, by name. */
  formats: readonly string[];
  isOn(flag: string, account?: string): boolean | Promise<boolean>;
}

/** @param account the caller's account; without one a flag is on only if it is on for all */
export async function readCapabilities(
  account: string | undefined,
  { version, rateLimits, formats, isOn }: CapabilitiesDeps,
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
    notices: [],
  };
}
