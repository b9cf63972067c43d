import { defined } from "../../../platform/defined.ts";
import {
  nextVersion,
  type Entry,
  type EntryImage,
  type StoredEntry,
} from "../../../library/domain/entry.ts";
import type { EntryWrite } from "../../../library/domain/entry-write.ts";
import { isSameEntry } from "../../../library/domain/merge-entry.ts";
import type { BookWords } from "../../../library/domain/own-book.ts";
import { shelfKeys } from "../../../library/domain/shelf-keys.ts";
import { withIds, written } from "../../../library/domain/field-writes.ts";
import { mergeRow } from "./merge-row.ts";
import { sameDescription, withFileDescription } from "./own-words.ts";
import { reason, type Reason } from "./reasons.ts";
import { AccountLines } from "./plan-account-lines.ts";
import { NO_ACCOUNT } from "./account-line.ts";
import { withProgress } from "./progress-line.ts";
import type { ExportedOrigin, ParsedRow } from "./row.ts";
import { RefreshedItems } from "./refreshed-items.ts";
import type { ImportPlace, StagedRow } from "./shelf-state.ts";
import type {
  EnrichmentState,
  ShelvedRow,
  ShelvingOptions,
  ShelvingPlan,
} from "./shelving-plan.ts";

/** An entry while the rows of its book are folded onto it. */
interface Folding {
  place: ImportPlace;
  /** The entry to write, if it changes. */
  entry: StoredEntry | undefined;
  own: BookWords | undefined;
  first: ShelvedRow;
  last: ShelvedRow;
  /** The number of rows of the book so far, including those of earlier steps. */
  rows: number;
  isWritten: boolean;
}

const EMPTY_PLACE: ImportPlace = { bookVersion: 0, isCounted: false, recurs: false };

/**
 * Plans the shelving of rows in file order. All rows of one book fold onto its entry, with the same result wherever a step
 * ends. A row that adds nothing new writes nothing.
 * @param places by ISBN-13 or `local-...`; a missing key is an empty place
 */
