import type { Status } from "../../../contract/library-fields.ts";
import { dayIn } from "../../platform/time-zone.ts";
import { DAY_MS } from "../../platform/time.ts";
import { nextVersion, type Entry, type Place, type StoredEntry } from "./entry.ts";
import { BY_HAND, written } from "./field-writes.ts";
import {
  isLater,
  openReadingOf,
  pageCountOf,
  shownProgress,
  type Position,
  type ProgressEntry,
  type ProgressWrite,
  type ReachedPosition,
} from "./progress.ts";
import type {
  ChangeProgressOutcome,
  Implausible,
  KeepRecorded,
  ProgressDeps,
  ProgressPrecondition,
  Recorded,
  RecordOutcome,
  RemoveProgressOutcome,
} from "./progress-ports.ts";
import { shelfKeys } from "./shelf-keys.ts";
import { appliedAs, MAX_ATTEMPTS, type ShelfSave } from "./shelf.ts";
import { defined } from "../../platform/defined.ts";

/** Allows for inaccurate clocks and other time zones. */
const MAX_AHEAD_MS = DAY_MS;

/**
 * Records a user's progress in the open reading. Without one, it opens a reading on the day of the
 * progress, in the user's time zone. A book with the status `want_to_read`, `paused` or none
 * becomes `reading`, unless later progress is known.
 * @param input.id the client's id; progress that already has it is returned unchanged
 * @param input.at ms since the epoch; now if absent
 * @param input.key of the change of an outbox that this applies
 */
export async function recordProgress(
  input: {
    userId: string;
    isbn: string;
    id?: string | undefined;
    position: Position;
    at?: number | undefined;
    note?: string | undefined;
    keepAnswer?: KeepRecorded;
    key?: string;
  },
  deps: ProgressDeps,
): Promise<RecordOutcome> {
  const { userId, isbn, position, note, keepAnswer, key } = input;
  const id = input.id ?? `${deps.now().toString(36)}-${deps.newId()}`;
  const at = input.at ?? deps.now();
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const place = await deps.shelves.find(userId, isbn);
    if (!place.entry) return { kind: "not_on_shelf" };
    const known = input.id === undefined ? undefined : await deps.progress.find(userId, id);
    if (known) return recordedBefore(known, place, place.entry);
    const refusal = implausible(position, at, place, deps.now());
    if (refusal) return refusal;
    const after = opened(place, place.entry, at, deps.now());
    const readingId = openReadingOf(after.readings)?.id ?? "";
    const text = note === "" ? undefined : note;
    const progress: ProgressEntry = {
      id,
      isbn,
      readingId,
      ...position,
      ...defined({ note: text }),
      at,
      version: deps.now(),
    };
    const latest = latestOf(progress, place.latest?.[readingId]);
    const outcome = await save(
      { userId, place, after, latest, write: { entry: progress, before: 0 }, keepAnswer, key },
      deps,
    );
    if (outcome.kind === "recorded") return outcome;
    if (outcome.kind === "full") return { kind: "full" };
  }
  return { kind: "contended" };
}

/** Changes progress. Absent fields remain unchanged; a position replaces the old one, null clears the note. */
export async function changeProgress(
  input: {
    userId: string;
    isbn: string;
    id: string;
    position?: Position | undefined;
    at?: number | undefined;
    note?: string | null | undefined;
    precondition?: ProgressPrecondition | undefined;
  },
  deps: ProgressDeps,
): Promise<ChangeProgressOutcome> {
  const { userId, isbn, id, precondition } = input;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const found = await findBoth(userId, isbn, id, deps);
    if (!found) return { kind: "not_found" };
    const { place, entry, old } = found;
    if (precondition && !precondition(old)) return { kind: "precondition_failed" };
    const changed = withProgressChange(old, input);
    const refusal = implausible(input.position ?? {}, changed.at, place, deps.now());
    if (refusal) return refusal;
    const latest = latestOf(changed, await deps.progress.previous(userId, old));
    const write = { entry: changed, before: old.version };
    const outcome = await save({ userId, place, after: entry, latest, write }, deps);
    if (outcome.kind === "recorded") return outcome;
  }
  return { kind: "contended" };
}

/** Removes progress. @param input.key of the change of an outbox that this applies */
export async function removeProgress(
  input: {
    userId: string;
    isbn: string;
    id: string;
    precondition?: ProgressPrecondition | undefined;
    key?: string;
  },
  deps: ProgressDeps,
): Promise<RemoveProgressOutcome> {
  const { userId, isbn, id, precondition, key } = input;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const found = await findBoth(userId, isbn, id, deps);
    if (!found) return { kind: "not_found" };
    const { place, entry, old } = found;
    if (precondition && !precondition(old)) return { kind: "precondition_failed" };
    const latest = await deps.progress.previous(userId, old);
    const removed = { ...old, version: old.version + 1 };
    const write = { entry: removed, before: old.version, removedAt: deps.now() };
    const outcome = await save({ userId, place, after: entry, latest, write, key }, deps);
    if (outcome.kind === "recorded")
      return { kind: "removed", ...defined({ applied: outcome.applied }) };
  }
  return { kind: "contended" };
}

/**
 * The outcome of a repeated request. Progress that has been deleted since is not recorded again.
 */
function recordedBefore(
  { entry: progress, isRemoved }: { entry: ProgressEntry; isRemoved: boolean },
  place: Place,
  entry: StoredEntry,
): Recorded | { kind: "id_taken" } {
  if (isRemoved || progress.isbn !== entry.isbn) return { kind: "id_taken" };
  return { kind: "recorded", progress, entry, place };
}

