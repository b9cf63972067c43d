import { SYNC_DAYS } from "../../../contract/sync.ts";
import { fnv1a } from "../../platform/fnv1a.ts";
import { dayOf } from "../../quotas/domain/policy.ts";

/**
 * The kinds of rows that the feed is read from, in the order in which rows of one number follow each other. Positions hold
 * the index, so kinds are only appended.
 */
export const SOURCES = ["entry", "removed", "progress", "goal", "setting"] as const;
export type SourceName = (typeof SOURCES)[number];

/** A position in the feed: after the row `id` of a source, among the rows with the number `seq`. */
export interface Position {
  seq: number;
  /** Index in `SOURCES`. */
  source: number;
  id: string;
}

/** How far a client has read the feed. */
export interface FeedToken extends Position {
  /** Identifies the account of the feed. */
  account: string;
  /** Removals up to this number are omitted: they happened before the client began to read. */
  quietUntil: number;
  /** The day on which the token was issued, as the number of days since the epoch. */
  day: number;
}

/** A user's sequence of writes. */
export interface FeedHead {
  /** The number of the latest write. */
  seq: number;
  /** Removals up to this number may be forgotten. */
  changesFrom: number;
}

/** The position to read from, or why the token cannot be used. */
export type FeedStart =
  | { kind: "start"; token: FeedToken }
  | { kind: "unreadable" }
  | { kind: "reset"; reason: "too_old" | "ahead" };

/** An index after all sources. */
const END = 99;

/** The position after all rows up to a number. */
export const endOf = (seq: number): Position => ({ seq, source: END, id: "" });

const TOKEN =
  /^c2\.([\da-z]{1,7})\.(\d{1,15})\.(0\.\d{0,15}|[1-9]\d?\.[\w-]{0,100})\.(\d{1,15})\.(\d{1,6})$/;

/** The text of a token, which clients send back unchanged. */
export function writeToken({ account, seq, source, id, quietUntil, day }: FeedToken): string {
  return `c2.${account}.${seq}.${source}.${id}.${quietUntil}.${day}`;
}

/**
 * Distinguishes the tokens of accounts. A token grants no access: this guards against mistakes, not
 * attacks.
 */
export const accountMark = (userId: string): string => fnv1a(userId).toString(36);

function readToken(text: string): FeedToken | undefined {
  const [, account, seq, place, quietUntil, day] = TOKEN.exec(text) ?? [];
  if (account === undefined || place === undefined) return undefined;
  const [source, id = ""] = place.split(".");
  return {
    account,
    seq: Number(seq),
    source: Number(source),
    id,
    quietUntil: Number(quietUntil),
    day: Number(day),
  };
}

/**
 * The position at which a client continues. A token of another account's feed is invalid. A client
 * that has read up to a number needs every later removal, so its token expires when removals after
 * that number may have been forgotten. It also expires when the number is ahead of the latest
 * write, because the database was then restored to an earlier state.
 * @param reader.since the client's token; undefined to start from the beginning
 * @param now ms since the epoch
 */
export function startOf(
  { userId, since }: { userId: string; since: string | undefined },
  head: FeedHead,
  now: number,
): FeedStart {
  const day = dayOf(now);
  const account = accountMark(userId);
  if (since === undefined) {
    const token = { account, seq: 0, source: 0, id: "", quietUntil: head.seq, day };
    return { kind: "start", token };
  }
  const token = readToken(since);
  if (token?.account !== account) return { kind: "unreadable" };
  if (seenBy(token) > head.seq) return { kind: "reset", reason: "ahead" };
  const isTooOld = isForgotten(token, head.changesFrom) || token.day < day - SYNC_DAYS;
  return isTooOld ? { kind: "reset", reason: "too_old" } : { kind: "start", token };
}

/** Whether removals that the client has not read may be forgotten. */
export function isForgotten(token: FeedToken, changesFrom: number): boolean {
  return seenBy(token) < changesFrom;
}

/** The number up to which the client has read, or does not need, every removal. */
const seenBy = ({ seq, quietUntil }: FeedToken): number => Math.max(seq, quietUntil);
