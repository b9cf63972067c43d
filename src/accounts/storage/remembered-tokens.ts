import { LRUCache } from "lru-cache";
import { isRecent, SECOND_MS } from "../../platform/time.ts";
import type { RememberedToken, VerifyTokenDeps } from "../domain/verify-token.ts";

/** A revocation takes at most this long to reach every isolate. */
const REMEMBERED_MS = 30 * SECOND_MS;
/** About 0.5 KB each. */
const MAX_TOKENS = 10_000;

/** Tokens that this isolate verified in the last 30 s; the least recently used is evicted first. */
export interface RememberedTokens {
  get: VerifyTokenDeps["remembered"]["get"];
  put: VerifyTokenDeps["remembered"]["put"];
  /** Whether this isolate has ever verified a token and not refused it since. */
  wasVerified(hash: string): boolean;
  /** Called for each refused token. */
  refused(hash: string): void;
  /** Removes the tokens for which `isGone` is true: a revoked token, or all tokens of a deleted user. */
  forget(isGone: (token: RememberedToken) => boolean): void;
}

/** Keyed by hash, so that a memory dump contains no token and lookup timing reveals none. */
export function rememberedTokens(now: () => number): RememberedTokens {
  // Expiry is checked here: the cache's own expiry would keep a token longer if the clock is set
  // back.
  const tokens = new LRUCache<string, { token: RememberedToken; at: number }>({ max: MAX_TOKENS });
  const verified = new LRUCache<string, true>({ max: MAX_TOKENS });
  return {
    wasVerified: (hash) => verified.has(hash),
    refused: (hash) => void verified.delete(hash),
    get(hash) {
      const held = tokens.get(hash);
      return held && isRecent(held.at, REMEMBERED_MS + 1, now()) ? held.token : undefined;
    },
    put(hash, token) {
      tokens.set(hash, { token, at: now() });
      verified.set(hash, true);
    },
    forget(isGone) {
      for (const [hash, { token }] of tokens.entries()) if (isGone(token)) tokens.delete(hash);
    },
  };
}
