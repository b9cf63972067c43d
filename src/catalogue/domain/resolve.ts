import type { Resolution } from "./resolution.ts";
import type { Book } from "../../../contract/catalogue.ts";
import { askProviders, type AskDeps, type NamedAnswer } from "./ask-providers.ts";
import { freshUntil, type BookRecord, type StoredBook } from "./book-record.ts";
import type { FlightPlan } from "./flight.ts";
import type { StoreReading } from "./book-record.ts";
import { mergeAnswers, mergeStored } from "./merge/merge.ts";
import type { ProviderId } from "./provider.ts";
import { DAY_MS } from "../../platform/time.ts";

/** The outcome of a guarded write: `conflict` says that the row is not the one that was read. */
export type SaveOutcome = "saved" | "conflict" | "failed";

export interface ResolveDeps extends AskDeps {
  books: {
    find(isbn13: string): Promise<StoreReading>;
    /** Writes the row only if it still has this version; `undefined` means that there was none. */
    save(record: BookRecord, version: number | undefined): Promise<SaveOutcome>;
  };
  cache: {
    /** What the old values that KV still holds of an edition say together: the migration may not have come by yet. */
    oldBook(isbn13: string): Promise<Book | undefined>;
    /** Writes our entry. `isStored`: the row is in D1, so that an old value may go, if the book says all that it does. */
    write(record: BookRecord, isStored: boolean): Promise<void>;
    /** Notes that every provider that counts said no, and for how long that holds. */
    writeAbsent(isbn13: string): Promise<void>;
  };
  d1ReadsEnabled(): boolean | Promise<boolean>;
  defer(work: Promise<unknown>): void;
  random(): number;
}

/** Without a hint of its own a failure is worth another try after this long. */
const RETRY_AFTER_MS = 5000;
/** A stored book that no provider knows any more is asked for again after a week. */
const DROPPED_RETRY_MS = 7 * DAY_MS;
/** How often a write starts again because another writer was faster. */
const SAVE_ATTEMPTS = 4;

/**
 * Asks the providers for one edition and stores what they said: D1 first, then KV. A book that could not be stored is
 * answered all the same. An absence is noted only if every provider that counts said no. `prefer` names the provider that
 * is asked first, and whose word stands where several say something.
 */
export async function resolveBook(
  input: { isbn13: string } & FlightPlan,
  deps: ResolveDeps,
): Promise<Resolution> {
  const { settled, late } = await askProviders(input, deps);
  for (const answer of late) {
    deps.defer(answer.then((named) => storeLate(input, named, settled, deps)));
  }
  const found = await storeAnswers(input, settled, deps);
  if (found) return { kind: "found", record: found };

  const failed = settled.filter(({ answer, counts }) => answer.kind === "failed" && counts);
  if (failed.length > 0 || settled.length === 0) return unavailable(settled);

  // Out of the read path, D1 says nothing of what we hold.
  if (await deps.d1ReadsEnabled()) {
    const row = await deps.books.find(input.isbn13);
    // We may hold the book: a no that D1 could not confirm would hide it for as long as the note holds.
    if (row.kind === "failed") return unavailable(settled);
    if (row.kind === "hit")
      return { kind: "found", record: await postponeRefresh(row.stored, deps) };
  }
  deps.defer(deps.cache.writeAbsent(input.isbn13));
  return {
    kind: "absent",
    providersChecked: settled
      .filter(({ answer }) => answer.kind === "absent")
      .map(({ provider }) => provider),
  };
}

/** A book that we hold is not absent because the providers dropped it: it stays, and is asked for again in a week. */
async function postponeRefresh(stored: StoredBook, deps: ResolveDeps): Promise<BookRecord> {
  const { version, ...held } = stored;
  const record = { ...held, freshUntil: deps.now() + DROPPED_RETRY_MS };
  // Another writer that was faster has said something newer; then nothing needs postponing.
  const saved = await deps.books.save(record, version);
  // Else KV would have the book asked for again each minute, for as long as it keeps the stale entry.
  if (saved === "saved") deps.defer(deps.cache.write(record, true));
  return record;
}

/** With the answers that it missed, so that preference decides between them and not who was slower. */
async function storeLate(
  book: { isbn13: string; prefer?: ProviderId },
  late: NamedAnswer,
  settled: readonly NamedAnswer[],
  deps: ResolveDeps,
): Promise<void> {
  if (late.answer.kind === "found") await storeAnswers(book, [...settled, late], deps);
}

/** Merges the answers that hold the book and stores the result; `undefined` when none does. */
async function storeAnswers(
  { isbn13, prefer }: { isbn13: string; prefer?: ProviderId },
  answers: readonly NamedAnswer[],
  deps: ResolveDeps,
): Promise<BookRecord | undefined> {
  const fetchedAt = deps.now();
  const found = answers.flatMap(({ provider, answer }) =>
    answer.kind === "found"
      ? [{ provider, book: answer.book, fetchedAt: new Date(fetchedAt).toISOString() }]
      : [],
  );
  if (found.length === 0) return undefined;
  return storeBook(mergeAnswers(isbn13, found, prefer), fetchedAt, deps);
}

/**
 * Writes a book over what is stored of it, losing nothing, and gives the book as it now stands. What only an old value in
 * KV says goes into the row first: the entry that is then written takes that value's place.
 */
async function storeBook(
  incoming: Book,
  fetchedAt: number,
  deps: ResolveDeps,
): Promise<BookRecord> {
  let record: BookRecord = {
    book: incoming,
    fetchedAt,
    freshUntil: freshUntil(fetchedAt, deps.random),
  };
  const old = await deps.cache.oldBook(incoming.isbn);
  const found = old ? mergeStored(old, incoming) : incoming;
  let saved: SaveOutcome = "conflict";
  for (let attempt = 0; saved === "conflict" && attempt < SAVE_ATTEMPTS; attempt += 1) {
    const row = await deps.books.find(incoming.isbn);
    if (row.kind === "failed") {
      saved = "failed";
    } else {
      const stored = row.kind === "hit" ? row.stored : undefined;
      record = { ...record, book: stored ? mergeStored(stored.book, found) : found };
      saved = await deps.books.save(record, stored?.version);
    }
  }
  // KV never holds what D1 does not, except while D1 is out of the read path and KV is all there is.
  const isStored = saved === "saved";
  if (isStored || !(await deps.d1ReadsEnabled())) deps.defer(deps.cache.write(record, isStored));
  return record;
}

function unavailable(settled: readonly NamedAnswer[]): Resolution {
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
  // The first provider to come back may be able to answer.
  const wait = waits.length > 0 ? Math.min(...waits) : RETRY_AFTER_MS;
  return { kind: "unavailable", providers, retryAfterSeconds: Math.max(1, Math.ceil(wait / 1000)) };
}
