import { DAY_MS } from "../../platform/time.ts";
import type { Resolution } from "./resolution.ts";
import type { Book } from "../../../contract/catalogue.ts";
import { askProviders, type AskDeps, type NamedAnswer } from "./ask-providers.ts";
import { freshUntil, OPEN_FRESH_MS, type BookRecord, type StoredBook } from "./book-record.ts";
import type { FlightPlan } from "./flight.ts";
import type { StoreReading } from "./book-record.ts";
import type { PartialAbsence } from "./absence.ts";
import type { BookField } from "./merge/book-fields.ts";
import { mergeAnswers, mergeStored } from "./merge/merge.ts";
import { carriedOver } from "./merge/superseded.ts";
import { lacksWanted, wantsRecords } from "./records.ts";
import type { ProviderId } from "./provider.ts";

/** Outcome of a guarded write. `conflict`: the row has changed since it was read. */
export type SaveOutcome = "saved" | "conflict" | "failed";

/** The KV entry of an ISBN. */
export interface CacheEntry {
  /** The merged old values of the edition, which may not have been migrated yet. */
  old: Book | undefined;
  /** Writes our entry. `isStored`: the row is in D1, so an old value may be deleted if the book contains all its data. */
  write(record: BookRecord, isStored: boolean): Promise<void>;
}

export interface ResolveDeps extends AskDeps {
  books: {
    find(isbn13: string): Promise<StoreReading>;
    /** Writes the row only if it still has this version; `undefined` means that there was no row. */
    save(record: BookRecord, version: number | undefined): Promise<SaveOutcome>;
  };
  cache: {
    /**
     * Reads the KV values under both spellings of an ISBN, to overwrite them. One read operation.
     */
    open(isbn13: string): Promise<CacheEntry>;
    /** The entry of an ISBN without a value, as the caller has just seen. Reads nothing. */
    openFree(): CacheEntry;
    /**
     * Records that no counted provider has the book, and for how long this is valid: five minutes if not every provider
     * could be asked, or if nothing proves that they were working.
     */
    writeAbsent(isbn13: string, doubt?: PartialAbsence | "unproven"): Promise<void>;
  };
  d1ReadsEnabled(): boolean | Promise<boolean>;
  /** Completes the stored book from the provider's records later, in the import lane. */
  completeLater(isbn13: string): Promise<void>;
  defer(work: Promise<unknown>): void;
  random(): number;
}

/** Retry delay for a failure that gives none. */
const RETRY_AFTER_MS = 5000;
/** A stored book that providers no longer have is requested again after a week. */
const DROPPED_RETRY_MS = 7 * DAY_MS;
/** Maximum number of attempts when other writers change the row concurrently. */
const SAVE_ATTEMPTS = 4;
const NO_ROW: StoreReading = { kind: "miss" };

/**
 * Asks the providers for one edition and stores their answers: D1 first, then KV. A book that could not be stored is
 * still returned. An absence is recorded only if every counted provider reports that it does not have the book. The
 * provider in `prefer` is asked first; what is stored does not depend on it.
 */
