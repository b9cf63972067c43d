import { MAX_BULK_ENTRIES, type BulkChangeResult } from "../../../contract/bulk.ts";
import type { GuardedProgress } from "../../idempotency/domain/once.ts";
import { defined } from "../../platform/defined.ts";
import { dayIn } from "../../platform/time-zone.ts";
import { MAX_TAGS } from "../../../contract/library-fields.ts";
import {
  nextVersion,
  withMove,
  type Entry,
  type EntryChange,
  type Place,
  type StoredEntry,
} from "./entry.ts";
import type { EntryRemoval, EntryWrite } from "./entry-write.ts";
import { BY_HAND, written } from "./field-writes.ts";
import { isSameEntry } from "./merge-entry.ts";
import { shelfKeys } from "./shelf-keys.ts";
import type { ShelfFilter } from "./shelf-query.ts";
import { foldTag, normaliseTags } from "./tags.ts";

/** What to do with each entry: change it, or move it to the trash. */
export interface BulkEdit {
  change: EntryChange;
  addTags: readonly string[];
  removeTags: readonly string[];
  isDelete: boolean;
}

/**
 * Progress of a bulk request. It is stored with every batch, so that another attempt resumes there.
 */
export interface BulkProgress {
  /** The entries that have not been processed yet. */
  left: string[];
  results: BulkChangeResult[];
  remaining: number;
}

/** An entry with its book as it was read. */
export type ReadPlace = Place & { entry: StoredEntry };

/** The writes of one batch. */
export interface BulkBatch {
  userId: string;
  /** The versions of the entries that the batch writes. */
  read: readonly { isbn: string; version: number }[];
  writes: readonly EntryWrite[];
  removed: readonly EntryRemoval[];
  /** ms since the epoch. */
  at: number;
  progress?: GuardedProgress | undefined;
}

/** Ports of `changeMany`. Each may throw DomainError DATABASE_UNAVAILABLE. */
export interface BulkChangeDeps {
  many: {
    /**
     * Entries that match a filter and that the edit would change, in a fixed order, and their total
     * number.
     */
    select(
      userId: string,
      filter: ShelfFilter,
      edit: BulkEdit,
      limit: number,
    ): Promise<{ isbns: string[]; total: number }>;
    /** Reads the entries of the first ids that fit into one batch; at least one id. */
    read(
      userId: string,
      isbns: readonly string[],
    ): Promise<{ taken: number; places: ReadonlyMap<string, ReadPlace> }>;
    /** Writes a batch. Returns false if an entry has changed since it was read, or the user is deleted. */
    write(batch: BulkBatch): Promise<boolean>;
  };
  now(): number;
}

/** Starts a request for the entries that match a filter. */
export async function matchedProgress(
  input: { userId: string; filter: ShelfFilter; edit: BulkEdit },
  { many }: Pick<BulkChangeDeps, "many">,
): Promise<BulkProgress> {
  const { userId, filter, edit } = input;
  const { isbns, total } = await many.select(userId, filter, edit, MAX_BULK_ENTRIES);
  return { left: isbns, results: [], remaining: total - isbns.length };
}

/** Maximum attempts at a batch that loses to concurrent writes. */
const MAX_ATTEMPTS = 20;

/**
 * Changes or deletes many entries, in batches of bounded size. Each entry has its own outcome. An
 * entry that already matches the edit is not written, so that a repeated request changes nothing
 * twice.
 * @param input.progress where an earlier attempt of the request has stopped
 * @param input.keepProgress builds the progress record that is stored with a batch
 */
