import type { Reading, Status } from "../../../contract/library-fields.ts";
import type { OwnBook } from "../../../contract/library.ts";
import { isbn10CheckDigit } from "../../../src/catalogue/domain/isbn/isbn.ts";
import type { ParsedEntry } from "../../../src/library/domain/merge-entry.ts";
import type { FixtureBook } from "./fixture-book.ts";

/** The values of a book that a layout can represent, as read from its file. */
export interface Carried {
  isbn?: string;
  book: Partial<OwnBook>;
  entry: ParsedEntry;
  /** Seconds since the epoch. */
  addedAt?: number;
}

/** Writes books like one service. */
export interface Writer {
  columns: readonly string[];
  /** Cells by column name; absent cells are empty. */
  cells: (book: FixtureBook) => Record<string, string>;
  carries: (book: FixtureBook) => Carried;
}

const slashed = (date: string): string => date.replaceAll("-", "/");

/** Formats dates and numbers like services. */
export const write = {
  slashed,
  /** `2022/10/29-2022/11/28`; an unknown side is empty, and an end without a start is a single day. */
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
  /** A formula that spreadsheets read as text. */
  wrapped: (text: string): string => `="${text}"`,
  /** HTML that displays the text. */
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

/** Fields of a FixtureBook that most layouts have. */
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

/** Returns the values that a layout with these fields, all authors and this status represents. */
export function carried(
  book: FixtureBook,
  parts: readonly Part[],
  readings: readonly Reading[],
  status: Status | undefined = book.status,
): Carried {
  const { isbn, title, authors, publisher, year, pages, language, rating, review, notes, tags } =
    book;
  const has = (part: Part): boolean => parts.includes(part) && book[part] !== undefined;
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
    ...(has("added") ? { addedAt: Date.parse(book.added) / 1000 } : {}),
  };
}

/** Returns the last reading that has dates, for layouts with a single reading. */
export function lastReading({ readings }: FixtureBook): Reading | undefined {
  return readings.findLast((reading) => reading.startedAt ?? reading.finishedAt);
}