export async function resolveBook(
  input: { isbn13: string } & FlightPlan,
  deps: ResolveDeps,
): Promise<Resolution> {
  const { settled, late } = await askProviders(input, deps);
  for (const answer of late) {
    deps.defer(answer.then((named) => storeLate(input.isbn13, named, settled, deps)));
  }
  const found = await storeAnswers(input, settled, deps);
  if (found) {
    // The records of an import can wait, because it has many books to look up. A scan requests them
    // when no first question is waiting.
    if (wantsMore(found.record.book, settled)) deps.defer(deps.completeLater(input.isbn13));
    return found;
  }

  const failed = settled.filter(({ answer, counts }) => answer.kind === "failed" && counts);
  const absentAt = settled.flatMap(({ answer, provider }) =>
    answer.kind === "absent" ? [provider] : [],
  );
  // A provider with an exhausted daily quota counts as not configured if another one has answered.
  const isSpent = failed.length > 0 && failed.every(isDaySpent) && absentAt.length > 0;
  if ((failed.length > 0 && !isSpent) || settled.length === 0) return unavailable(settled);

  // While D1 is out of the read path it cannot tell whether we have the book.
  if (await deps.d1ReadsEnabled()) {
    const row = await deps.books.find(input.isbn13);
    // We may have the book: an absence that D1 could not confirm would hide it until the record expires.
    if (row.kind === "failed") return unavailable(settled);
    if (row.kind === "hit")
      return { kind: "found", record: await postponeRefresh(row.stored, deps), isStored: true };
  }
  if (!isSpent) {
    const isUnproven = settled.some(({ answer }) => answer.kind === "absent" && answer.unproven);
    deps.defer(deps.cache.writeAbsent(input.isbn13, isUnproven ? "unproven" : undefined));
    return { kind: "absent", providersChecked: absentAt };
  }
  // An import has a smaller share than a scan, so its partial absence does not apply to scans.
  const { lane, account } = input;
  if (lane === "scan") {
    deps.defer(deps.cache.writeAbsent(input.isbn13, { checked: absentAt, account }));
  }
  const { retryAfterSeconds } = unavailable(failed);
  return { kind: "absent", providersChecked: absentAt, partial: { retryAfterSeconds } };
}

/** Whether the records behind one of the answers may have fields that the merged book lacks. */
function wantsMore(book: Book, answers: readonly NamedAnswer[]): boolean {
  return lacksWanted(book) && answers.some(({ answer }) => wantsRecords(answer));
}

/** Whether a provider's daily quota, or the caller's share of it, is used up. */
function isDaySpent({ answer }: NamedAnswer): boolean {
  return answer.kind === "failed" && answer.reason === "quota_exhausted";
}

/** A stored book is not absent because the providers dropped it: it is kept, and requested again in a week. */
async function postponeRefresh(stored: StoredBook, deps: ResolveDeps): Promise<BookRecord> {
  const { version, ...held } = stored;
  const record = { ...held, freshUntil: deps.now() + DROPPED_RETRY_MS };
  // On a conflict another writer has stored newer data, and nothing needs postponing.
  const saved = await deps.books.save(record, version);
  // Otherwise KV would cause a new request every minute until its stale entry expires.
  if (saved === "saved") deps.defer(writeEntry(record, deps));
  return record;
}

async function writeEntry(
  record: BookRecord,
  { cache }: Pick<ResolveDeps, "cache">,
): Promise<void> {
  await (await cache.open(record.book.isbn)).write(record, true);
}

/**
 * Merges a late answer with the earlier ones, so that the better value is stored, whichever arrived
 * first.
 */
async function storeLate(
  isbn13: string,
  late: NamedAnswer,
  settled: readonly NamedAnswer[],
  deps: ResolveDeps,
): Promise<void> {
  if (late.answer.kind === "found") await storeAnswers({ isbn13 }, [...settled, late], deps);
}

/** Merges the answers that contain the book and stores the result; `undefined` when none does. */
async function storeAnswers(
  { isbn13, isUnknown }: { isbn13: string; isUnknown?: boolean },
  named: readonly NamedAnswer[],
  deps: ResolveDeps,
): Promise<Extract<Resolution, { kind: "found" }> | undefined> {
  const fetchedAt = deps.now();
  const answers = named.flatMap(({ provider, answer }) =>
    answer.kind === "found"
      ? [{ provider, book: answer.book, fetchedAt: new Date(fetchedAt).toISOString() }]
      : [],
  );
  if (answers.length === 0) return undefined;
  const dropped = named.flatMap(({ provider, answer }) =>
    answer.kind === "absent" && !answer.unproven ? [provider] : [],
  );
  const open = named.flatMap(({ provider, answer }) =>
    answer.kind === "found" && answer.unanswered ? [{ provider, fields: answer.unanswered }] : [],
  );
  const popularity = Math.max(0, ...answers.map(({ book }) => book.popularity ?? 0));
  const book = mergeAnswers(isbn13, answers);
  const answersWant = (merged: Book): boolean => wantsMore(merged, named);
  const found = { book, fetchedAt, popularity, dropped, open, wantsMore: answersWant };
  return { kind: "found", ...(await storeBook(found, isUnknown === true, deps)), answers };
}

