import type { Layout } from "../layout.ts";

/** Goodreads columns for compatibility, followed by Jelu's own columns, which are complete. */
export const JELU: Layout = {
  format: "jelu",
  marks: ["dropped_dates", "currently_reading"],
  ratingScale: 5,
  datesImplyStatus: true,
  columns: {
    Title: "title",
    Author: "author",
    ISBN: "isbn",
    Publisher: "publisher",
    "Date Read": "lastRead",
    Shelves: "status",
    Bookshelves: "spareTags",
    read_dates: "finishes",
    tags: "tags",
    authors: "spareAuthors",
    isbn10: "isbn",
    isbn13: "isbn",
    owned: "owned",
    dropped_dates: "stoppedAt",
    currently_reading: "startedAt",
  },
};
