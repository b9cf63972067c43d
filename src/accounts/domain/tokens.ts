import { SCOPES, type Scope } from "../../../contract/accounts.ts";
import type { Secrets } from "./secrets.ts";
import { formatToken, newToken } from "./token-text.ts";

const DAY_MS = 86_400_000;
/** A token lives for 400 days after its last use: browsers keep a cookie for as long (RFC 6265bis). */
export const TOKEN_LIFETIME_MS = 400 * DAY_MS;
/** The use of a token is written down at most this often. */
export const TOUCH_EVERY_MS = DAY_MS;

/** A token as it is kept. Instants are ms since the epoch. */
export interface StoredToken {
  id: string;
  userId: string;
  hash: string;
  scopes: readonly Scope[];
  createdAt: number;
  usedAt?: number;
  expiresAt: number;
}

/** A token as it is handed out; nothing can show it a second time. */
export interface IssuedToken {
  userId: string;
  token: string;
  scopes: readonly Scope[];
  /** Ms since the epoch. */
  expiresAt: number;
}

/** Makes a token for a user: what he gets, and what is kept of it. */
export async function mintToken(
  { userId, scopes }: { userId: string; scopes: readonly Scope[] },
  deps: { secrets: Secrets; now(): number },
): Promise<{ issued: IssuedToken; stored: StoredToken }> {
  const parts = newToken(deps.secrets);
  const token = formatToken(parts);
  const createdAt = deps.now();
  const expiresAt = createdAt + TOKEN_LIFETIME_MS;
  // In the order of the contract, each once, whatever was asked for.
  const granted = SCOPES.filter((scope) => scopes.includes(scope));
  return {
    issued: { userId, token, scopes: granted, expiresAt },
    stored: {
      id: parts.id,
      userId,
      hash: await deps.secrets.sha256(token),
      scopes: granted,
      createdAt,
      expiresAt,
    },
  };
}
