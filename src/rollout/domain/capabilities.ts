import type { Capabilities } from "../../../contract/capabilities.ts";
import { MAX_IMPORT, MAX_OWN_IMPORT } from "../../../contract/imports.ts";
import type { SignupMode } from "../../accounts/domain/signup.ts";
import type { Quotas } from "../../quotas/domain/policy.ts";
import type { RateLimits } from "../../rate-limits/domain/policy.ts";
import { noticesFor, type Deprecation } from "./deprecations.ts";
import { FLAGS } from "./flags-table.ts";

export interface CapabilitiesDeps {
  version: string;
  rateLimits: RateLimits;
  quotas: Quotas;
  /** Who may create an account. */
  signup: SignupMode;
  /** Names of the file formats that can be imported. */
  formats: readonly string[];
  deprecations: readonly Deprecation[];
  isOn(flag: string, account?: string): boolean | Promise<boolean>;
  now(): number;
}

/** The properties of the caller that capabilities depend on. */
export interface Asking {
  /** Without an account, a flag is on only if it is on for all callers. */
  account?: string;
  /** The value of `X-Client-Version`. */
  clientVersion?: string;
}

/** The service's capabilities for a caller. */
export async function readCapabilities(
  { account, clientVersion }: Asking,
  { version, rateLimits, quotas, signup, formats, deprecations, isOn, now }: CapabilitiesDeps,
): Promise<Capabilities> {
  const features = FLAGS.filter(({ isFeature }) => isFeature).map(
    async ({ name }): Promise<[string, boolean]> => [name, await isOn(name, account)],
  );
  const rates = Object.entries(rateLimits).filter(([, limit]) => limit > 0);
  const limited = Object.entries(quotas).filter(([, limit]) => limit > 0);
  return {
    version,
    limits: {
      ...MAX_IMPORT,
      ownExports: MAX_OWN_IMPORT,
      rates: Object.fromEntries(rates),
      quotas: Object.fromEntries(limited),
    },
    signup,
    formats: [...formats],
    features: Object.fromEntries(await Promise.all(features)),
    notices: noticesFor(clientVersion, deprecations, now()),
  };
}
