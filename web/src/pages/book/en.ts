export const en = {
  title: "Book",
  missingTitle: "This book is not on your shelf",
  missing: "It may have been removed on another device.",
  toShelf: "To the shelf",
} as const;