/**
 * A merged answer. `dropped`: providers that no longer have the book; `open`: fields that a
 * provider's answer does not cover; `wantsMore`: whether a book is going to be completed from records.
 */
interface FoundBook {
  book: Book;
  fetchedAt: number;
  popularity: number;
  dropped: readonly ProviderId[];
  open: readonly { provider: ProviderId; fields: readonly BookField[] }[];
  wantsMore(merged: Book): boolean;
}

/**
 * Merges a book into the stored row, and returns the result. Data that only an old KV value has is
 * added to the row first, because the new KV entry replaces that value.
 * @param isUnknown neither KV nor D1 had the book a moment ago, so it is inserted without reading
 * them again
 */
async function storeBook(
  { book: incoming, fetchedAt, popularity, dropped, open, wantsMore: isOpen }: FoundBook,
  isUnknown: boolean,
  deps: ResolveDeps,
): Promise<{ record: BookRecord; isStored: boolean }> {
  let record: BookRecord = {
    book: incoming,
    fetchedAt,
    freshUntil: freshUntil(fetchedAt, deps.random),
    popularity,
  };
  const entry = isUnknown ? deps.cache.openFree() : await deps.cache.open(incoming.isbn);
  const found = entry.old ? mergeStored(entry.old, incoming) : incoming;
  let saved: SaveOutcome = "conflict";
  for (let attempt = 0; saved === "conflict" && attempt < SAVE_ATTEMPTS; attempt += 1) {
    // If another writer has stored the book since, its row is a conflict.
    const row = isUnknown && attempt === 0 ? NO_ROW : await deps.books.find(incoming.isbn);
    if (row.kind === "failed") {
      saved = "failed";
    } else {
      const stored = row.kind === "hit" ? row.stored : undefined;
      const carried = stored && carryOpenFields(stored.book, incoming.updatedAt, open);
      const book = carried ? mergeStored(carried, found, dropped) : found;
      const until = isOpen(book) ? fetchedAt + OPEN_FRESH_MS : record.freshUntil;
      record = { ...record, book, freshUntil: until };
      saved = await deps.books.save(record, stored?.version);
    }
  }
  // KV never contains a book that D1 does not, except while D1 is out of the read path and KV is the only store.
  const isStored = saved === "saved";
  const isRead = await deps.d1ReadsEnabled();
  if (isStored || !isRead) deps.defer(entry.write(record, isStored));
  return { record, isStored: isStored && isRead };
}

/** The stored book, keeping the fields that a provider's new answer does not cover. */
function carryOpenFields(stored: Book, at: string, open: FoundBook["open"]): Book {
  return open.reduce(
    (book, { provider, fields }) => carriedOver(book, { provider, fields, at }),
    stored,
  );
}

function unavailable(
  settled: readonly NamedAnswer[],
): Extract<Resolution, { kind: "unavailable" }> {
  const providers: Record<string, string> = {};
  const waits: number[] = [];
  for (const { provider, answer } of settled) {
    if (answer.kind === "failed") {
      providers[provider] = answer.reason;
      waits.push(answer.retryAfterMs ?? RETRY_AFTER_MS);
    } else {
      providers[provider] = answer.kind;
    }
  }
  // The first provider that recovers may be able to answer.
  const wait = waits.length > 0 ? Math.min(...waits) : RETRY_AFTER_MS;
  return { kind: "unavailable", providers, retryAfterSeconds: Math.max(1, Math.ceil(wait / 1000)) };
}