/** Reads an entry and progress in its book. */
async function findBoth(
  userId: string,
  isbn: string,
  id: string,
  { shelves, progress }: ProgressDeps,
): Promise<{ place: Place; entry: StoredEntry; old: ProgressEntry } | undefined> {
  const [place, found] = await Promise.all([shelves.find(userId, isbn), progress.find(userId, id)]);
  const { entry } = place;
  if (!entry || !found || found.isRemoved || found.entry.isbn !== isbn) return undefined;
  return { place, entry, old: found.entry };
}

function withProgressChange(
  old: ProgressEntry,
  {
    position,
    at,
    note,
  }: {
    position?: Position | undefined;
    at?: number | undefined;
    note?: string | null | undefined;
  },
): ProgressEntry {
  const { page, percent, minutes, note: oldNote, ...rest } = old;
  const text = note === undefined ? oldNote : note === null || note === "" ? undefined : note;
  return {
    ...rest,
    ...(position ?? defined({ page, percent, minutes })),
    ...defined({ note: text }),
    at: at ?? old.at,
    version: old.version + 1,
  };
}

/**
 * Why progress is implausible; undefined if it is not.
 * @param at when it was reached, in ms since the epoch
 * @param now in ms since the epoch
 */
function implausible(
  { page }: Position,
  at: number,
  place: Place,
  now: number,
): Implausible | undefined {
  const pageCount = pageCountOf(place);
  if (page !== undefined && pageCount !== undefined && page > pageCount) {
    const message = `must not be above the book's pageCount, which is ${pageCount}`;
    return { kind: "implausible", field: "page", message };
  }
  if (at > now + MAX_AHEAD_MS) {
    const latest = new Date(now + MAX_AHEAD_MS).toISOString();
    const message = `must not be more than 24 hours ahead; the latest accepted time is ${latest}`;
    return { kind: "implausible", field: "at", message };
  }
  return undefined;
}

/** Statuses that progress changes to `reading`. */
const WAITING: readonly (Status | undefined)[] = ["want_to_read", "paused", undefined];

/** The entry with an open reading and the status `reading`; the same object if nothing changes. */
function opened(place: Place, entry: StoredEntry, at: number, now: number): StoredEntry {
  const open = openReadingOf(entry.readings);
  const { status, ...rest } = entry;
  // Progress recorded for a time before the latest one does not affect the status.
  const isLatest = at >= (place.latest?.[open?.id ?? ""]?.at ?? 0);
  const resumes = WAITING.includes(status) && isLatest;
  if (open && !resumes) return entry;
  const reading = { startedAt: dayIn(place.timeZone ?? "UTC", at) };
  const changed: Entry = {
    ...rest,
    ...defined({ status: resumes ? ("reading" as const) : status }),
    readings: open ? entry.readings : [...entry.readings, reading],
    updatedAt: Math.floor(now / 1000),
  };
  return written(changed, entry, { writer: BY_HAND, version: nextVersion(place, now) });
}

/** The later one of two. */
const latestOf = (one: Moment, other: Moment | undefined): Moment =>
  other && isLater(other, one) ? other : one;

type Moment = Position & Pick<ProgressEntry, "at" | "id">;

/**
 * Writes progress. The entry's version increases only if the progress it shows changes.
 * @param input.after the entry after the write; its version and time are updated here if only its
 * progress changes
 * @param input.latest the latest progress of the reading after the write
 */
async function save(
  input: {
    userId: string;
    place: Place;
    after: StoredEntry;
    latest: Moment | undefined;
    write: ProgressWrite;
    keepAnswer?: KeepRecorded | undefined;
    key?: string | undefined;
  },
  deps: ProgressDeps,
): Promise<Recorded | { kind: "conflict" | "full" }> {
  const { userId, place, after, write, keepAnswer, key } = input;
  const { entry: progress } = write;
  const { isbn, version } = after;
  const { [progress.readingId]: _old, ...others } = place.latest ?? {};
  const latest = { ...others, ...(input.latest ? { [progress.readingId]: input.latest } : {}) };
  const { progress: shownBefore, ...rest } = place;
  const shown = shownProgress(after.readings, latest);
  const placeAfter: Place = { ...rest, latest, ...defined({ progress: shown }) };
  const isSame = after === place.entry && isEqual(shown, shownBefore);
  const entry =
    isSame || after !== place.entry
      ? after
      : { ...after, version: version + 1, updatedAt: Math.floor(deps.now() / 1000) };
  const recorded: Recorded = { kind: "recorded", progress, entry, place: placeAfter };
  const answer = await keepAnswer?.(recorded);
  const applied = key === undefined ? undefined : appliedAs(key, entry, deps.now(), isSame);
  const outcome: ShelfSave = isSame
    ? await deps.progress.save({ userId, isbn, version, progress: write, answer, applied })
    : await deps.shelves.save({
        userId,
        entry,
        keys: shelfKeys(entry, place),
        bookVersion: place.bookVersion,
        before: place,
        progress: write,
        ...defined({ answer, applied }),
      });
  if (outcome === "saved") return { ...recorded, ...defined({ applied }) };
  return { kind: outcome === "progress_full" ? "full" : "conflict" };
}

const isEqual = (one: ReachedPosition | undefined, other: ReachedPosition | undefined): boolean =>
  one?.at === other?.at &&
  one?.page === other?.page &&
  one?.percent === other?.percent &&
  one?.minutes === other?.minutes;
