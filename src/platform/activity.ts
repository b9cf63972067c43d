import { isAhead, SECOND_MS } from "./time.ts";

/** How long background work yields to users after a response to one of them. */
const RECENT_MS = 10 * SECOND_MS;

/**
 * Tells whether this isolate is serving users, so that background work on the same thread can yield
 * to them.
 */
export interface Activity {
  /**
   * Records a response that a user waited for.
   * @param account of the user, if the request has one
   */
  served(account?: string): void;
  /**
   * Whether a user got a response within the last ten seconds.
   * @param except the account to ignore
   */
  isServing(except?: string): boolean;
}

/** The activity of one isolate. @param now ms since the epoch */
export function isolateActivity(now: () => number): Activity {
  let [latest, until] = [undefined as string | undefined, 0];
  // The latest response to anyone but `latest`.
  let [other, otherUntil] = [undefined as string | undefined, 0];
  return {
    served(account) {
      if (account !== latest) [other, otherUntil] = [latest, until];
      [latest, until] = [account, now() + RECENT_MS];
    },
    isServing(except) {
      const counts = (account: string | undefined): boolean =>
        account === undefined || account !== except;
      return (
        (counts(latest) && isAhead(until, RECENT_MS, now())) ||
        (counts(other) && isAhead(otherUntil, RECENT_MS, now()))
      );
    },
  };
}
