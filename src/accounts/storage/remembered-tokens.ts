import { LRUCache } from "lru-cache";
import { SECOND_MS } from "../../platform/time.ts";
import type { RememberedToken, VerifyTokenDeps } from "../domain/verify-token.ts";

/** A revocation takes at most this long to reach every isolate. */
const REMEMBERED_MS = 30 * SECOND_MS;
/** About 0.5 KB each. */
const MAX_TOKENS = 10_000;

/** Tokens that this isolate verified in the last 30 s; the least recently used is evicted first. */
export interface RememberedTokens {
  get: VerifyTokenDeps["remembered"]["get"];
  put: VerifyTokenDeps["remembered"]["put"];
  /** Removes the tokens for which `isGone` is true: a revoked token, or all tokens of a deleted user. */
  forget(isGone: (token: RememberedToken) => boolean): void;
}

/** Keyed by hash, so that a memory dump contains no token and lookup timing reveals none. */
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
