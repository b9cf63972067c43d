import type { QuotaName } from "./policy.ts";

/** A network that accounts and imports are counted by. */
export interface Network {
  /** `2001:db8:1::/48`, `2001:db8:1:2::/64` or an IPv4 address. */
  readonly name: string;
  readonly quota: Extract<QuotaName, "accountsPer64" | "accountsPer48" | "accountsPerIpv4">;
}

const IPV6_64 = /^([\da-f]+:[\da-f]+:[\da-f]+):[\da-f]+::\/64$/;
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;

/**
 * The networks of a caller, smallest first. Empty for callers whose address is unknown: they share one key, and a limit of a
 * day for all of them together would lock all of them out.
 * @param key the rate-limit key of the caller's address: an IPv4 address, an IPv6 /64, or `local`
 */
export function networksOf(key: string): readonly Network[] {
  if (IPV4.test(key)) return [{ name: key, quota: "accountsPerIpv4" }];
  const [, prefix] = IPV6_64.exec(key) ?? [];
  if (prefix === undefined) return [];
  return [
    { name: key, quota: "accountsPer64" },
    { name: `${prefix}::/48`, quota: "accountsPer48" },
  ];
}
