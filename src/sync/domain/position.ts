import { SYNC_DAYS } from "../../../contract/sync.ts";
import { fnv1a } from "../../platform/fnv1a.ts";
import { dayOf } from "../../quotas/domain/policy.ts";

/**
 * The kinds of rows that the feed is read from, in the order in which rows of one number follow each other. Positions hold
 * the index, so kinds are only appended.
 */
export const SOURCES = ["entry", "removed", "progress", "goal", "setting"] as const;
export type SourceName = (typeof SOURCES)[number];

/** A place in the feed: after the row `id` of a source, among the rows of the number `seq`. */
export interface Position {
  seq: number;
  /** Index in `SOURCES`. */
  source: number;
  id: string;
}

/** Where a reader of the feed is. */
export interface FeedToken extends Position {
  /** A mark of the account whose feed it is. */
  account: string;
  /** Removals up to this number are left out: they were before the reader began. */
  quietUntil: number;
  /** The day on which the token was issued, as the number of days since the epoch. */
  day: number;
}

/** A user's sequence of writes. */
export interface FeedHead {
  /** The number of the newest write. */
  seq: number;
  /** Removals up to this number may be forgotten. */
  changesFrom: number;
}

/** Where reading starts, or why it cannot. */
export type FeedStart =
  | { kind: "start"; token: FeedToken }
  | { kind: "unreadable" }
  | { kind: "reset"; reason: "too_old" | "ahead" };

/** A source after all others. */
const END = 99;

/** The place after every row up to a number. */
export const endOf = (seq: number): Position => ({ seq, source: END, id: "" });

const TOKEN =
  /^c2\.([\da-z]{1,7})\.(\d{1,15})\.(0\.\d{0,15}|[1-9]\d?\.[\w-]{0,100})\.(\d{1,15})\.(\d{1,6})$/;

/** The text of a token, which clients send back unchanged. */
export function writeToken({ account, seq, source, id, quietUntil, day }: FeedToken): string {
  return `c2.${account}.${seq}.${source}.${id}.${quietUntil}.${day}`;
}

/** Tells the tokens of accounts apart. A token grants nothing: it guards against a mistake, not an attack. */
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
 * Where a reader continues. A token of another account's feed is unreadable. A reader that has seen everything up to a number
 * needs every removal since, so its token is void when removals after that number may be forgotten, and when the number is
 * ahead of the newest write: the database was then restored to an earlier state.
 * @param reader.since the token of the reader; undefined for a reader that begins
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

/** Whether removals that a reader has not seen may be forgotten. */
export function isForgotten(token: FeedToken, changesFrom: number): boolean {
  return seenBy(token) < changesFrom;
}

/** The number up to which a reader has seen, or does not need, every removal. */
const seenBy = ({ seq, quietUntil }: FeedToken): number => Math.max(seq, quietUntil);
