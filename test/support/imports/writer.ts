import type { Reading, Status } from "../../../contract/library-fields.ts";
import type { OwnBook } from "../../../contract/library.ts";
import { isbn10CheckDigit } from "../../../src/catalogue/domain/isbn/isbn.ts";
import type { ParsedEntry } from "../../../src/library/domain/merge-entry.ts";
import type { FixtureBook } from "./fixture-book.ts";

/** The part of a book that a layout preserves, as an import of its file returns it. */
export interface Carried {
  isbn?: string;
  book: Partial<OwnBook>;
  entry: ParsedEntry;
  /** Seconds since the epoch. */
  addedAt?: number;
}

/** Writes books in the format of one service. */
export interface Writer {
  columns: readonly string[];
  /** Cells by column; absent cells are empty. */
  cells: (book: FixtureBook) => Record<string, string>;
  carries: (book: FixtureBook) => Carried;
  /** The data of the user's copy in the file. */
  copy?: (book: FixtureBook) => Pick<ParsedEntry, "format" | "owned">;
  /** Its files have no header. */
  hasNoHeader?: true;
}

const slashed = (date: string): string => date.replaceAll("-", "/");

/** Formats for dates and numbers as used by the services. */
export const write = {
  slashed,
  /** `2022/10/29-2022/11/28`. An unknown end is empty; without a start it is just the end date. */
  range({ startedAt, finishedAt = "" }: Reading): string {
    return startedAt === undefined
      ? slashed(finishedAt)
      : `${slashed(startedAt)}-${slashed(finishedAt)}`;
  },
  number: (value: number | undefined): string => (value === undefined ? "" : String(value)),
  isbn10(isbn: string | undefined): string {
    if (isbn === undefined) return "";
    const digits = isbn.slice(3, 12);
    return `${digits}${isbn10CheckDigit(digits)}`;
  },
  /** A formula, so that a spreadsheet treats the value as text. */
  wrapped: (text: string): string => `="${text}"`,
  /** HTML that renders as the text. */
  html: (text = ""): string =>
    text
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll("\n", "<br/>"),
  lastFirst(name: string): string {
    const [, rest = "", last = "", suffix = ""] = /^(.*?) ([^\s,]+)(, Jr\.)?$/.exec(name) ?? [];
    return `${last}, ${rest}${suffix}`;
  },
};

/** Fields of FixtureBook that not every layout has. */
export type Part =
  | "publisher"
  | "year"
  | "pages"
  | "language"
  | "rating"
  | "review"
  | "notes"
  | "tags"
  | "added";

/** The data preserved by a layout that has these fields, all authors, and this status. */
export function carried(
  given: FixtureBook,
  parts: readonly Part[],
  readings: readonly Reading[],
  status: Status | undefined = given.status,
): Carried {
  const { isbn, title, authors, publisher, year, pages, language, rating, review, notes, tags } =
    given;
  const has = (part: Part): boolean => parts.includes(part) && given[part] !== undefined;
  return {
    ...(isbn === undefined ? {} : { isbn }),
    book: {
      title,
      authors,
      ...(has("publisher") ? { publisher } : {}),
      ...(has("year") ? { publicationYear: year } : {}),
      ...(has("pages") ? { pageCount: pages } : {}),
      ...(has("language") ? { language } : {}),
    },
    entry: {
      ...(status === undefined ? {} : { status }),
      ...(has("rating") ? { rating } : {}),
      ...(has("review") ? { review } : {}),
      ...(has("notes") ? { notes } : {}),
      ...(has("tags") && tags.length > 0 ? { tags } : {}),
      ...(readings.length > 0 ? { readings: [...readings] } : {}),
    },
    ...(has("added") ? { addedAt: Date.parse(given.added) / 1000 } : {}),
  };
}

/** The last reading with a start or an end, for layouts that have only one reading. */
export function lastReading({ readings }: FixtureBook): Reading | undefined {
  return readings.findLast((reading) => reading.startedAt ?? reading.finishedAt);
}
