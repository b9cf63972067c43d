import type { LoadedBook } from "../../../../contract/local-catalogue.ts";
import { DAY_MS } from "../../../platform/time.ts";
import type { BookRecord, StoredBook } from "../book-record.ts";
import { mergeAnswers, mergeStored } from "../merge/merge.ts";

/** A book to write, and the version that it replaces. */
export interface PlannedBook extends BookRecord {
  /** 0 for a book that is not stored. */
  readonly version: number;
}

export interface BatchPlan {
  readonly writes: readonly PlannedBook[];
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
}

/** Whether two values are equal, regardless of the order of their members. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(inOrder(one)) === JSON.stringify(inOrder(other));
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, inOrder(member)]));
}

/**
 * A loaded book is fresh for one to two times this long, so that not all are refreshed at the same
 * time.
 */
const FRESH_MS = 180 * DAY_MS;

/**
 * Plans the writes of a batch of a dump. Each record is merged like a provider's answer from the
 * day on which the record was changed, so a newer answer of the same provider takes precedence,
 * including its blanks. Unchanged books are not written.
 */
export function planBatch(
  books: readonly LoadedBook[],
  stored: ReadonlyMap<string, StoredBook>,
  { now, random }: { now: number; random(): number },
): BatchPlan {
  const writes = new Map<string, PlannedBook>();
  const unchanged = new Set<string>();
  for (const { at, ...book } of books) {
    const incoming = mergeAnswers(book.isbn, [{ provider: "openlibrary", book, fetchedAt: at }]);
    const held = stored.get(book.isbn);
    const before = writes.get(book.isbn)?.book ?? held?.book;
    const merged = before ? mergeStored(before, incoming) : incoming;
    if (before !== undefined && isSame(merged, before)) {
      if (!writes.has(book.isbn)) unchanged.add(book.isbn);
      continue;
    }
    unchanged.delete(book.isbn);
    writes.set(book.isbn, {
      book: merged,
      fetchedAt: Math.max(Date.parse(at), held?.fetchedAt ?? 0),
      freshUntil: Math.max(Math.round(now + FRESH_MS * (1 + random())), held?.freshUntil ?? 0),
      version: held?.version ?? 0,
    });
  }
  const planned = [...writes.values()];
  const created = planned.filter(({ version }) => version === 0).length;
  return { writes: planned, created, updated: planned.length - created, unchanged: unchanged.size };
}
