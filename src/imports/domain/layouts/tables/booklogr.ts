import type { Layout } from "../layout.ts";

export const BOOKLOGR: Layout = {
  format: "booklogr",
  id: ["id"],
  ratingScale: 5,
  marks: ["owner_id", "created_on"],
  columns: {
    id: "extra",
    title: "title",
    isbn: "isbn",
    description: "description",
    author: "authorsByComma",
    reading_status: "status",
    current_page: "extra",
    total_pages: "pageCount",
    rating: "rating",
    owner_id: "extra",
    created_on: "addedAt",
  },
};
