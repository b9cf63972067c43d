import type { Caller } from "../../platform/identity.ts";
import type { AnswerState, Book, CacheSource } from "../../../contract/catalogue.ts";
import { defined } from "../../platform/defined.ts";
import { answers, type PartialAbsence } from "./absence.ts";
import type { BookRecord, StoreReading } from "./book-record.ts";
import { preferring } from "./merge/merge.ts";
import type { ParsedIsbn } from "./isbn/isbn.ts";
import { PROVIDER_IDS, type ProviderId } from "./provider.ts";
import type { Resolution } from "./resolution.ts";

/** An answer in the isolate's memory. */
export type HeldAnswer =
  | { kind: "found"; record: BookRecord }
  | { kind: "absent"; partial?: PartialAbsence };

/**
 * Result of reading the KV tier. `isOld` marks a pre-v2 value. An unreadable value is a miss that must not be
 * overwritten.
 */
export type CacheReading =
  | { kind: "hit"; record: BookRecord; isOld?: boolean }
  | { kind: "absent"; partial?: PartialAbsence }
  | { kind: "miss"; unreadable: boolean }
  | { kind: "failed" };

/** The outcome of a lookup. */
export type LookupOutcome =
  | { kind: "found"; book: Book; source: CacheSource; state: AnswerState }
  | {
      kind: "absent";
      source: CacheSource;
      providersChecked: string[];
      /** A provider could not be queried because its daily quota is used up. */
      partial?: true;
    }
  | { kind: "limited"; retryAfterSeconds: number }
  | { kind: "unavailable"; providers: Record<string, string>; retryAfterSeconds: number }
  | { kind: "database_unavailable" };

/** An outcome that a stored answer can have. */
export type HeldOutcome = Extract<LookupOutcome, { kind: "found" | "absent" }>;

/** Ports of a lookup. Each answers within its own time budget and never throws. */
export interface LookupDeps {
  memory: {
    get(isbn13: string): HeldAnswer | undefined;
    put(isbn13: string, answer: HeldAnswer): void;
  };
  cache: {
    read(isbn: ParsedIsbn): Promise<CacheReading>;
    write(record: BookRecord): Promise<void>;
  };
  books: { find(isbn13: string): Promise<StoreReading> };
  /** Deletes old values from KV if D1 has adopted them; otherwise does nothing. */
  retireOldValues(isbn: ParsedIsbn): Promise<void>;
  /** Whether the single-book read path may use D1 (`feature:enable_d1_reads`). */
  d1ReadsEnabled(): boolean | Promise<boolean>;
  /** Takes one of the caller's tokens for lookups that reach a provider. */
  admitMiss(
    caller: Caller,
    isbn13: string,
  ): Promise<{ ok: true } | { ok: false; retryAfterSeconds: number }>;
  /**
   * Asks the providers. There is one flight per ISBN, shared by all callers in all isolates.
   * `isUnknown`: KV and D1 have just been read and have nothing under the ISBN.
   */
  resolveMiss(
    isbn: ParsedIsbn,
    caller: Caller,
    options: { prefer?: ProviderId; isUnknown?: true },
  ): Promise<Resolution>;
  /** Enqueues a refresh of a stale book. */
  refreshLater(isbn13: string): Promise<void>;
  /** Runs work after the response. */
  defer(work: Promise<unknown>): void;
  now(): number;
  /** Called for every answer with the tier and the state, from which cache hits and misses are counted. */
  observe(source: CacheSource, state: AnswerState | "unavailable", isbn13: string): void;
}

/**
 * Looks up one edition: memory, KV, D1, then the providers. Each tier backfills the tiers above it
 * after the response. An outage is never an absence: a question that cannot be answered is
 * `unavailable`, and nothing is stored for it.
 */
export async function lookupBook(
  input: { isbn: ParsedIsbn; caller: Caller; prefer?: ProviderId },
  deps: LookupDeps,
): Promise<LookupOutcome> {
  const tiers = await readTiers(input, deps);
  return tiers.kind === "none" ? askProviders({ ...input, ...tiers }, deps) : tiers;
}

/** The answer that memory has for this caller. Counts nothing: `answerHeld` does. */
export function heldAnswer(
  isbn13: string,
  caller: Caller,
  { memory }: Pick<LookupDeps, "memory">,
): HeldAnswer | undefined {
  const held = memory.get(isbn13);
  return held && (held.kind === "found" || answers(held.partial, caller)) ? held : undefined;
}

/** Reads memory, KV and D1, in this order; `undefined` when only a provider can answer. */
export async function findStored(
  input: { isbn: ParsedIsbn; caller: Caller },
  deps: LookupDeps,
): Promise<LookupOutcome | undefined> {
  const tiers = await readTiers(input, deps);
  return tiers.kind === "none" ? undefined : tiers;
}

/** No tier has an answer. `isUnknown`: KV and D1 have nothing at all under the ISBN. */
interface NoAnswer {
  kind: "none";
  isUnknown?: true;
}

