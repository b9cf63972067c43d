import type { ImportEnrichment, ImportMode, RowOutcome } from "../../../../contract/imports.ts";
import type { Status } from "../../../../contract/library-fields.ts";
import type { OwnBook } from "../../../../contract/library.ts";
import { nextVersion, type StoredEntry } from "../../../library/domain/entry.ts";
import { isSameEntry } from "../../../library/domain/merge-entry.ts";
import { shelfKeys, type KnownBook, type ShelfKeys } from "../../../library/domain/shelf-keys.ts";
import { written } from "../../../library/domain/field-writes.ts";
import { mergeRow } from "./merge-row.ts";
import { sameDescription, withFileDescription } from "./own-words.ts";
import type { Reason } from "./reasons.ts";
import type { ParsedRow } from "./row.ts";

/** A stored row that is due for shelving. */
export interface StagedRow {
  row: number;
  verdict: "shelve" | "match" | "invalid";
  /** ISBN-13 or `local-...`, for verdict `shelve`. */
  isbn?: string;
  /** Key that a row with verdict `match` would get as a book without an ISBN; absent when it has no title. */
  localId?: string;
  rowHash: string;
  /** Key by which a row with verdict `match` is recognised in a later file. */
  sourceKey?: string;
  title?: string;
  parsed: ParsedRow;
  /** The item of the same row in the review queue: of the same cells, or with its source key from an earlier import. */
  review?: {
    isOpen: boolean;
    /** Whether this job queued it. */
    isOurs: boolean;
    /** Whether the providers have been asked about it. */
    hasCandidates: boolean;
  };
}

/** The state of one place on the shelf, which may be empty. */
export interface ImportPlace {
  entry?: StoredEntry;
  own?: OwnBook;
  /** The book in the catalogue. */
  book?: KnownBook;
  /** 0 when the catalogue does not have the book. */
  bookVersion: number;
  /** The version of an entry that was removed from this place, while its tombstone is kept. */
  removedVersion?: number;
  /** Whether another release wrote the entry last. */
  isUnkept?: boolean;
  /** An earlier row of the job has already counted the book for enrichment. */
  isCounted: boolean;
  /** A later row of the job, outside this step, refers to the same book. */
  recurs: boolean;
  /** The number of rows of the job that refer to the same book and have an outcome; 0 if absent. */
  earlierRows?: number;
}

/** How to shelve the rows. */
export interface ShelvingOptions {
  jobId: string;
  /** The format of the file, which is noted as the writer of the fields. */
  format: string;
  mode: ImportMode;
  dryRun: boolean;
  enrich: boolean;
  /** Whether the user has requested a retry of the job. */
  isRetry: boolean;
  /** ms since the epoch. */
  now: number;
}

/** An entry and the user's own description at one moment. Undo restores it; later steps of a preview continue from it. */
export interface EntryImage {
  entry: StoredEntry;
  own?: OwnBook;
}

export type EnrichmentState = keyof ImportEnrichment;

/** The result of shelving one row. */
export interface ShelvedRow {
  row: number;
  outcome: Exclude<RowOutcome, "notProcessed">;
  /** Key of the book that the row was shelved as. */
  isbn?: string;
  /** Why the row was refused, if that was not already known from the file. */
  reason?: Reason;
  /** Values of the row that were not used, beside the notes of the file. */
  notes?: readonly Reason[];
  /** Set on the first row of a step that is queued for review under this source key. */
  queuedAs?: string;
  /** Set on the first row of a book. */
  enrichment?: EnrichmentState;
  /** Set on the first row that changes an entry in this step. `before` is absent when the entry is new. */
  written?: { version: number; before?: EntryImage };
  /** Preview only: the state from which later rows of the book continue. */
  after?: EntryImage;
}

/** An insert or update of an entry. */
export interface EntryWrite {
  /** Includes the version after the write. */
  entry: StoredEntry;
  isNew: boolean;
  /** The status before the write; undefined for an entry without a status and for a new one. */
  statusBefore: Status | undefined;
  /** Whether another release wrote the entry last, which does not count entries. */
  isUnkept?: boolean;
  /** Whether an earlier entry was removed from this place and its tombstone is kept. */
  wasRemoved: boolean;
  /** Whether the user's own description exists after the write. */
  hasOwn: boolean;
  /** The user's own description to write; `null` deletes it, absent leaves it unchanged. */
  own?: OwnBook | null;
  keys: ShelfKeys;
  bookVersion: number;
}

/** All writes of one step. */
export interface ShelvingPlan {
  rows: ShelvedRow[];
  writes: EntryWrite[];
  /** Numbers of the rows to add to the review queue. */
  reviews: number[];
  outcomes: Record<ShelvedRow["outcome"], number>;
  enrichment: Record<EnrichmentState, number>;
}

/** An entry while the rows of its book are folded onto it. */
interface Folding {
  place: ImportPlace;
  /** As it is written, if it is. */
  entry: StoredEntry | undefined;
  own: OwnBook | undefined;
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
  const [asked, queued] = [new Set<string>(), new Set<string>()];
  const reviews: number[] = [];
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
    const own = isOwn ? withFileDescription(before.own, row.parsed.book, options.mode) : before.own;
    const isNew = before.entry === undefined;
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
    const version = nextVersion(place, options.now);
    const writer = { writer: options.format, place: before.rows, version };
    folds.set(isbn, {
      place,
      entry: isChanged ? written(entry, before.entry, writer) : before.entry,
      own,
      first,
      last: result,
      rows: before.rows + 1,
      isWritten: before.isWritten || isChanged,
    });
    return result;
  };

  const wait = (row: StagedRow): ShelvedRow => {
    const { review, rowHash, sourceKey } = row;
    const isKeyed = !review && sourceKey !== undefined && !queued.has(sourceKey);
    if (!review) reviews.push(row.row);
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
    };
  };

  const rows = staged.map((row): ShelvedRow => {
    if (row.verdict === "invalid") return { row: row.row, outcome: "invalid" };
    if (row.verdict === "shelve" && row.isbn !== undefined) return fold(row, row.isbn);
    if (row.review && !row.review.isOpen) return { row: row.row, outcome: "unchanged" };
    const { localId } = row;
    const isOnShelf = (folds.get(localId ?? "") ?? places.get(localId ?? ""))?.entry !== undefined;
    return localId !== undefined && isOnShelf ? fold(row, localId) : wait(row);
  });

  const writes = [...folds].flatMap(([isbn, folding]) => finish(isbn, folding, options));
  return { rows, writes, reviews: options.dryRun ? [] : reviews, ...tallyOf(rows) };
}

/** Plans the rejection of a row that cannot be stored. */
export function refuseRow({ row }: StagedRow, reason: Reason): ShelvingPlan {
  const rows: ShelvedRow[] = [{ row, outcome: "invalid", reason }];
  return { rows, writes: [], reviews: [], ...tallyOf(rows) };
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

function imageOf(entry: StoredEntry, own: OwnBook | undefined): EntryImage {
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

/** Whether the row has something to search the providers for. */
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
