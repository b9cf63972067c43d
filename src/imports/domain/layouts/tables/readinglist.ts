import type { Layout } from "../layout.ts";

/** Reading List for iOS. Names are separated by semicolons, with the family name first. */
export const READING_LIST: Layout = {
  format: "readinglist",
  id: ["Google Books ID", "Manual ID"],
  ratingScale: 5,
  datesImplyStatus: true,
  marks: ["Google Books ID", "Manual ID", "Current Percentage"],
  columns: {
    "ISBN-13": "isbn",
    "Google Books ID": "extra",
    "Manual ID": "extra",
    Title: "title",
    Subtitle: "subtitle",
    Authors: "authorsInAnyOrder",
    "Page Count": "pageCount",
    "Publication Date": "publishedDate",
    Publisher: "publisher",
    Description: "description",
    Subjects: "categories",
    Language: "language",
    "Language Code": "language",
    "Cover Image": "ignored",
    "Started Reading": "startedAt",
    "Finished Reading": "finishedAt",
    "Current Page": "extra",
    "Current Percentage": "extra",
    Rating: "rating",
    Notes: "notes",
    Lists: "tags",
  },
};
