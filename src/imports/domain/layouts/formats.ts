/** The layouts that are read, by the names that `format` takes; `list` is any table with a header that can be understood, or one ISBN a line. */
export const FORMATS = [
  "bookstrack",
  "goodreads",
  "storygraph",
  "librarything",
  "bookwyrm",
  "calibre",
  "openlibrary",
  "hardcover",
  "libib",
  "inventaire",
  "openreads",
  "jelu",
  "list",
] as const;

export type Format = (typeof FORMATS)[number];

export function isFormat(name: string): name is Format {
  return FORMATS.some((format) => format === name);
}
