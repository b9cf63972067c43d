/** Supported layouts, as accepted by `format`. `list` is any table with a recognisable header, or one ISBN per line. */
export const FORMATS = [
  "bookstrack",
  "bookstrack-archive",
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
  "bookbuddy",
  "anobii",
  "clz",
  "handylibrary",
  "bookcatalogue",
  "libation",
  "libby",
  "zotero",
  "booklogjp",
  "babelio",
  "yamtrack",
  "readinglist",
  "booklogr",
  "neodb",
  "skoob",
  "notion",
  "list",
] as const;

export type Format = (typeof FORMATS)[number];

export function isFormat(name: string): name is Format {
  return FORMATS.some((format) => format === name);
}