export async function changeMany(
  input: {
    userId: string;
    edit: BulkEdit;
    progress: BulkProgress;
    keepProgress(progress: BulkProgress): GuardedProgress | undefined;
  },
  deps: BulkChangeDeps,
): Promise<BulkProgress> {
  let { progress } = input;
  for (let attempt = 0; progress.left.length > 0; attempt += 1) {
    const { taken, places } = await deps.many.read(input.userId, progress.left);
    const isbns = progress.left.slice(0, taken);
    const plan = planBatch(isbns, places, input.edit, deps.now());
    const isLost = attempt >= MAX_ATTEMPTS;
    const next: BulkProgress = {
      ...progress,
      left: progress.left.slice(taken),
      results: [...progress.results, ...(isLost ? isbns.map(lost) : plan.results)],
    };
    const isWritten =
      isLost ||
      plan.read.length === 0 ||
      (await deps.many.write({
        userId: input.userId,
        ...plan,
        at: deps.now(),
        progress: input.keepProgress(next),
      }));
    if (!isWritten) continue;
    progress = next;
    attempt = -1;
  }
  return progress;
}

const lost = (isbn: string): BulkChangeResult => ({
  isbn,
  outcome: "refused",
  problem: {
    code: "CONFLICT",
    detail: "Too many concurrent requests are changing this book. Try again.",
  },
});

type Plan = Pick<BulkBatch, "read" | "writes" | "removed"> & { results: BulkChangeResult[] };

/** Plans the writes of one batch. Every id has a result. @param now ms since the epoch */
function planBatch(
  isbns: readonly string[],
  places: ReadonlyMap<string, ReadPlace>,
  edit: BulkEdit,
  now: number,
): Plan {
  const writes: EntryWrite[] = [];
  const removed: EntryRemoval[] = [];
  const results = isbns.map((isbn): BulkChangeResult => {
    const place = places.get(isbn);
    if (!place) return { isbn, outcome: "notFound" };
    if (edit.isDelete) {
      removed.push(removalOf(place));
      return { isbn, outcome: "deleted" };
    }
    const entry = edited(place, edit, now);
    if (entry.tags.length > MAX_TAGS) return { isbn, ...TOO_MANY_TAGS };
    if (isSameEntry(place.entry, entry)) return { isbn, outcome: "unchanged" };
    writes.push(writeOf(place, entry, now));
    return { isbn, outcome: "changed" };
  });
  const read = [...writes.map(({ entry }) => entry.isbn), ...removed.map(({ isbn }) => isbn)].map(
    (isbn) => ({ isbn, version: places.get(isbn)?.entry.version ?? 0 }),
  );
  return { results, writes, removed, read };
}

const TOO_MANY_TAGS = {
  outcome: "refused" as const,
  problem: { code: "INVALID_REQUEST", detail: `A book can have at most ${MAX_TAGS} tags.` },
};

function edited(
  { entry, timeZone = "UTC" }: ReadPlace,
  { change, addTags, removeTags }: BulkEdit,
  now: number,
): Entry {
  const moved = withMove(entry, change, Math.floor(now / 1000), dayIn(timeZone, now));
  if (addTags.length + removeTags.length === 0) return moved;
  const without = new Set(removeTags.map(foldTag));
  const kept = moved.tags.filter((tag) => !without.has(foldTag(tag)));
  return { ...moved, tags: normaliseTags([...kept, ...addTags]) };
}

function writeOf(place: ReadPlace, entry: Entry, now: number): EntryWrite {
  const version = nextVersion(place, now);
  const stored = written(entry, place.entry, { writer: BY_HAND, version });
  return {
    entry: stored,
    isNew: false,
    statusBefore: place.entry.status,
    ...(place.stored?.isKept === false ? { isUnkept: true } : {}),
    wasRemoved: false,
    hasOwn: place.own !== undefined,
    keys: shelfKeys(stored, place),
    bookVersion: place.bookVersion,
  };
}

function removalOf({ entry, own, latest, stored }: ReadPlace): EntryRemoval {
  const { isbn, version, status } = entry;
  return {
    isbn,
    version,
    ...defined({ status }),
    ...(stored?.isKept === false ? { isUnkept: true } : {}),
    image: JSON.stringify({ entry, own, latest }),
  };
}
