import type { FeedItem } from "../../../contract/sync.ts";
import { dayOf } from "../../quotas/domain/policy.ts";
import {
  endOf,
  isForgotten,
  startOf,
  writeToken,
  type FeedHead,
  type FeedStart,
  type FeedToken,
  type Position,
} from "./position.ts";

/** A row of the feed. */
export interface FeedRow {
  position: Position;
  /** Undefined when the item has changed since the row was found; it then appears later. */
  item: FeedItem | undefined;
}

/** The part of the feed that is left to read. */
export interface FeedRange {
  after: Position;
  /** The last number to read. Rows written while pages are being read have a higher one. */
  upTo: number;
  quietUntil: number;
}

/** Dependencies of the feed. Each may throw DomainError DATABASE_UNAVAILABLE. */
export interface FeedDeps {
  feed: {
    head(userId: string): Promise<FeedHead>;
    /**
     * Reads the next rows in order: at most `limit`, and at most `maxSize` UTF-16 units of text,
     * but at least one if there is any.
     * @returns the rows, the length of their texts in UTF-16 units, whether there are more, and the
     * number up to which removals may have been forgotten when the rows were read
     */
    read(
      userId: string,
      range: FeedRange,
      limit: number,
      maxSize: number,
    ): Promise<{
      rows: readonly FeedRow[];
      hasMore: boolean;
      size: number;
      changesFrom: number;
    }>;
  };
  now(): number;
}

/** A page of the feed. */
export interface FeedPage {
  items: FeedItem[];
  next: string;
  more: boolean;
  seq: number;
}

/**
 * Maximum number of rows per read. Even with long descriptions, a read has at most a few megabytes.
 */
const READ_SIZE = 250;
/** Size of a page's texts, in UTF-16 units, at which it ends. */
const MAX_PAGE_SIZE = 1_000_000;

/** Reads a user's latest number, and the position at which the client continues. */
export async function openFeed(
  { userId, since }: { userId: string; since: string | undefined },
  deps: FeedDeps,
): Promise<{ head: FeedHead; start: FeedStart }> {
  const head = await deps.feed.head(userId);
  return { head, start: startOf({ userId, since }, head, deps.now()) };
}

/**
 * Reads a page of the feed: the items written after the token, each in its current state, in the
 * order of their latest writes. An item that is written while pages are being read moves to the end
 * and appears on a later page, so a client that applies all pages in order has the server's state
 * at the last page.
 * @returns "reset" if removals after the token were forgotten since it was checked
 */
export async function readFeed(
  {
    userId,
    head,
    token,
    limit,
  }: { userId: string; head: FeedHead; token: FeedToken; limit: number },
  deps: FeedDeps,
): Promise<FeedPage | "reset"> {
  const items: FeedItem[] = [];
  let after: Position = token;
  let more = true;
  for (let size = 0; more && items.length < limit;) {
    const range = { after, upTo: head.seq, quietUntil: token.quietUntil };
    const count = Math.min(READ_SIZE, limit - items.length);
    const read = await deps.feed.read(userId, range, count, MAX_PAGE_SIZE - size);
    if (isForgotten(token, read.changesFrom)) return "reset";
    items.push(...read.rows.flatMap(({ item }) => item ?? []));
    size += read.size;
    after = read.rows.at(-1)?.position ?? after;
    more = read.hasMore;
    if (read.rows.length < count) break;
  }
  const position = more ? after : endOf(head.seq);
  const next = writeToken({
    account: token.account,
    seq: position.seq,
    source: position.source,
    id: position.id,
    quietUntil: token.quietUntil,
    day: dayOf(deps.now()),
  });
  return { items, next, more, seq: head.seq };
}
