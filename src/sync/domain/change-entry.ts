import { changeOwnBookSchema, type ChangeOwnBook } from "../../../contract/library.ts";
import type { ChangeBody } from "../../../contract/sync.ts";
import { defined } from "../../platform/defined.ts";
import { dayIn } from "../../platform/time-zone.ts";
import {
  libraryBook,
  withMove,
  type Entry,
  type Place,
  type StoredEntry,
} from "../../library/domain/entry.ts";
import { changedFields } from "../../library/domain/field-writes.ts";
import { contradictions, ownOf, withOwn } from "../../library/domain/own-book.ts";
import type { ReadEntries } from "../../library/domain/changed-entries.ts";
import {
  appliedAs,
  entrySave,
  MAX_ATTEMPTS,
  saveEntry,
  type ShelfDeps,
} from "../../library/domain/shelf.ts";
import type { AppliedChanges } from "../../idempotency/domain/applied-change.ts";
import { contended, invalid, refused, type ChangeOutcome, type Conflict } from "./change-result.ts";
import { changesSince, conflictsOf, type Base } from "./conflicts.ts";
import { missingReadings, resolveLists } from "./list-changes.ts";

/** Dependencies of changes to entries. Each may throw DomainError DATABASE_UNAVAILABLE. */
export interface EntryDeps extends ShelfDeps {
  applied: AppliedChanges;
}

/** An edit of one entry. */
export interface EntryEdit {
  userId: string;
  isbn: string;
  key: string;
  base: Base;
  /** When the edit was made, ms since the epoch. Readings are dated by it, in the user's time zone. */
  madeAt: number;
}

/** The write to make, or the outcome of a change that needs none. */
type Decision =
  | { kind: "write"; entry: Entry; own: ReturnType<typeof withOwn> | undefined }
  | { kind: "nothing" }
  | Exclude<ChangeOutcome, { kind: "applied" | "replayed" }>;

/** Applies a change of fields to an entry, unless someone else has changed one of them since the user's edit. */
export async function changeEntry(
  edit: EntryEdit & { body: ChangeBody },
  deps: EntryDeps,
): Promise<ChangeOutcome> {
  const { userId, isbn, key } = edit;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const place = await deps.shelves.find(userId, isbn);
    const { entry } = place;
    if (!entry) return gone(place, isbn, Object.keys(edit.body));
    const decision = decide({ ...place, entry }, edit, deps.now());
    if (decision.kind === "nothing") return keep(edit, entry, deps);
    if (decision.kind !== "write") return decision;
    const { entry: after, own } = decision;
    const saved = await saveEntry({ userId, entry: after, place, own, key }, deps);
    if (saved.kind === "shelved") return applied(saved.entry);
    const outcome = await replayOf(edit, deps);
    if (outcome) return outcome;
  }
  return contended();
}

/**
 * Applies changes to different entries with one read and one write. Changes that need more, or that
 * lost to another writer of the shelf, are left to `changeEntry`.
 * @returns the outcomes of the others, by key
 */
export async function changeEntries(
  edits: readonly (EntryEdit & { body: ChangeBody })[],
  deps: EntryDeps & { entries: ReadEntries },
): Promise<Map<string, ChangeOutcome>> {
  const [first] = edits;
  if (first === undefined) return new Map();
  const { userId } = first;
  const isbns = edits.map(({ isbn }) => isbn);
  const { seq, places } = await deps.entries.find(userId, isbns);
  const outcomes = new Map<string, ChangeOutcome>();
  const saves = edits.flatMap((edit) => {
    const place = places.get(edit.isbn);
    if (place?.stored?.isKept !== true) return [];
    const decision = decide(place, edit, deps.now());
    if (decision.kind === "nothing") return [];
    if (decision.kind !== "write") {
      outcomes.set(edit.key, decision);
      return [];
    }
    const { entry, own } = decision;
    return [entrySave({ userId, entry, place, own, key: edit.key }, deps)];
  });
  const writes = saves.map(({ write }) => write);
  if (writes.length === 0 || !(await deps.entries.save(userId, seq, writes))) return outcomes;
  for (const { write, shelved } of saves) {
    if (write.applied) outcomes.set(write.applied.key, applied(shelved.entry));
  }
  return outcomes;
}

/**
 * Moves an entry to the trash, unless someone else has changed it since the user's edit. Does
 * nothing if the entry is gone.
 */
