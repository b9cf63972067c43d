import { DAY_MS } from "../../platform/time.ts";
import type { DeskStatus } from "./desk/ports.ts";
import type { Resolution } from "./resolution.ts";

/** Ten per minute are 14,400 per day: a catalogue of 400,000 shelved books is refreshed once within a month. */
export const REFRESHES_A_RUN = 10;
/** Books that went stale earlier than this are refreshed by their next lookup instead. */
const STALE_FOR_MS = 90 * DAY_MS;
/** The other half of a day's quota is reserved for users. */
const MAX_QUOTA = 0.5;

export interface RefreshStaleDeps {
  /** The status of every provider's desk. */
  desks(): Promise<readonly DeskStatus[]>;
  /** ISBN-13s of shelved books that went stale between two instants. */
  stale(span: { from: number; until: number; limit: number }): Promise<readonly string[]>;
  refreshBook(isbn13: string): Promise<Resolution>;
  now(): number;
  random(): number;
}

/**
 * Refreshes a few stale books that are on a user's shelf, if the providers are otherwise idle: no
 * import waits at a desk, every breaker is closed, and less than half of each quota is used. Each
 * run starts at a random instant, so that a book that cannot be refreshed does not block the
 * others.
 * @returns the number of requested refreshes that succeeded
 */
export async function refreshStale(deps: RefreshStaleDeps): Promise<number> {
  const desks = await deps.desks();
  if (!desks.every(isIdle)) return 0;
  const now = deps.now();
  const from = Math.floor(now - deps.random() * STALE_FOR_MS);
  const isbns = await deps.stale({ from, until: now, limit: REFRESHES_A_RUN });
  const settled = await Promise.allSettled(isbns.map((isbn13) => deps.refreshBook(isbn13)));
  return settled.filter(({ status }) => status === "fulfilled").length;
}

function isIdle({ breaker, queued, quota }: DeskStatus): boolean {
  const spent = quota === undefined ? 0 : quota.spent / quota.perDay;
  return breaker === "closed" && queued.import === 0 && spent < MAX_QUOTA;
}