export function shelveRows(
  staged: readonly StagedRow[],
  places: ReadonlyMap<string, ImportPlace>,
  options: ShelvingOptions,
): ShelvingPlan {
  const folds = new Map<string, Folding>();
  const [asked, queued, waiting] = [new Set<string>(), new Set<string>(), new Set<string>()];
  let created = 0;
  const reviews: number[] = [];
  const resolved: ShelvingPlan["resolved"] = [];
  const refreshed = new RefreshedItems(options.format);
  const fold = (row: StagedRow, isbn: string): ShelvedRow => {
    const place = folds.get(isbn)?.place ?? places.get(isbn) ?? EMPTY_PLACE;
    const before = folds.get(isbn) ?? {
      ...place,
      isWritten: false,
      first: undefined,
      rows: place.earlierRows ?? 0,
    };
    const { entry, notes, isReattributed } = mergeRow(before.entry, isbn, row.parsed, {
      ...options,
      place: before.rows,
    });
    // If the catalogue has the book, the file's description is most likely catalogue data and not the user's own.
    const isOwn = !place.book || row.parsed.isOwnWords === true;
    const own = isOwn ? withFileDescription(before.own, row.parsed, options.mode) : before.own;
    const isNew = before.entry === undefined;
    if (isNew && created >= options.room.entries) return refused(row, "SHELF_FULL");
    if (isNew) created += 1;
    const isChanged =
      isNew ||
      isReattributed ||
      !isSameEntry(before.entry ?? entry, entry) ||
      !sameDescription(before.own, own);
    const result: ShelvedRow = {
      row: row.row,
      isbn,
      outcome: isNew ? "created" : isChanged ? "updated" : "unchanged",
      ...(notes.length > 0 ? { notes } : {}),
      ...(before.first || place.isCounted ? {} : enrichmentOf(isbn, place, options)),
    };
    // The image for undo belongs to the first row that changes the entry.
    const first = before.first && before.isWritten ? before.first : result;
    const version = versionAfter(place, row.parsed, options.now);
    const writer = { writer: options.format, place: before.rows, version };
    folds.set(isbn, {
      place,
      entry: isChanged ? storedAs(entry, before.entry, row.parsed.stood, writer) : before.entry,
      own,
      first,
      last: result,
      rows: before.rows + 1,
      isWritten: before.isWritten || isChanged,
    });
    return result;
  };

  const wait = (row: StagedRow): ShelvedRow => {
    const { review, rowHash, sourceKey, textKey } = row;
    refreshed.add(row);
    const isKeyed = !review && sourceKey !== undefined && !queued.has(sourceKey);
    if (!review) {
      // Rows with the same cells share one item.
      const isFull = !waiting.has(rowHash) && waiting.size >= options.room.waitingRows;
      if (isFull) return refused(row, "QUEUE_FULL");
      waiting.add(rowHash);
      reviews.push(row.row);
    }
    if (isKeyed) queued.add(sourceKey);
    const isDue =
      options.enrich &&
      !options.dryRun &&
      canBeMatched(row.parsed) &&
      !asked.has(rowHash) &&
      (!review || options.isRetry || !(review.isOurs || review.hasCandidates));
    asked.add(rowHash);
    return {
      row: row.row,
      outcome: "needsReview",
      ...(isDue ? { enrichment: "pending" } : {}),
      ...(isKeyed && !options.dryRun ? { queuedAs: sourceKey } : {}),
      ...(review || options.dryRun ? {} : defined({ textKey })),
    };
  };

  /** Shelves a row under `isbn` and settles its waiting item. */
  const shelve = (row: StagedRow, isbn: string): ShelvedRow => {
    const shelved = fold(row, isbn);
    const isShelved = shelved.outcome !== "invalid";
    if (isShelved && row.review?.isOpen) resolved.push({ id: row.review.id, isbn });
    return shelved;
  };
  const entryAt = (isbn: string): StoredEntry | undefined =>
    (folds.get(isbn) ?? places.get(isbn))?.entry;
  const isOnShelf = (isbn: string): boolean => entryAt(isbn) !== undefined;
  const isInTrash = (isbn: string | undefined): boolean =>
    isbn !== undefined && places.get(isbn)?.isInTrash === true;

  const account = new AccountLines(options.account ?? NO_ACCOUNT, options);
  const rows = staged.map((row): ShelvedRow => {
    if (row.verdict === "invalid") return { row: row.row, outcome: "invalid" };
    if (row.verdict === "account") return account.plan(row, entryAt);
    if (isInTrash(row.isbn ?? row.review?.shelvedAs ?? row.localId)) return leftInTrash(row);
    if (row.verdict === "shelve" && row.isbn !== undefined) {
      return withProgress(fold(row, row.isbn), row, {
        account,
        entryAt,
        jobId: options.jobId,
      });
    }
    const { review, localId } = row;
    if (review && !review.isOpen) {
      const { shelvedAs } = review;
      // A row that the user dismissed, or shelved and removed, is not queued again.
      if (shelvedAs === undefined || !isOnShelf(shelvedAs)) {
        return { row: row.row, outcome: "unchanged" };
      }
      // The row that `fold` returns gets the image of the entry later.
      return Object.assign(fold(row, shelvedAs), { isSettled: true as const });
    }
    if (localId === undefined) return wait(row);
    const isShelvedAtOnce = options.withoutIsbn === "shelve" && row.isWithoutIsbn === true;
    return isShelvedAtOnce || isOnShelf(localId) ? shelve(row, localId) : wait(row);
  });

  const writes = [...folds].flatMap(([isbn, folding]) => finish(isbn, folding, options));
  const queue = options.dryRun ? NO_QUEUE : { reviews, resolved, refreshed: refreshed.items() };
  const added = { entries: created, waitingRows: waiting.size };
  return { rows, writes, account: account.writes, ...queue, added, ...tallyOf(rows) };
}

/**
 * The version of the next write. A new entry from an archive keeps its version, unless an entry was
 * removed from its place.
 */