async function readTiers(
  { isbn, caller }: { isbn: ParsedIsbn; caller: Caller },
  deps: LookupDeps,
): Promise<LookupOutcome | NoAnswer> {
  const held = heldAnswer(isbn.isbn13, caller, deps);
  if (held) return answerHeld(held, isbn.isbn13, deps);

  const reading = await deps.cache.read(isbn);
  if (reading.kind === "hit") {
    if (reading.isOld) deps.defer(deps.retireOldValues(isbn));
    return answerStored(reading.record, "kv", deps);
  }
  if (reading.kind === "absent" && answers(reading.partial, caller)) {
    return answerAbsent(isbn, { source: "kv", partial: reading.partial }, deps);
  }
  if (!(await deps.d1ReadsEnabled())) return { kind: "none" };

  const isFree = reading.kind === "miss" && !reading.unreadable;
  const row = await deps.books.find(isbn.isbn13);
  if (row.kind === "hit") {
    const isOutdated = isNewer(deps.memory.get(isbn.isbn13), row.stored);
    if (isFree && !isOutdated) deps.defer(deps.cache.write(row.stored));
    return answerStored(row.stored, "d1", deps);
  }
  if (row.kind === "failed") {
    deps.observe("d1", "unavailable", isbn.isbn13);
    return { kind: "database_unavailable" };
  }
  return { kind: "none", ...(isFree ? { isUnknown: true } : {}) };
}

async function askProviders(
  {
    isbn,
    caller,
    prefer,
    isUnknown,
  }: { isbn: ParsedIsbn; caller: Caller; prefer?: ProviderId; isUnknown?: true },
  deps: LookupDeps,
): Promise<LookupOutcome> {
  const admitted = await deps.admitMiss(caller, isbn.isbn13);
  if (!admitted.ok) return { kind: "limited", retryAfterSeconds: admitted.retryAfterSeconds };
  const resolution = await deps.resolveMiss(isbn, caller, defined({ prefer, isUnknown }));
  return answerResolved({ isbn, caller, ...defined({ prefer }) }, resolution, deps);
}

/**
 * Turns the result of a flight into an answer and puts the record into memory for later callers. `prefer` applies to
 * this answer alone.
 */
export function answerResolved(
  { isbn, caller, prefer }: { isbn: ParsedIsbn; caller: Caller; prefer?: ProviderId },
  resolution: Resolution,
  deps: LookupDeps,
): LookupOutcome {
  switch (resolution.kind) {
    case "found": {
      const answer = answerStored(resolution.record, "external_api", deps);
      if (prefer === undefined || answer.kind !== "found") return answer;
      return { ...answer, book: preferring(prefer, answer.book, resolution.answers ?? []) };
    }
    case "absent": {
      const { providersChecked, partial } = resolution;
      const checked = PROVIDER_IDS.filter((id) => providersChecked.includes(id));
      const absence = {
        source: "external_api" as const,
        providersChecked,
        partial: partial && { checked, account: caller.account },
      };
      return answerAbsent(isbn, absence, deps);
    }
    case "unavailable":
      deps.observe("external_api", "unavailable", isbn.isbn13);
      return resolution;
  }
}

/** Turns an answer in memory into the outcome, and counts it. */
export function answerHeld(
  held: HeldAnswer,
  isbn13: string,
  deps: Pick<LookupDeps, "now" | "observe">,
): HeldOutcome {
  if (held.kind === "absent") {
    deps.observe("memory", "known-absent", isbn13);
    return absentOutcome({ source: "memory", partial: held.partial });
  }
  const state = stateOf(held.record, deps);
  deps.observe("memory", state, isbn13);
  return { kind: "found", book: held.record.book, source: "memory", state };
}

function answerStored(record: BookRecord, source: CacheSource, deps: LookupDeps): LookupOutcome {
  const { isbn } = record.book;
  const state = stateOf(record, deps);
  const held = deps.memory.get(isbn);
  if (held && isNewer(held, record)) return answerHeld(held, isbn, deps);
  // Memory answers for the next minute, so an isolate requests a refresh at most once a minute: concurrent reads of a
  // lower tier find memory already filled by the first.
  const isFirst = held === undefined;
  deps.memory.put(isbn, { kind: "found", record });
  if (state === "stale" && isFirst) deps.defer(deps.refreshLater(isbn));
  deps.observe(source, state, isbn);
  return { kind: "found", book: record.book, source, state };
}

/** A slow read of a lower tier must not replace a newer answer that has arrived in the meantime. */
function isNewer(held: HeldAnswer | undefined, { book }: BookRecord): boolean {
  return held?.kind === "found" && held.record.book.updatedAt > book.updatedAt;
}

/** An absence found in a tier. Only the providers' own answer has `providersChecked`. */
interface KnownAbsence {
  source: CacheSource;
  providersChecked?: string[];
  partial: PartialAbsence | undefined;
}

function answerAbsent(isbn: ParsedIsbn, absence: KnownAbsence, deps: LookupDeps): LookupOutcome {
  deps.memory.put(isbn.isbn13, { kind: "absent", ...defined({ partial: absence.partial }) });
  deps.observe(absence.source, "known-absent", isbn.isbn13);
  return absentOutcome(absence);
}

function absentOutcome({ source, providersChecked, partial }: KnownAbsence): HeldOutcome {
  return {
    kind: "absent",
    source,
    providersChecked: providersChecked ?? [...(partial?.checked ?? [])],
    ...(partial ? { partial: true } : {}),
  };
}

function stateOf(record: BookRecord, deps: Pick<LookupDeps, "now">): AnswerState {
  return deps.now() < record.freshUntil ? "fresh" : "stale";
}
