import { SCOPES, type Scope } from "../../../contract/accounts.ts";
import { defined } from "../../platform/defined.ts";
import { DAY_MS } from "../../platform/time.ts";
import type { Secrets } from "./secrets.ts";
import { formatToken, newToken } from "./token-text.ts";

/** A token expires 400 days after its last use, the maximum age of a browser cookie (RFC 6265bis). */
export const TOKEN_LIFETIME_MS = 400 * DAY_MS;
/** The start of the UTC day of an instant. A use is recorded once per day. */
export const dayOf = (instant: number): number => instant - (instant % DAY_MS);

/** A token as it is stored. Instants are ms since the epoch. */
export interface StoredToken {
  id: string;
  userId: string;
  hash: string;
  /** The user's name for the device. */
  name?: string;
  scopes: readonly Scope[];
  createdAt: number;
  usedAt?: number;
  expiresAt: number;
}

/** A token as it is issued. It is shown only once. */
export interface IssuedToken {
  userId: string;
  token: string;
  scopes: readonly Scope[];
  /** Ms since the epoch. */
  expiresAt: number;
}

/** Creates a token for a user: `issued` is sent to the user, `stored` goes to the database. */
export async function mintToken(
  { userId, scopes, name }: { userId: string; scopes: readonly Scope[]; name?: string | undefined },
  deps: { secrets: Secrets; now(): number },
): Promise<{ issued: IssuedToken; stored: StoredToken }> {
  const parts = newToken(deps.secrets);
  const token = formatToken(parts);
  const createdAt = deps.now();
  const expiresAt = createdAt + TOKEN_LIFETIME_MS;
  // In the order of the contract and without duplicates.
  const granted = SCOPES.filter((scope) => scopes.includes(scope));
  return {
    issued: { userId, token, scopes: granted, expiresAt },
    stored: {
      id: parts.id,
      userId,
      hash: await deps.secrets.sha256(token),
      ...defined({ name }),
      scopes: granted,
      createdAt,
      expiresAt,
    },
  };
}
