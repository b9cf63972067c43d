import type { Context } from "hono";
import { addressCaller } from "../../platform/http/caller.ts";
import type { App } from "../../platform/http/context.ts";
import type { PeekableLimiter } from "../domain/limiter.ts";
import { countedFirst } from "./guesses.ts";
import { refuse } from "./rate-limit.ts";

/** Limits failed proofs of identity by address. */
export interface FailedLogins {
  /**
   * Checks a proof. Only failures count.
   * @param check resolves to the proof's result, or to undefined if the proof is refused. An error
   * that it throws does not count as a failure
   * @param wasVerified whether this isolate has verified the proof before; if so, failures of
   * others at the address do not block it
   * @throws DomainError RATE_LIMIT_EXCEEDED for an address with too many failures, before anything
   * is compared
   */
  attempt<Result>(
    c: Context<App>,
    check: () => Promise<Result | undefined>,
    wasVerified?: () => Promise<boolean>,
  ): Promise<Result | undefined>;
}

/**
 * @param limiter counts the failures; if undefined, there is no limit
 * @param of distinguishes the kinds of proof: a failure of one does not count for another. Tokens of the operator and the
 * scraper are counted before they are compared, because few callers have one. Many users may share an address, and each of
 * their tokens is new to an isolate once: those are counted after they have failed
 * @param mayCount waits until a failure of a user that is not on credit may be counted: each address costs a counter
 */
export function failedLogins(
  limiter: PeekableLimiter | undefined,
  {
    of,
    clientIpHeader,
    mayCount,
  }: {
    of: "operator" | "scraper" | "user";
    clientIpHeader: string | undefined;
    mayCount?: () => Promise<void>;
  },
): FailedLogins {
  const tooMany = (c: Context<App>, resetSeconds: number): never =>
    refuse(c, limiter, resetSeconds, "Too many failed logins. Try again later.");
  return {
    async attempt(c, check, wasVerified) {
      if (limiter === undefined) return check();
      const key = `${of} ${addressCaller(c, clientIpHeader).key}`;
      if (of !== "user") {
        if (await wasVerified?.()) return check();
        return countedFirst(limiter, key, check, (seconds) => tooMany(c, seconds));
      }
      const spent = limiter.spent(key);
      if (spent && !(await wasVerified?.())) tooMany(c, spent.resetSeconds);
      const result = await check();
      if (result !== undefined) return result;
      let decision = limiter.tryTake(key);
      if (decision === undefined) {
        await mayCount?.();
        decision = await limiter.take(key);
      }
      if (decision.kind === "refused") tooMany(c, decision.resetSeconds);
      return undefined;
    },
  };
}
