import type { ImportEnrichment, ImportMode, RowOutcome } from "../../../../contract/imports.ts";
import type { OwnBook } from "../../../../contract/library.ts";
import {
  emptyEntry,
  nextVersion,
  type Entry,
  type StoredEntry,
} from "../../../library/domain/entry.ts";
import {
  mergeParsed,
  overwriteWithParsed,
  isSameEntry,
} from "../../../library/domain/merge-entry.ts";
import { shelfKeys, type KnownBook, type ShelfKeys } from "../../../library/domain/shelf-keys.ts";
import { sameWords, withFileWords } from "./own-words.ts";
import type { Reason } from "./reasons.ts";
import type { ParsedRow } from "./row.ts";

/** A row as it waits for its turn. */
export interface StagedRow {
  row: number;
  verdict: "shelve" | "match" | "invalid";
  /** ISBN-13 or `local-...` of a row to be shelved. */
  isbn?: string;
  /** What a row to be matched would be called as a book without an ISBN; absent when it has no title. */
  localId?: string;
  rowHash: string;
  title?: string;
  parsed: ParsedRow;
  /** The same row in the review queue. */
  review?: {
    isOpen: boolean;
    /** Whether this job has put it there. */
    isOurs: boolean;
    /** Whether the providers were asked about it. */
    hasCandidates: boolean;
  };
}

/** A place on the shelf, empty or not, as an import sees it. */
export interface ImportPlace {
  entry?: StoredEntry;
  own?: OwnBook;
  /** The catalogue's row. */
  book?: KnownBook;
  /** 0 when the catalogue has none. */
  bookVersion: number;
  /** An earlier row of the job has counted the book among those that are enriched. */
  isCounted: boolean;
  /** A later row of the job, outside of this step, names the book, too. */
  recurs: boolean;
}

/** How the rows are to be taken. */
export interface ShelvingOptions {
  jobId: string;
  mode: ImportMode;
  dryRun: boolean;
  enrich: boolean;
  /** Whether the reader wants everything tried again. */
  isRetry: boolean;
  /** ms since the epoch. */
  now: number;
}

/** An entry and its words at one moment; what undo restores, and what a preview goes on from. */
export interface EntryImage {
  entry: StoredEntry;
  own?: OwnBook;
}

export type EnrichmentState = keyof ImportEnrichment;

/** What became of a row. */
export interface ShelvedRow {
  row: number;
  outcome: Exclude<RowOutcome, "notProcessed">;
  /** The book that it was shelved as. */
  isbn?: string;
  /** Why it was refused, where that is not known from the file. */
  reason?: Reason;
  /** On the first row of a book. */
  enrichment?: EnrichmentState;
  /** On the first row of an entry that this step writes: `before` is absent when there was none. */
  written?: { version: number; before?: EntryImage };
  /** In a preview: what later rows of the book go on from. */
  after?: EntryImage;
}

/** An entry that a step writes, new or not. */
export interface EntryWrite {
  /** With the version that the write gives it. */
  entry: StoredEntry;
  isNew: boolean;
  /** Words to write, or `null` to take them away; absent: they stay as they are. */
  own?: OwnBook | null;
  keys: ShelfKeys;
  bookVersion: number;
}

/** All that one step does. */
export interface ShelvingPlan {
  rows: ShelvedRow[];
  writes: EntryWrite[];
  /** Rows that go to the review queue, by number. */
  reviews: number[];
  outcomes: Record<ShelvedRow["outcome"], number>;
  enrichment: Record<EnrichmentState, number>;
}

/** An entry while rows fold onto it. */
interface Folding {
  place: ImportPlace;
  entry: Entry | undefined;
  own: OwnBook | undefined;
  first: ShelvedRow;
  last: ShelvedRow;
  isWritten: boolean;
}

const EMPTY_PLACE: ImportPlace = { bookVersion: 0, isCounted: false, recurs: false };

/**
 * Shelves rows in file order: the rows of one book fold onto its entry, wherever a step ends. Nothing is written for a
 * row that says nothing new.
 * @param places by ISBN-13 or `local-...`; what is missing is an empty place
 */
