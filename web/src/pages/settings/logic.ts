import type { QuotaUsage, Token } from "../../../../client/src/index.ts";

/** Whether these are the last four characters of a code, in any spelling. */
export const endsWith = (code: string, lastFour: string): boolean =>
  lettersOf(lastFour).length === 4 && lettersOf(code).endsWith(lettersOf(lastFour));

/** A pairing code in two groups, which is easier to type. */
export const inGroups = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`;

/** The URL in the QR code. The pairing code is in the fragment, so that no server sees it. */
export const pairingAddress = (origin: string, code: string): string => `${origin}/pair#${code}`;

/** This device first, then by most recent use. */
export const inOrder = (tokens: readonly Token[]): readonly Token[] =>
  tokens.toSorted(
    (one, other) =>
      Number(other.current) - Number(one.current) ||
      (other.lastUsedAt ?? other.createdAt).localeCompare(one.lastUsedAt ?? one.createdAt),
  );

/** Whether a token has fewer scopes than this app. */
export const isLimited = ({ scopes }: Token): boolean => scopes.length < ALL_SCOPES;

/** The used fraction of a quota, 0 to 1; undefined without a limit. */
export const shareOf = ({ used, limit }: QuotaUsage): number | undefined =>
  limit === null ? undefined : Math.min(1, used / limit);

const lettersOf = (text: string): string => text.toUpperCase().replaceAll(/[^0-9A-Z]/g, "");

/** The number of all scopes. */
const ALL_SCOPES = 3;
