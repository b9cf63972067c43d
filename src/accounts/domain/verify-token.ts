import type { TokenVerdict } from "./identity.ts";
import type { Identity } from "../../platform/identity.ts";
import { NO_HASH, type Secrets } from "./secrets.ts";
import { parseToken } from "./token-text.ts";
import { dayOf, TOKEN_LIFETIME_MS, type StoredToken } from "./tokens.ts";

/** A verified token in the isolate's cache. Instants are ms since the epoch. */
export interface RememberedToken {
  identity: Identity;
  usedAt: number | undefined;
  expiresAt: number;
}

/** Dependencies of `verifyToken`. */
export interface VerifyTokenDeps {
  /** Keyed by the token's hash. An entry expires 30 s after it was put, regardless of reads. */
  remembered: {
    get(hash: string): RememberedToken | undefined;
    put(hash: string, token: RememberedToken): void;
    /** Called for each refused token. */
    refused?(hash: string): void;
  };
  tokens: {
    /** @throws DomainError DATABASE_UNAVAILABLE */
    find(id: string): Promise<StoredToken | undefined>;
    /** Records a use and extends the expiry, unless the token is gone or the use is already recorded. Never throws. */
    touch(use: { identity: Identity; usedAt: number; expiresAt: number }): Promise<void>;
  };
  secrets: Secrets;
  /**
   * Resolves when the stored token may be read: tokens that are new to the isolate are read one
   * after another.
   */
  mayRead(hash: string): Promise<void>;
  /** Runs work after the response has been sent. */
  defer(work: Promise<unknown>): void;
  now(): number;
}

/**
 * Verifies a token. A token that this isolate verified in the last 30 s costs no read. Its use is recorded after the
 * response, at most once a day.
 */
export async function verifyToken(text: string, deps: VerifyTokenDeps): Promise<TokenVerdict> {
  const parts = parseToken(text);
  if (!parts) return { kind: "refused" };
  const hash = await deps.secrets.sha256(text);
  const token = deps.remembered.get(hash) ?? (await findToken(parts.id, hash, deps));
  if (!token || token.expiresAt <= deps.now()) {
    deps.remembered.refused?.(hash);
    return { kind: "refused" };
  }
  noteUse(token, deps);
  return { kind: "valid", identity: token.identity };
}

async function findToken(
  id: string,
  hash: string,
  deps: VerifyTokenDeps,
): Promise<RememberedToken | undefined> {
  await deps.mayRead(hash);
  const stored = await deps.tokens.find(id);
  const matches = deps.secrets.sameHash(stored?.hash ?? NO_HASH, hash);
  if (!stored || !matches) return undefined;
  const token: RememberedToken = {
    identity: { userId: stored.userId, tokenId: stored.id, scopes: stored.scopes },
    usedAt: stored.usedAt,
    expiresAt: stored.expiresAt,
  };
  deps.remembered.put(hash, token);
  return token;
}

function noteUse(token: RememberedToken, deps: VerifyTokenDeps): void {
  const usedAt = deps.now();
  if (token.usedAt !== undefined && token.usedAt >= dayOf(usedAt)) return;
  const expiresAt = usedAt + TOKEN_LIFETIME_MS;
  // The cached token is updated too, so that the next request does not write again.
  Object.assign(token, { usedAt, expiresAt });
  deps.defer(deps.tokens.touch({ identity: token.identity, usedAt, expiresAt }));
}
