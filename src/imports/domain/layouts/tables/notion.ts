import type { Layout } from "../layout.ts";

/** The reading list template of Notion. `Name` is the title. */
export const NOTION: Layout = {
  format: "notion",
  ratingScale: 5,
  isAmerican: true,
  isSelection: true,
  marks: ["Score /5", "Publishing/Release Date"],
  ordinaryMarks: ["Score /5"],
  columns: {
    Name: "title",
    Author: "authorsInAnyOrder",
    Status: "status",
    "Score /5": "rating",
    Type: "tags",
    Publisher: "publisher",
    "Publishing/Release Date": "publishedDate",
    Completed: "finishedAt",
    Link: "extra",
    Summary: "description",
    Tags: "tags",
    ISBN: "isbn",
    Pages: "pageCount",
  },
};
