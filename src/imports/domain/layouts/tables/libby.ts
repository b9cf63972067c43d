import type { Layout } from "../layout.ts";

/** The timeline of a library card: one row per loan, return or hold. A return does not show that a book was read. */
export const LIBBY: Layout = {
  format: "libby",
  marks: [],
  columns: {
    cover: "ignored",
    title: "title",
    author: "authorsByComma",
    publisher: "publisher",
    ISBN: "isbn",
    timestamp: "addedAt",
    activity: "extra",
    details: "extra",
    library: "extra",
  },
};
