import type { Reading, Status } from "../../../contract/library-fields.ts";
import type { OwnBook } from "../../../contract/library.ts";
import { isbn10CheckDigit } from "../../../src/catalogue/domain/isbn/isbn.ts";
import type { ParsedEntry } from "../../../src/library/domain/merge-entry.ts";
import type { FixtureBook } from "./fixture-book.ts";

/** What of a book a layout can carry, as a reader of its file would have it. */
export interface Carried {
  isbn?: string;
  book: Partial<OwnBook>;
  entry: ParsedEntry;
  /** Seconds since the epoch. */
  addedAt?: number;
}

/** How one service writes a book. */
export interface Writer {
  columns: readonly string[];
  /** Cells by column; what is absent is empty. */
  cells: (book: FixtureBook) => Record<string, string>;
  carries: (book: FixtureBook) => Carried;
}

const slashed = (date: string): string => date.replaceAll("-", "/");

/** Dates and numbers as services write them. */
export const write = {
  slashed,
  /** `2022/10/29-2022/11/28`, a side that is not known empty; an end alone is a day. */
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
  /** What a spreadsheet takes for text. */
  wrapped: (text: string): string => `="${text}"`,
  /** What a web page shows as the text. */
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

/** The parts of a book and its entry that most layouts have, by the names of FixtureBook. */
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

/** What is carried by a layout that has these parts, all authors, and these statuses. */
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

/** The last reading that has begun or ended, for layouts that know of one only. */
export function lastReading({ readings }: FixtureBook): Reading | undefined {
  return readings.findLast((reading) => reading.startedAt ?? reading.finishedAt);
}
