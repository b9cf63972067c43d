import type { QuotaUsage, Token } from "../../../../client/src/index.ts";

/** Whether these are the last four characters of a code, however they are typed. */
export const endsWith = (code: string, lastFour: string): boolean =>
  lettersOf(lastFour).length === 4 && lettersOf(code).endsWith(lettersOf(lastFour));

/** A pairing code in two groups, which are easier to type. */
export const inGroups = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`;

/** The address that the QR code holds. The code is behind the #, so that no server sees it in an address. */
export const pairingAddress = (origin: string, code: string): string => `${origin}/pair#${code}`;

/** This device first, then those that were used last. */
export const inOrder = (tokens: readonly Token[]): readonly Token[] =>
  tokens.toSorted(
    (one, other) =>
      Number(other.current) - Number(one.current) ||
      (other.lastUsedAt ?? other.createdAt).localeCompare(one.lastUsedAt ?? one.createdAt),
  );

/** Whether a token may do less than this app. */
export const isLimited = ({ scopes }: Token): boolean => scopes.length < ALL_SCOPES;

/** The part of a quota that is used, 0 to 1; undefined without a limit. */
export const shareOf = ({ used, limit }: QuotaUsage): number | undefined =>
  limit === null ? undefined : Math.min(1, used / limit);

const lettersOf = (text: string): string => text.toUpperCase().replaceAll(/[^0-9A-Z]/g, "");

/** Reading, writing, imports. */
const ALL_SCOPES = 3;
