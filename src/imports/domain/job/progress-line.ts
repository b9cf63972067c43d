import type { ArchivedProgress } from "../../../../contract/archive.ts";
import type { EntryReading, StoredEntry } from "../../../library/domain/entry.ts";
import { readingLike } from "../../../library/domain/same-reading.ts";
import { openReadingOf } from "../../../library/domain/progress.ts";
import { defined } from "../../../platform/defined.ts";
import type { AccountLines } from "./plan-account-lines.ts";
import { reason } from "./reasons.ts";
import type { ParsedRow } from "./row.ts";
import type { StagedRow } from "./shelf-state.ts";
import type { ShelvedRow } from "./shelving-plan.ts";

/**
 * The progress of a row as a line of an archive. It belongs to the entry's reading that corresponds
 * to the row's open one.
 * @param place.id a new id, because the file has none; so an import after an undo records the
 * progress again
 * @param readings of the entry, including the row's
 * @returns undefined if neither has an open reading
 */
function progressLine(
  place: { id: string; isbn: string },
  { progress, entry }: Pick<ParsedRow, "progress" | "entry">,
  readings: readonly EntryReading[],
): (ArchivedProgress & { isUnnamed: true }) | undefined {
  if (progress === undefined) return undefined;
  const open = openReadingOf(entry.readings ?? []);
  const reading = open ? readingLike(readings, open) : openReadingOf(readings);
  if (reading?.id === undefined) return undefined;
  const { page, percent, minutes, at } = progress;
  const [position] = [
    page === undefined ? undefined : { page },
    percent === undefined ? undefined : { percent },
    minutes === undefined ? undefined : { minutes },
  ].filter((one) => one !== undefined);
  return { type: "progress", ...place, readingId: reading.id, ...position, at, isUnnamed: true };
}

/**
 * Adds the progress of a row to its shelved entry. The row still has one outcome, which covers
 * both.
 * @param shelved modified in place, because it gets the image of the entry later
 */
export function withProgress(
  shelved: ShelvedRow,
  { row, parsed }: StagedRow,
  {
    account,
    entryAt,
    jobId,
  }: {
    account: AccountLines;
    entryAt(isbn: string): StoredEntry | undefined;
    jobId: string;
  },
): ShelvedRow {
  const { isbn, outcome, notes = [] } = shelved;
  if (parsed.progress === undefined || isbn === undefined || outcome === "invalid") return shelved;
  const id = `${jobId}-${row}`;
  const line = progressLine({ id, isbn }, parsed, entryAt(isbn)?.readings ?? []);
  if (line === undefined) {
    const unread = reason("VALUE_UNREADABLE", "Its progress has no open reading.");
    return Object.assign(shelved, { notes: [...notes, unread] });
  }
  const added = account.plan({ row, parsed: { ...parsed, account: line } }, entryAt);
  return Object.assign(
    shelved,
    added.outcome === "created" && outcome === "unchanged" ? { outcome: "updated" as const } : {},
    defined({ added: added.added }),
    added.reason ? { notes: [...notes, added.reason] } : {},
  );
}
