export const en = {
  title: "Shelf",
  startTitle: "Your books, on every device",
  start: "Add a first book. You need no account: one is made for you.",
  add: "Add a book",
  emptyTitle: "Your shelf is empty",
  empty: "Add a book by its ISBN.",
  count: { one: "{count} book", other: "{count} books" },
} as const;
