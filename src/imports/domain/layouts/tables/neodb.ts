import type { Layout } from "../layout.ts";

/** Marks of NeoDB: `info` has identifiers, ratings are out of ten. */
export const NEODB: Layout = {
  format: "neodb",
  ratingScale: 10,
  marks: [],
  columns: {
    title: "title",
    info: "identifiers",
    links: "extra",
    timestamp: "addedAt",
    status: "status",
    rating: "rating",
    comment: "review",
    tags: "tags",
  },
};