export function shelveRows(
  staged: readonly StagedRow[],
  places: ReadonlyMap<string, ImportPlace>,
  options: ShelvingOptions,
): ShelvingPlan {
  const folds = new Map<string, Folding>();
  const asked = new Set<string>();
  const reviews: number[] = [];

  const fold = (row: StagedRow, isbn: string): ShelvedRow => {
    const place = folds.get(isbn)?.place ?? places.get(isbn) ?? EMPTY_PLACE;
    const before = folds.get(isbn) ?? { ...place, isWritten: false, first: undefined };
    const entry = entryWith(before.entry, isbn, row.parsed, options);
    // What a file shows of a book that the catalogue has is most likely no word of the reader's own.
    const saysOwn = !place.book || row.parsed.isOwnWords === true;
    const own = saysOwn ? withFileWords(before.own, row.parsed.book, options.mode) : before.own;
    const isNew = before.entry === undefined;
    const isChanged =
      isNew || !isSameEntry(before.entry ?? entry, entry) || !sameWords(before.own, own);
    const result: ShelvedRow = {
      row: row.row,
      isbn,
      outcome: isNew ? "created" : isChanged ? "updated" : "unchanged",
      ...(before.first || place.isCounted ? {} : enrichmentOf(isbn, place, options)),
    };
    // The image for undo belongs on the first row that writes, and no row before it has changed anything.
    const first = before.first && before.isWritten ? before.first : result;
    folds.set(isbn, {
      place,
      entry: isChanged ? entry : before.entry,
      own,
      first,
      last: result,
      isWritten: before.isWritten || isChanged,
    });
    return result;
  };

  const wait = (row: StagedRow): ShelvedRow => {
    const { review, rowHash } = row;
    if (!review) reviews.push(row.row);
    const isDue =
      options.enrich &&
      !options.dryRun &&
      canBeMatched(row.parsed) &&
      !asked.has(rowHash) &&
      (!review || options.isRetry || !(review.isOurs || review.hasCandidates));
    asked.add(rowHash);
    return { row: row.row, outcome: "needsReview", ...(isDue ? { enrichment: "pending" } : {}) };
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

/** Refuses a row that cannot be stored. */
export function refuseRow({ row }: StagedRow, reason: Reason): ShelvingPlan {
  const rows: ShelvedRow[] = [{ row, outcome: "invalid", reason }];
  return { rows, writes: [], reviews: [], ...tallyOf(rows) };
}

function entryWith(
  before: Entry | undefined,
  isbn: string,
  { entry: parsed, addedAt, stood }: ParsedRow,
  { mode, jobId, now }: ShelvingOptions,
): Entry {
  const at = Math.floor(now / 1000);
  if (before === undefined) {
    const { updatedAt, ...origin } = stood ?? { updatedAt: at, source: jobId };
    const created = { ...emptyEntry(isbn, addedAt ?? at), ...origin };
    return mergeParsed(created, parsed, Math.min(updatedAt, at));
  }
  if (mode === "merge") return mergeParsed(before, parsed, at);
  return { ...overwriteWithParsed(before, parsed, at), addedAt: addedAt ?? before.addedAt };
}

/** Puts the images on the rows, and says what is to be written of an entry. */
function finish(isbn: string, folding: Folding, options: ShelvingOptions): EntryWrite[] {
  const { place, entry, own, first, last, isWritten } = folding;
  if (!isWritten || entry === undefined) return [];
  const version = nextVersion(place.entry, options.now);
  const isNewWords = own !== undefined && !sameWords(place.own, own);
  if (options.dryRun) {
    // A row that was to be matched is found again by no ISBN of the file's: its image is kept in any case.
    if (place.recurs || isbn.startsWith("local-")) last.after = imageOf({ ...entry, version }, own);
    return [];
  }
  first.written = {
    version,
    ...(place.entry ? { before: imageOf(place.entry, place.own) } : {}),
  };
  const { book, bookVersion } = place;
  const shown = { ...(book ? { book } : {}), ...(own ? { own } : {}) };
  return [
    {
      entry: { ...entry, version },
      isNew: place.entry === undefined,
      ...(isNewWords ? { own } : {}),
      keys: shelfKeys(entry, shown),
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

/** Whether there is anything to ask the providers for. */
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
