import type { TokenVerdict } from "./identity.ts";
import type { Identity } from "../../platform/identity.ts";
import { NO_HASH, type Secrets } from "./secrets.ts";
import { parseToken } from "./token-text.ts";
import { TOKEN_LIFETIME_MS, TOUCH_EVERY_MS, type StoredToken } from "./tokens.ts";

/** A verified token as the isolate remembers it. Instants are ms since the epoch. */
export interface RememberedToken {
  identity: Identity;
  usedAt: number | undefined;
  expiresAt: number;
}

/** What verifying a token needs of the world. */
export interface VerifyTokenDeps {
  /** Keyed by the token's hash; an entry is gone 30 s after it was put, however often it was read. */
  remembered: {
    get(hash: string): RememberedToken | undefined;
    put(hash: string, token: RememberedToken): void;
  };
  tokens: {
    /** @throws DomainError DATABASE_UNAVAILABLE */
    find(id: string): Promise<StoredToken | undefined>;
    /** Notes a use and moves the expiry; does nothing to a token that is gone or noted already. Never throws. */
    touch(use: { identity: Identity; usedAt: number; expiresAt: number }): Promise<void>;
  };
  secrets: Secrets;
  /** Runs work after the answer has left. */
  defer(work: Promise<unknown>): void;
  now(): number;
}

/**
 * Finds out whom a token speaks for. One that this isolate verified within 30 s costs no read; its use is written
 * down behind the answer, at most once a day.
 */
export async function verifyToken(text: string, deps: VerifyTokenDeps): Promise<TokenVerdict> {
  const parts = parseToken(text);
  if (!parts) return { kind: "refused" };
  const hash = await deps.secrets.sha256(text);
  const token = deps.remembered.get(hash) ?? (await findToken(parts.id, hash, deps));
  if (!token || token.expiresAt <= deps.now()) return { kind: "refused" };
  noteUse(token, deps);
  return { kind: "valid", identity: token.identity };
}

async function findToken(
  id: string,
  hash: string,
  deps: VerifyTokenDeps,
): Promise<RememberedToken | undefined> {
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
  if (token.usedAt !== undefined && usedAt - token.usedAt < TOUCH_EVERY_MS) return;
  const expiresAt = usedAt + TOKEN_LIFETIME_MS;
  // What is remembered changes with what is stored, so that the next request does not write again.
  Object.assign(token, { usedAt, expiresAt });
  deps.defer(deps.tokens.touch({ identity: token.identity, usedAt, expiresAt }));
}
