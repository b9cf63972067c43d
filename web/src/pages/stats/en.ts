export const en = {
  title: "Statistics",
  emptyTitle: "No numbers yet",
  empty: "They appear with your first books.",
  add: "Add a book",
  what: "What",
  number: "Number",
  books: "Books",
  readings: "Finished readings",
  pages: "Pages read",
} as const;
