import { isAhead, SECOND_MS } from "./time.ts";

/** Work in the background makes way for users for this long after the response to a request of theirs. */
const RECENT_MS = 10 * SECOND_MS;

/** Whether this isolate is serving users, so that work in the background, which shares its thread, can make way. */
export interface Activity {
  /** Records a response that a user has waited for. */
  served(): void;
  /** Whether such a response was given within the last ten seconds. */
  isServing(): boolean;
}

/** The activity of one isolate. @param now ms since the epoch */
export function isolateActivity(now: () => number): Activity {
  let until = 0;
  return {
    served() {
      until = now() + RECENT_MS;
    },
    isServing: () => isAhead(until, RECENT_MS, now()),
  };
}
