import type { Layout } from "../layout.ts";

/** Calibre's catalogue export. `timestamp` is the day on which the book was added; `cover` is a local path. */
export const CALIBRE: Layout = {
  format: "calibre",
  id: ["uuid", ["library_name", "id"]],
  marks: ["author_sort", "title_sort", "library_name", "series_index", "pubdate"],
  isSelection: true,
  columns: {
    author_sort: "spareAuthor",
    authors: "authorsByAmpersand",
    comments: "description",
    cover: "ignored",
    timestamp: "addedAt",
    formats: "fileFormats",
    isbn: "isbn",
    identifiers: "identifiers",
    languages: "language",
    library_name: "extra",
    pubdate: "publishedDate",
    publisher: "publisher",
    rating: "rating",
    series: "series",
    series_index: "seriesPosition",
    size: "extra",
    tags: "tags",
    title: "title",
    title_sort: "ignored",
    id: "extra",
    uuid: "extra",
  },
};
