import * as z from "zod";
import {
  ARCHIVE,
  archivedEntrySchema,
  archivedGoalSchema,
  archivedMoveSchema,
  archivedProgressSchema,
  archivedSettingSchema,
  archivedTrashSchema,
  archiveHeaderSchema,
} from "../../../../contract/archive.ts";
import { reviewItemSchema } from "../../../../contract/review-queue.ts";
import { isTimeZone } from "../../../platform/time-zone.ts";
import { defined } from "../../../platform/defined.ts";
import type { AccountLine } from "../job/account-line.ts";
import { reason, type ReasonCode } from "../job/reasons.ts";
import type { CsvRecord, ImportRow } from "../job/row.ts";
import { columnKey } from "./column-names.ts";
import { storable } from "./cells.ts";
import { archivedEntry, hasPlace, secondsOf, verdictAt } from "./archived-entry.ts";
import { bookRow } from "./exported-book.ts";
import { readQueued } from "./own-queue.ts";

/** The name of a line in the file of failed rows. */
export const ARCHIVE_COLUMN = "Archive line";

/** Explains why an archive's header cannot be read; undefined if it can. */
export function archiveProblem(line: string): string | undefined {
  const header = archiveHeaderSchema.safeParse(parsed(line)?.value);
  if (!header.success) {
    return `The first line of the archive is damaged: it must have format ${JSON.stringify(ARCHIVE.format)} and a version. Download the archive again.`;
  }
  const { version } = header.data;
  if (version <= ARCHIVE.version) return undefined;
  return `The archive has version ${version}; this service reads versions up to ${ARCHIVE.version}. Import it into a newer release of BooksTrack.`;
}

/**
 * The column with the lines, if a header belongs to the failed rows of an archive or another file
 * with such lines.
 */
export function columnOfLines(header: readonly string[]): number {
  return header.findIndex((cell) => columnKey(cell) === columnKey(ARCHIVE_COLUMN));
}

/** Reads a line of an archive of an account, or a record of the NDJSON or the JSON export (docs/export.md). */
export function readArchiveLine(record: CsvRecord): ImportRow {
  const [line = ""] = record.cells;
  const base = rowOf(record, line);
  if (record.damage === "ROW_TOO_LONG") return invalid(base, "ARCHIVE_LINE_TOO_LONG");
  if (record.damage !== undefined) return invalid(base, "ARCHIVE_INCOMPLETE");
  const json = parsed(line);
  if (json === undefined) return invalid(base, "ARCHIVE_LINE_DAMAGED");
  const type = z.object({ type: z.string() }).safeParse(json.value).data?.type ?? "";
  switch (type) {
    case "review":
    case "reviewQueue":
      return queuedRow(base, json.value);
    case "entry":
      return entryRow(base, json.value);
    case "book":
    case "books": {
      const read = bookRow(base, json.value, { hasProgress: type === "books" });
      return "issue" in read ? invalid(base, "ARCHIVE_VALUE_INVALID", issueOf(read.issue)) : read;
    }
  }
  const schema = Object.hasOwn(KINDS, type) ? KINDS[type as keyof typeof KINDS] : undefined;
  if (schema === undefined) {
    const named = type === "" ? "It has no type." : `Its type is ${type.slice(0, 40)}.`;
    return invalid(base, "ARCHIVE_LINE_UNKNOWN", named);
  }
  const account = schema.safeParse(json.value);
  if (!account.success) return invalid(base, "ARCHIVE_VALUE_INVALID", issueOf(account.error));
  return { ...base, verdict: { kind: "account" }, account: account.data, raw: {} };
}

const place = { message: "must be a valid ISBN-13", path: ["isbn"] };

/** Records other than entries and waiting rows. */
const KINDS = {
  progress: archivedProgressSchema.refine(({ isbn }) => hasPlace(isbn), place),
  goal: archivedGoalSchema,
  setting: archivedSettingSchema.refine(({ value }) => isTimeZone(value), {
    message: "must be the name of an IANA time zone",
    path: ["value"],
  }),
  trash: archivedTrashSchema.refine(({ isbn }) => hasPlace(isbn), place),
  move: archivedMoveSchema.refine(
    ({ isbn, movedTo }) => hasPlace(isbn) && hasPlace(movedTo),
    place,
  ),
} satisfies Record<string, z.ZodType<AccountLine>>;

const entrySchema = archivedEntrySchema.refine(({ isbn }) => hasPlace(isbn), place);

function rowOf({ row, line }: CsvRecord, text: string): ImportRow {
  return {
    row,
    line,
    verdict: { kind: "invalid", reason: reason("ARCHIVE_LINE_DAMAGED") },
    notes: [],
    book: {},
    entry: {},
    identifiers: {},
    raw: text === "" ? {} : { [ARCHIVE_COLUMN]: storable(text) },
  };
}

function invalid(row: ImportRow, code: ReasonCode, detail?: string): ImportRow {
  return { ...row, verdict: { kind: "invalid", reason: reason(code, detail) } };
}

function entryRow(row: ImportRow, value: unknown): ImportRow {
  const read = entrySchema.safeParse(value);
  if (!read.success) return invalid(row, "ARCHIVE_VALUE_INVALID", issueOf(read.error));
  const { isbn, addedAt, updatedAt, source, version, fieldWrites, own, book } = read.data;
  return {
    ...row,
    verdict: verdictAt(isbn),
    ...(own === undefined ? { book: book ?? {}, isCopy: true } : { book: own, isOwnWords: true }),
    entry: archivedEntry(read.data),
    addedAt: secondsOf(addedAt),
    stood: { updatedAt: secondsOf(updatedAt), version, ...defined({ source, fieldWrites }) },
    raw: {},
  };
}

const candidatesSchema = z.object({ candidates: reviewItemSchema.shape.candidates.max(20) });

/** A row that was waiting for the user waits again, with the editions that were found for it. */
function queuedRow(row: ImportRow, value: unknown): ImportRow {
  const refused = invalid(row, "ARCHIVE_VALUE_INVALID");
  const queued = readQueued(refused, JSON.stringify(value));
  if (queued === refused || queued.verdict.kind === "invalid") return refused;
  return {
    ...queued,
    ...defined({ candidates: candidatesSchema.safeParse(value).data?.candidates }),
  };
}

/** Parses a line and makes its texts storable; undefined if it is not JSON. */
function parsed(line: string): { value: unknown } | undefined {
  try {
    const reviver = (_key: string, value: unknown): unknown =>
      typeof value === "string" ? storable(value) : value;
    return { value: JSON.parse(line, reviver) as unknown };
  } catch {
    return undefined;
  }
}

/** Describes the first invalid member and what is expected. */
function issueOf({ issues }: z.ZodError): string {
  const [issue] = issues;
  const path = (issue?.path ?? []).join(".");
  return `${path === "" ? "The line" : path}: ${issue?.message ?? "is wrong"}.`.slice(0, 300);
}
