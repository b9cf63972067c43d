import type { QuotaName } from "./policy.ts";

/** A network for which accounts and imports are counted. */
export interface Network {
  /** `2001:db8:1::/48`, `2001:db8:1:2::/64` or an IPv4 address. */
  readonly name: string;
  readonly quota: Extract<QuotaName, "accountsPer64" | "accountsPer48" | "accountsPerIpv4">;
}

const IPV6_64 = /^([\da-f]+:[\da-f]+:[\da-f]+):[\da-f]+::\/64$/;
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;

/**
 * The networks of a caller, smallest first. Empty for callers with an unknown address: they share
 * one key, and one of them could use up a daily limit for all.
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
