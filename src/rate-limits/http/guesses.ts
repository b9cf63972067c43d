import type { Context } from "hono";
import { addressCaller } from "../../platform/http/caller.ts";
import type { App } from "../../platform/http/context.ts";
import { LOCAL_CALLER } from "../../platform/identity.ts";
import type { PeekableLimiter } from "../domain/limiter.ts";
import type { GuessLimiters } from "../domain/limiters.ts";
import { refuse } from "./rate-limit.ts";

/** Limits guesses at a short secret by address, over all isolates. */
export interface LimitedGuesses {
  /**
   * Checks a guess. Only failures count.
   * @param check resolves to the result of a right guess, or to undefined for a wrong one. An error
   * that it throws does not count as a guess
   * @throws DomainError RATE_LIMIT_EXCEEDED for an address with too many wrong guesses, before
   * anything is compared
   */
  attempt<Result>(
    c: Context<App>,
    check: () => Promise<Result | undefined>,
  ): Promise<Result | undefined>;
}

/** The limit on guesses at pairing codes. */
export function limitedGuesses(
  limiters: GuessLimiters,
  clientIpHeader: string | undefined,
): LimitedGuesses {
  return {
    async attempt(c, check) {
      const { key } = addressCaller(c, clientIpHeader);
      const limiter = key === LOCAL_CALLER ? limiters["shared-pairings"] : limiters.pairings;
      return countedFirst(limiter, `pairing ${key}`, check, (seconds) =>
        refuse(c, limiter, seconds, "Too many wrong codes. Try again later."),
      );
    },
  };
}

/**
 * Counts a proof before it is checked, and undoes the count if it is right. Concurrent proofs, in
 * any isolate, therefore cannot exceed the limit together.
 */
export async function countedFirst<Result>(
  limiter: PeekableLimiter,
  key: string,
  check: () => Promise<Result | undefined>,
  tooMany: (resetSeconds: number) => never,
): Promise<Result | undefined> {
  const decision = limiter.tryTake(key) ?? (await limiter.take(key));
  if (decision.kind === "refused") return tooMany(decision.resetSeconds);
  let isWrong = false;
  try {
    const result = await check();
    isWrong = result === undefined;
    return result;
  } finally {
    if (!isWrong && decision.kind === "admitted") limiter.giveBack(key);
  }
}
