/**
 * Display names of the service's ids. They are proper names, so they are the same in every
 * language.
 */

const FORMATS: Readonly<Record<string, string>> = {
  bookstrack: "BooksTrack",
  goodreads: "Goodreads",
  storygraph: "StoryGraph",
  librarything: "LibraryThing",
  bookwyrm: "BookWyrm",
  calibre: "Calibre",
  openlibrary: "Open Library",
  hardcover: "Hardcover",
  libib: "Libib",
  inventaire: "Inventaire",
  openreads: "Openreads",
  jelu: "Jelu",
  bookbuddy: "BookBuddy",
  anobii: "Anobii",
  clz: "CLZ Books",
  handylibrary: "Handy Library",
  bookcatalogue: "Book Catalogue",
  libation: "Libation",
  libby: "Libby",
  zotero: "Zotero",
  booklogjp: "booklog.jp",
  babelio: "Babelio",
  yamtrack: "Yamtrack",
  readinglist: "Reading List",
  booklogr: "booklogr",
  neodb: "NeoDB",
  skoob: "Skoob",
  notion: "Notion",
};

/** All formats of services that a user may choose. */
export const FORMAT_IDS: readonly string[] = [...Object.keys(FORMATS), "list"];

/** @param words texts for a table from an unknown service, and for an archive of this one */
export function formatName(format: string, words: { table: string; archive: string }): string {
  if (format === "list") return words.table;
  if (format === "bookstrack-archive") return words.archive;
  return FORMATS[format] ?? format;
}

/** Common encodings of files with books, by their label in the Encoding Standard. */
export const ENCODINGS: readonly (readonly [label: string, name: string])[] = [
  ["utf-8", "UTF-8"],
  ["utf-16le", "UTF-16"],
  ["windows-1252", "Windows-1252 (Western)"],
  ["iso-8859-15", "ISO-8859-15 (Western)"],
  ["macintosh", "Mac Roman"],
  ["windows-1250", "Windows-1250 (Central European)"],
  ["iso-8859-2", "ISO-8859-2 (Central European)"],
  ["windows-1251", "Windows-1251 (Cyrillic)"],
  ["koi8-r", "KOI8-R (Russian)"],
  ["koi8-u", "KOI8-U (Ukrainian)"],
  ["ibm866", "IBM866 (Cyrillic)"],
  ["windows-1253", "Windows-1253 (Greek)"],
  ["windows-1254", "Windows-1254 (Turkish)"],
  ["windows-1255", "Windows-1255 (Hebrew)"],
  ["windows-1256", "Windows-1256 (Arabic)"],
  ["windows-1257", "Windows-1257 (Baltic)"],
  ["shift_jis", "Shift-JIS (Japanese)"],
  ["euc-jp", "EUC-JP (Japanese)"],
  ["gb18030", "GB18030 (Chinese)"],
  ["big5", "Big5 (Chinese)"],
  ["euc-kr", "EUC-KR (Korean)"],
  ["windows-874", "Windows-874 (Thai)"],
];
