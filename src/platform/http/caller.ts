import { LOCAL_CALLER, type Caller, type IdentifiedCaller } from "../identity.ts";
import type { Context } from "hono";

/** The longest spelling of an address: IPv6 with an IPv4 suffix. */
const MAX_ADDRESS_LENGTH = 45;

const OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);
const IPV6_GROUP = /^[\da-f]{1,4}$/i;
const IPV6_GROUPS = 8;

/** The caller of an authenticated request. */
export function userCaller(userId: string): IdentifiedCaller {
  return { key: `user:${userId}`, account: true, userId };
}

/**
 * The caller identified by address, on routes that ignore tokens. The header is used only if a
 * trusted proxy sets it, because any client can send any header. `request.cf` can be forged in the
 * same way and is not used.
 * @param header the header with the client's address; undefined when no proxy sets one
 */
export const addressCaller = (c: Context, header: string | undefined): Caller =>
  callerOfHeaders(c.req.raw.headers, header);

/** `addressCaller` for a request outside of the router. */
export function callerOfHeaders(headers: Headers, header: string | undefined): Caller {
  const address = header === undefined ? undefined : (headers.get(header) ?? undefined);
  return { key: addressKey(address), account: false };
}

/**
 * The rate-limit key of an address. IPv4 is used verbatim, including an IPv4-mapped IPv6 address.
 * IPv6 is reduced to its /64, because one subscriber owns the whole /64. In a list the last entry
 * counts: our own proxy wrote it, and the others are unverified. Text that is not an address yields
 * `local`.
 */
export function addressKey(text: string | undefined): string {
  if (text === undefined) return LOCAL_CALLER;
  const address = text.slice(text.lastIndexOf(",") + 1).trim();
  if (IPV4.test(address)) return address;
  const groups = address.length <= MAX_ADDRESS_LENGTH ? ipv6Groups(address) : undefined;
  if (groups === undefined) return LOCAL_CALLER;
  return mappedIpv4(groups) ?? `${groups.slice(0, 4).map(hex).join(":")}::/64`;
}

const hex = (group: number): string => group.toString(16);

/** The eight 16-bit groups of an IPv6 address (RFC 4291 2.2). */
function ipv6Groups(address: string): number[] | undefined {
  const [before, after, more] = address.split("::");
  const head = parseGroups(before ?? "", after === undefined);
  const tail = parseGroups(after ?? "", true);
  if (head === undefined || tail === undefined || more !== undefined) return undefined;
  const missing = IPV6_GROUPS - head.length - tail.length;
  // `::` replaces at least one group.
  if (after === undefined ? missing !== 0 : missing < 1) return undefined;
  return [...head, ...Array<number>(missing).fill(0), ...tail];
}

/** @param last whether `text` is the end of the address, where two groups may be written as IPv4 */
function parseGroups(text: string, last: boolean): number[] | undefined {
  if (text === "") return [];
  const parts = text.split(":");
  const groups: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (IPV6_GROUP.test(part)) groups.push(Number.parseInt(part, 16));
    else if (last && index === parts.length - 1 && IPV4.test(part)) {
      const [a = 0, b = 0, c = 0, d = 0] = part.split(".").map(Number);
      groups.push(a * 256 + b, c * 256 + d);
    } else return undefined;
  }
  return groups;
}

/** The IPv4 address inside `::ffff:0:0/96`. */
function mappedIpv4(groups: readonly number[]): string | undefined {
  const isMapped = groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0);
  if (!isMapped) return undefined;
  return groups
    .slice(6)
    .flatMap((group) => [group >> 8, group & 0xff])
    .join(".");
}
