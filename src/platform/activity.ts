import { isAhead, SECOND_MS } from "./time.ts";

/** Work in the background makes way for users for this long after the response to a request of theirs. */
const RECENT_MS = 10 * SECOND_MS;

/** Whether this isolate is serving users, so that work in the background, which shares its thread, can make way. */
export interface Activity {
  /** Records a response that a user has waited for. @param account of the user, if the request has one */
  served(account?: string): void;
  /** Whether such a response was given within the last ten seconds. @param except an account whose own responses do not count */
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
