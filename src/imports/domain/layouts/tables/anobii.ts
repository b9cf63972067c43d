import type { Layout } from "../layout.ts";

/** The status is a sentence with a date: `Finished on 2023-12-29`. */
export const ANOBII: Layout = {
  format: "anobii",
  ratingScale: 5,
  marks: ["Comment Title", "Comment Content"],
  columns: {
    ISBN: "isbn",
    Title: "title",
    Subtitle: "subtitle",
    Author: "authorsByComma",
    Format: "format",
    "Number of pages": "pageCount",
    Publisher: "publisher",
    "Date of publication": "publishedDate",
    "Private notes": "notes",
    "Comment Title": "extra",
    "Comment Content": "review",
    "Reading status": "statusWithDay",
    Vote: "rating",
    Tags: "tags",
  },
};
