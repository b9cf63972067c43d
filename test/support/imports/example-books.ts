import { isbn13CheckDigit } from "../../../src/catalogue/domain/isbn/isbn.ts";
import { encode } from "./encode.ts";
import type { FixtureBook } from "./fixture-book.ts";
import { writeLayout, type Written } from "./write-layout.ts";

/** A number from an unassigned range, with its check digit. */
const isbn = (number: number): string => {
  const digits = `9786${String(99_000_000 + number)}`;
  return `${digits}${isbn13CheckDigit(digits)}`;
};

/** Invented books and people. */
const BOOKS: readonly FixtureBook[] = [
  {
    isbn: isbn(101),
    title: "The Lamplighter's Almanac (Harbour Street, #1)",
    authors: ["Ines Varga"],
    publisher: "Quayside Press",
    year: 2014,
    pages: 312,
    language: "en",
    status: "completed",
    rating: 4.5,
    review: "A quiet book.\nThe last chapter is worth the wait.",
    tags: ["harbour", "favourites"],
    readings: [
      { startedAt: "2019-02-01", finishedAt: "2019-02-20" },
      { startedAt: "2023-11-03", finishedAt: "2023-11-28" },
    ],
    added: "2018-12-24",
  },
  {
    isbn: isbn(102),
    title: "Seven Maps of Rain",
    authors: ["Tomas Ekdahl", "Miriam Okoro"],
    publisher: "Field & Furrow",
    year: 2008,
    pages: 240,
    language: "en",
    status: "want_to_read",
    tags: [],
    readings: [],
    added: "2024-02-29",
  },
  {
    isbn: isbn(103),
    title: "Die Uhrmacherin von Übersee",
    authors: ["Käthe Rosenau"],
    publisher: "Verlag am Deich",
    year: 2021,
    pages: 480,
    language: "de",
    status: "reading",
    notes: "Page 112: the map is upside down",
    tags: ["für den Zug"],
    readings: [{ startedAt: "2024-05-25" }],
    added: "2024-05-14",
  },
  {
    isbn: isbn(104),
    title: "Le Dernier Été à Valmorin",
    authors: ["Hélène Castagnier"],
    publisher: "Éditions du Phare",
    year: 2016,
    pages: 198,
    language: "fr",
    status: "abandoned",
    rating: 2,
    tags: ["français"],
    readings: [{ startedAt: "2021-07-21" }],
    added: "2021-06-30",
  },
  {
    title: "A Field Guide to Borrowed Umbrellas",
    authors: ["Ada Penhallow"],
    year: 1997,
    status: "completed",
    rating: 5,
    tags: [],
    readings: [{ finishedAt: "2020-01-18" }],
    added: "2020-01-02",
  },
];

/** Books for booklog.jp. */
const JAPANESE_BOOKS: readonly FixtureBook[] = [
  {
    isbn: isbn(201),
    title: "港町の灯台守",
    authors: ["青山みなと"],
    publisher: "海風書房",
    year: 2014,
    pages: 312,
    status: "completed",
    rating: 4,
    review: "静かな本でした。最後の章がとてもよかった。",
    tags: ["小説"],
    readings: [{ finishedAt: "2019-05-05" }],
    added: "2019-05-01",
  },
  {
    isbn: isbn(202),
    title: "七つの雨の地図",
    authors: ["森川千夏", "西野光"],
    publisher: "月見出版",
    year: 2008,
    status: "want_to_read",
    tags: [],
    readings: [],
    added: "2020-02-29",
  },
  {
    title: "借りた傘の本",
    authors: ["白石あかり"],
    status: "reading",
    tags: ["エッセイ"],
    readings: [],
    added: "2021-11-03",
  },
];

/** Encodings of services that do not write UTF-8. */
const ENCODINGS: Readonly<Partial<Record<Written, string>>> = {
  babelio: "windows-1252",
  booklogjp: "shift_jis",
  librarything: "windows-1252",
};

/** The books of the example of a format. */
export function exampleBooks(format: Written): readonly FixtureBook[] {
  return format === "booklogjp" ? JAPANESE_BOOKS : BOOKS;
}

/** The example of a format: its name under docs/examples/, and its bytes. */
export function exampleFile(format: Written): { name: string; bytes: Uint8Array } {
  const dialect = format === "babelio" ? { delimiter: ";" as const } : undefined;
  const text = writeLayout(format, exampleBooks(format), dialect);
  const encoding = ENCODINGS[format];
  const bytes = encoding === undefined ? new TextEncoder().encode(text) : encode(text, encoding);
  if (bytes === undefined) throw new Error(`The example of ${format} cannot be encoded.`);
  return { name: `${format}.${format === "librarything" ? "tsv" : "csv"}`, bytes };
}
