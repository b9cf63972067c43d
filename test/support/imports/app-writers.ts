import { JELU } from "../../../src/imports/domain/layouts/tables/jelu.ts";
import { OPENREADS } from "../../../src/imports/domain/layouts/tables/openreads.ts";
import { carried, write, type Writer } from "./writer.ts";

export const openreads: Writer = {
  columns: Object.keys(OPENREADS.columns),
  cells: (book) => ({
    title: book.title,
    author: book.authors.join(" & "),
    status: {
      want_to_read: "planned",
      reading: "in_progress",
      completed: "finished",
      paused: "paused",
      abandoned: "unfinished",
    }[book.status ?? "want_to_read"],
    favourite: "false",
    deleted: "false",
    rating: write.number(book.rating),
    pages: write.number(book.pages),
    publication_year: write.number(book.year),
    isbn: book.isbn ?? "",
    tags: book.tags.join("|||||"),
    my_review: book.review ?? "",
    notes: book.notes ?? "",
    readings: book.readings
      .map(({ startedAt, finishedAt }) => `${instant(startedAt)}|${instant(finishedAt)}|`)
      .join(";"),
    date_added: `${book.added}T00:00:00.000`,
  }),
  carries: (book) =>
    carried(
      book,
      ["year", "pages", "rating", "review", "notes", "tags", "added"],
      book.readings,
      book.status ?? "want_to_read",
    ),
};

const instant = (date: string | undefined): string =>
  date === undefined ? "" : `${date}T00:00:00.000`;

/** Jelu exports only the ends of readings. */
export const jelu: Writer = {
  columns: Object.keys(JELU.columns),
  cells: (book) => {
    const ends = book.readings.flatMap(({ finishedAt }) => finishedAt ?? []).map(write.slashed);
    return {
      Title: book.title,
      Author: book.authors[0] ?? "",
      ISBN: book.isbn ?? "",
      Publisher: book.publisher ?? "",
      "Date Read": ends.at(-1) ?? "",
      Shelves:
        { want_to_read: "to-read", reading: "currently-reading" }[book.status as string] ?? "",
      Bookshelves: book.tags.map((tag) => tag.replaceAll(" ", "")).join(" "),
      read_dates: ends.join(","),
      tags: book.tags.join(","),
      authors: book.authors.join(","),
      isbn10: write.isbn10(book.isbn),
      isbn13: book.isbn ?? "",
      owned: "true",
    };
  },
  copy: () => ({ owned: true }),
  carries: (book) => {
    const ends = book.readings.flatMap(({ finishedAt }) =>
      finishedAt === undefined ? [] : [{ finishedAt }],
    );
    const { status, ...without } = book;
    const implied = ends.length > 0 ? ({ ...without, status: "completed" } as const) : without;
    const isTold = status === "want_to_read" || status === "reading";
    return carried(isTold ? book : implied, ["publisher", "tags"], ends);
  },
};
