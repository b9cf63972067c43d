import { LRUCache } from "lru-cache";
import type { RememberedToken, VerifyTokenDeps } from "../domain/verify-token.ts";

/** A revocation takes at most this long to reach every isolate. */
const REMEMBERED_MS = 30_000;
/** About 0.5 KB each. */
const MAX_TOKENS = 10_000;

/** Tokens that this isolate verified within 30 s, least recently used out first. */
export interface RememberedTokens {
  get: VerifyTokenDeps["remembered"]["get"];
  put: VerifyTokenDeps["remembered"]["put"];
  /** Forgets the tokens of which `isGone` says so: one that was revoked, all of a user who was deleted. */
  forget(isGone: (token: RememberedToken) => boolean): void;
}

/** Keyed by hash, so that a dump of the isolate's memory holds no token, and looking one up betrays none. */
export function rememberedTokens(now: () => number): RememberedTokens {
  const tokens = new LRUCache<string, RememberedToken>({
    max: MAX_TOKENS,
    ttl: REMEMBERED_MS,
    ttlResolution: 0,
    perf: { now },
  });
  return {
    get: (hash) => tokens.get(hash),
    put: (hash, token) => void tokens.set(hash, token),
    forget(isGone) {
      for (const [hash, token] of tokens.entries()) if (isGone(token)) tokens.delete(hash);
    },
  };
}