function versionAfter(place: ImportPlace, { stood }: ParsedRow, now: number): number {
  if (place.entry !== undefined || stood?.version === undefined) return nextVersion(place, now);
  return Math.max(stood.version, (place.removedVersion ?? 0) + 1);
}

/**
 * The entry as stored. A new entry from an archive keeps its version and the writers of its fields.
 */
function storedAs(
  entry: Entry,
  before: StoredEntry | undefined,
  { version, fieldWrites }: Partial<ExportedOrigin> = {},
  writer: Parameters<typeof written>[2],
): StoredEntry {
  if (before !== undefined || version === undefined) return written(entry, before, writer);
  return {
    ...entry,
    readings: withIds(entry.readings, version),
    version: writer.version,
    ...defined({ fieldWrites }),
  };
}

const NO_QUEUE = { reviews: [], resolved: [], refreshed: [] };

function leftInTrash({ row, isbn }: StagedRow): ShelvedRow {
  return { row, outcome: "unchanged", notes: [reason("IN_TRASH")], ...defined({ isbn }) };
}

function refused({ row }: StagedRow, code: "SHELF_FULL" | "QUEUE_FULL"): ShelvedRow {
  return { row, outcome: "invalid", reason: reason(code) };
}

/** Plans the rejection of a row that cannot be stored. */
export function refuseRow({ row }: StagedRow, why: Reason): ShelvingPlan {
  const rows: ShelvedRow[] = [{ row, outcome: "invalid", reason: why }];
  const added = { entries: 0, waitingRows: 0 };
  return { rows, writes: [], account: [], ...NO_QUEUE, added, ...tallyOf(rows) };
}

/** Sets `written` or `after` on the rows of a folded entry. @returns the write of the entry, if it changed */
function finish(isbn: string, folding: Folding, options: ShelvingOptions): EntryWrite[] {
  const { place, entry, own, first, last, isWritten } = folding;
  if (!isWritten || entry === undefined) return [];
  const isNewDescription = own !== undefined && !sameDescription(place.own, own);
  if (options.dryRun) {
    // `recurs` compares ISBNs, which rows with a local key lack, so their image is always stored.
    if (place.recurs || isbn.startsWith("local-")) last.after = imageOf(entry, own);
    return [];
  }
  first.written = {
    version: entry.version,
    ...(place.entry ? { before: imageOf(place.entry, place.own) } : {}),
  };
  const { book, bookVersion } = place;
  const descriptions = { ...(book ? { book } : {}), ...(own ? { own } : {}) };
  return [
    {
      entry,
      isNew: place.entry === undefined,
      statusBefore: place.entry?.status,
      ...(place.isUnkept ? { isUnkept: true } : {}),
      wasRemoved: place.removedVersion !== undefined,
      hasOwn: own !== undefined,
      ...(isNewDescription ? { own } : {}),
      keys: shelfKeys(entry, descriptions),
      bookVersion,
    },
  ];
}

function imageOf(entry: StoredEntry, own: BookWords | undefined): EntryImage {
  return { entry, ...(own ? { own } : {}) };
}

function enrichmentOf(
  isbn: string,
  place: ImportPlace,
  { enrich, dryRun }: ShelvingOptions,
): { enrichment?: EnrichmentState } {
  if (isbn.startsWith("local-")) return {};
  if (place.bookVersion > 0) return { enrichment: "done" };
  return enrich && !dryRun ? { enrichment: "pending" } : {};
}

/** Whether the row has anything to search the providers for. */
function canBeMatched({ book, identifiers }: ParsedRow): boolean {
  return book.title !== undefined || identifiers.openLibraryEdition !== undefined;
}

function tallyOf(rows: readonly ShelvedRow[]): Pick<ShelvingPlan, "outcomes" | "enrichment"> {
  const outcomes = { created: 0, updated: 0, unchanged: 0, needsReview: 0, invalid: 0 };
  const enrichment = { done: 0, pending: 0, notFound: 0, deferred: 0 };
  for (const row of rows) {
    outcomes[row.outcome] += 1;
    if (row.enrichment) enrichment[row.enrichment] += 1;
  }
  return { outcomes, enrichment };
}
