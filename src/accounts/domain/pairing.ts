import type { Scope } from "../../../contract/accounts.ts";
import type { Identity } from "../../platform/identity.ts";
import { MINUTE_MS } from "../../platform/time.ts";
import { base32, type Secrets, typedDigits } from "./secrets.ts";
import type { StoredToken } from "./tokens.ts";

/** 40 bits: enough against 10 guesses per hour and address, for five minutes. */
const CODE_BYTES = 5;
const CODE_DIGITS = 8;
export const PAIRING_LIFETIME_MS = 5 * MINUTE_MS;

/**
 * A pairing code as it is stored. The new token has at most the scopes of the token that created
 * the code.
 */
export interface StoredPairing {
  userId: string;
  /** The token that created the code. Revoking it voids the code. */
  tokenId: string;
  hash: string;
  scopes: readonly Scope[];
  /** Ms since the epoch. */
  expiresAt: number;
}

/** Pairing codes. Each method throws DomainError DATABASE_UNAVAILABLE. */
export interface PairingStore {
  /** Replaces the user's code. @returns false if the token that creates it no longer exists */
  replace(pairing: StoredPairing): Promise<boolean>;
  /** The valid code with this hash. */
  find(hash: string, now: number): Promise<StoredPairing | undefined>;
  /** Exchanges a code for a token, in one transaction. @returns false if it was used, replaced or voided in the meantime */
  redeem(hash: string, token: StoredToken): Promise<boolean>;
}

/** Creates a code for a device of the user. @returns undefined if the account or the token is gone */
export async function createPairing(
  { userId, tokenId, scopes }: Identity,
  deps: { pairings: Pick<PairingStore, "replace">; secrets: Secrets; now(): number },
): Promise<{ code: string; expiresAt: number } | undefined> {
  const code = base32(deps.secrets.randomBytes(CODE_BYTES));
  const expiresAt = deps.now() + PAIRING_LIFETIME_MS;
  const hash = await deps.secrets.sha256(code);
  const isStored = await deps.pairings.replace({ userId, tokenId, hash, scopes, expiresAt });
  return isStored ? { code: code.toUpperCase(), expiresAt } : undefined;
}

/** The hash of a code as a person has typed it; undefined if the text cannot be a code. */
export async function pairingHashOf(
  text: string,
  { sha256 }: Pick<Secrets, "sha256">,
): Promise<string | undefined> {
  const digits = typedDigits(text, CODE_DIGITS);
  return digits === undefined ? undefined : sha256(digits);
}
