import { fillEntries } from "../../library/module.ts";
import { d1Errors } from "../../platform/d1/database.ts";
import type { Log } from "../../platform/log.ts";
import { SOURCES, type FeedHead, type Position } from "../domain/position.ts";
import type { FeedDeps, FeedRange } from "../domain/read-feed.ts";
import { FEED_SOURCES, type Source, type SourceRow } from "./feed-sources.ts";

const HEAD = "SELECT seq, changes_from FROM Shelves WHERE user_id = ?1";

const sources: readonly Source[] = SOURCES.map((name) => FEED_SOURCES[name]);

/** All statements, for a test of their query plans. */
export const FEED_STATEMENTS = [HEAD, ...sources.map(({ sql }) => sql)];

/** A row with its source, and the length of its texts in UTF-16 units. */
interface Found {
  position: Position;
  source: Source;
  row: SourceRow;
  size: number;
}

/** The feed of changes in D1. @param log receives every failure */
export function d1Feed(db: D1Database, log: Log): FeedDeps["feed"] {
  const database = d1Errors(log);
  return {
    async head(userId): Promise<FeedHead> {
      const row = await database.read(
        db.prepare(HEAD).bind(userId).first<{ seq: number; changes_from: number }>(),
      );
      return { seq: row?.seq ?? 0, changesFrom: row?.changes_from ?? 0 };
    },
    async read(userId, range, limit, maxSize) {
      // One row more than the limit shows whether there is another page.
      const statements = sources.map((source, index) => {
        const quiet = source.sql.includes("?6") ? [range.quietUntil] : [];
        const values = [...boundOf(source, index, range), range.upTo, limit + 1, ...quiet];
        return db.prepare(source.sql).bind(userId, ...values);
      });
      // Read in one transaction with the rows, because removals may be forgotten between two reads.
      const [head, ...results] = await database.read(
        db.batch<SourceRow>([db.prepare(HEAD).bind(userId), ...statements]),
      );
      const found = sources
        .flatMap((source, index) =>
          (results[index]?.results ?? []).map((row) => foundOf(row, source, index)),
        )
        .sort(inOrder);
      const included = withinSize(found.slice(0, limit), maxSize);
      const long = included.flatMap(({ row, source }) => {
        const id = source.longId(row);
        return id === undefined ? [] : [{ id }];
      });
      const filled = await fillEntries(db, database, userId, long);
      return {
        rows: included.map(({ position, row, source }) => ({
          position,
          item: source.itemOf(row, filled),
        })),
        hasMore: included.length < found.length,
        size: included.reduce((sum, { size }) => sum + size, 0),
        changesFrom: Number(head?.results[0]?.["changes_from"] ?? 0),
      };
    },
  };
}

/**
 * The number and id to read a source after. Of the position's number, the sources before the
 * position's source have no rows left, and those after it have all of theirs.
 */
function boundOf(
  { first, isRemoval }: Source,
  index: number,
  { after, quietUntil }: FeedRange,
): [number, string | number] {
  const seq = index < after.source ? after.seq + 1 : after.seq;
  if (isRemoval && seq <= quietUntil) return [quietUntil + 1, first];
  if (index !== after.source || after.id === "") return [seq, first];
  return [seq, typeof first === "number" ? Number(after.id) : after.id];
}

function foundOf(row: SourceRow, source: Source, index: number): Found {
  let size = 0;
  for (const value of Object.values(row)) if (typeof value === "string") size += value.length;
  if (source.longId(row) !== undefined) size += Number(row["bytes"]);
  const position = { seq: row.written, source: index, id: String(row.id) };
  return { position, source, row, size };
}

function inOrder({ position: one }: Found, { position: other }: Found): number {
  return one.seq - other.seq || one.source - other.source;
}

/**
 * The first rows that fit into the size limit, but at least one, so that reading makes progress.
 */
function withinSize(found: readonly Found[], maxSize: number): Found[] {
  let size = 0;
  const end = found.findIndex((one, index) => {
    size += one.size;
    return index > 0 && size > maxSize;
  });
  return found.slice(0, end === -1 ? found.length : end);
}
