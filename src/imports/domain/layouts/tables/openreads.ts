import type { Layout } from "../layout.ts";

/** The file also contains books in the user's trash. */
export const OPENREADS: Layout = {
  format: "openreads",
  id: ["olid"],
  marks: ["olid", "book_format"],
  ratingScale: 5,
  columns: {
    title: "title",
    subtitle: "subtitle",
    author: "authorsInAnyOrder",
    description: "description",
    status: "status",
    favourite: "extra",
    deleted: "isRemoved",
    rating: "rating",
    pages: "pageCount",
    publication_year: "publicationYear",
    isbn: "isbn",
    olid: "openLibrary",
    tags: "tagsByBars",
    my_review: "review",
    notes: "notes",
    book_format: "format",
    readings: "readings",
    date_added: "addedAt",
    date_modified: "extra",
  },
};