export async function deleteEntry(edit: EntryEdit, deps: EntryDeps): Promise<ChangeOutcome> {
  const { userId, isbn, key, base } = edit;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const place = await deps.shelves.find(userId, isbn);
    const { entry, stored, own, latest } = place;
    if (!entry) return keep(edit, { isbn, version: place.removedVersion }, deps);
    const fields = changesSince({ ...place, entry }, base);
    if (fields.length > 0) return conflict({ ...place, entry }, fields);
    const now = deps.now();
    // A removal does not increase the version.
    const change = appliedAs(key, entry, now, true);
    const shelved = { entry, ...defined({ stored, own, latest }) };
    if (await deps.shelves.remove(userId, shelved, now, change)) {
      return { kind: "applied", outcome: change.outcome };
    }
    const outcome = await replayOf(edit, deps);
    if (outcome) return outcome;
  }
  return contended();
}

function decide(
  place: Place & { entry: StoredEntry },
  { isbn, body, base, madeAt }: EntryEdit & { body: ChangeBody },
  now: number,
): Decision {
  const { entry } = place;
  const missing = missingReadings(entry, body);
  if (missing.length > 0) return conflict(place, ["changeReadings"]);
  const resolved = resolveLists(entry, body);
  if (resolved.kind === "invalid") return invalid(resolved.path, resolved.message);
  const given = changeOwnBookSchema.parse(body);
  if (place.book) {
    const fields = contradictions(place.book, given);
    if (fields.length > 0) return contradicted(fields);
  }
  const own = place.book ? undefined : withOwn(ownOf(place, isbn), given);
  const words = own ? changedWords(place, given) : {};
  const today = dayIn(place.timeZone ?? "UTC", madeAt);
  const after = withMove(entry, resolved.change, Math.floor(now / 1000), today);
  const fields = conflictsOf({ place, after, body, words }, base);
  if (fields.length > 0) return conflict(place, fields);
  const writesOwn = Object.keys(words).length > 0;
  if (changedFields(after, entry).length === 0 && !writesOwn) return { kind: "nothing" };
  return { kind: "write", entry: after, own: writesOwn ? own : undefined };
}

/** The given details that differ from the user's own. */
function changedWords({ own }: Place, given: ChangeOwnBook): ChangeOwnBook {
  const known: Partial<Record<string, unknown>> = { ...own };
  const differing = Object.entries(given).filter(
    ([field, value]) =>
      value !== undefined && JSON.stringify(value ?? undefined) !== JSON.stringify(known[field]),
  );
  return Object.fromEntries(differing);
}

function contradicted(fields: readonly string[]): ChangeOutcome & { kind: "refused" } {
  const message = "comes from the catalogue, which has this book, and cannot be changed";
  return refused("INVALID_REQUEST", "Details of a catalogue book cannot be changed.", {
    details: { issues: fields.map((field) => ({ path: `body.${field}`, message })) },
  });
}

const applied = ({ isbn, version }: StoredEntry): ChangeOutcome => ({
  kind: "applied",
  outcome: { isbn, version },
});

export function conflict(place: Place & { entry: StoredEntry }, fields: string[]): Conflict {
  const { entry } = place;
  const current = { book: libraryBook(entry, place), version: entry.version };
  return { kind: "conflict", isbn: entry.isbn, current, fields };
}

/** The outcome of a change to a book that is not on the shelf. */
function gone({ removedVersion }: Place, isbn: string, fields: string[]): ChangeOutcome {
  return removedVersion === undefined
    ? refused("NOT_FOUND", "This book is not on the shelf. Send an add for it first.")
    : { kind: "conflict", isbn, fields };
}

/** Remembers a change that needs no write. */
async function keep(
  { userId, key }: EntryEdit,
  { isbn, version }: { isbn: string; version: number | undefined },
  deps: EntryDeps,
): Promise<ChangeOutcome> {
  const outcome = { isbn, ...defined({ version }), unchanged: true as const };
  await deps.applied.keep(userId, { key, outcome, at: deps.now() });
  return { kind: "applied", outcome };
}

/** The outcome of a change that another request has applied meanwhile, if any. */
export async function replayOf(
  { userId, key }: Pick<EntryEdit, "userId" | "key">,
  deps: Pick<EntryDeps, "applied">,
): Promise<ChangeOutcome | undefined> {
  const outcome = (await deps.applied.find(userId, [key])).get(key);
  return outcome && { kind: "replayed", outcome };
}
