import type { Layout } from "../layout.ts";

/**
 * The reading log: ids only until 2021, with titles since. Publication year and average rating are
 * the work's.
 */
export const OPENLIBRARY: Layout = {
  format: "openlibrary",
  id: ["Work ID", "Edition ID"],
  marks: [
    "Edition ID",
    "First Publish Year",
    "Edition Count",
    "Has Ebook",
    "Subject People",
    "Subject Places",
    "Subject Times",
    "Ratings Average",
    "Ratings Count",
  ],
  ratingScale: 5,
  optional: [
    "Title",
    "Authors",
    "First Publish Year",
    "Edition Count",
    "My Ratings",
    "Ratings Average",
    "Ratings Count",
    "Has Ebook",
    "Subjects",
    "Subject People",
    "Subject Places",
    "Subject Times",
  ],
  columns: {
    "Work ID": "openLibrary",
    Title: "title",
    Authors: "authorsByComma",
    "First Publish Year": "extra",
    "Edition ID": "openLibrary",
    "Edition Count": "extra",
    Bookshelf: "status",
    "My Ratings": "rating",
    "Ratings Average": "extra",
    "Ratings Count": "extra",
    "Has Ebook": "extra",
    Subjects: "categories",
    "Subject People": "extra",
    "Subject Places": "extra",
    "Subject Times": "extra",
  },
};
