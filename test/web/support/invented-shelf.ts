import type { LibraryBook } from "../../../client/src/schema.ts";
import { generatedBooks } from "../../tools/stand-in/generated-books.ts";
import { listedBook } from "./device-shelf.ts";

type Row = readonly [title: string, authors: string, fields: Partial<LibraryBook>];

const read = (date: string, rating: number): Partial<LibraryBook> => ({
  status: "completed",
  rating,
  readings: [{ id: `r-${date}`, finishedAt: date }],
});

/**
 * Invented books that are hard to show: long titles, both writing directions, HTML, no author, no
 * ISBN.
 */
const ROWS: readonly Row[] = [
  [
    "The Cartographer’s Winter",
    "Ines Halloran",
    {
      status: "reading",
      pageCount: 412,
      progress: { page: 123, percent: 30, at: "2026-02-01T10:00:00Z" },
      readings: [{ id: "r1", startedAt: "2026-02-14" }],
      tags: ["maps", "historical"],
    },
  ],
  [
    "Salt, Smoke and Other Inheritances",
    "Tobias Renn",
    { ...read("2026-01-20", 4.25), tags: ["essays"] },
  ],
  [
    "A Complete and Unabridged History of Every Lighthouse on the Northern Coast, with Notes on Their Keepers, Their Dogs, and the Weather",
    "Margarethe von Aldenhoven;Jon Ask",
    { ...read("2025-12-01", 3.75), format: "hardcover", owned: true },
  ],
  ["مدينة الريح", "ليلى الحداد", { status: "want_to_read", language: "ar" }],
  ["Die Stille nach dem Regen", "Clara Wiesinger", { ...read("2025-11", 5), language: "de" }],
  ["<b>Bold</b> & <script>alert(1)</script>", "Ada Null", { status: "paused", rating: 2.5 }],
  ["Glass Orchard", "Mina Okafor", { status: "want_to_read", tags: ["gift"] }],
  [
    "Ten Thousand Small Engines",
    "R. J. Castellane",
    { ...read("2025-09-03", 4.5), format: "ebook" },
  ],
  ["夏の終わりの図書館", "森田 葵", { ...read("2025-08-15", 4), language: "ja" }],
  ["The Understudy", "Pilar Quint", { status: "abandoned", rating: 1.25 }],
  ["Notes from the Allotment", "", { isbn: "local-1", confirmed: false }],
  [
    "Night Ferry to Harwich",
    "Edmund Sale",
    { ...read("2024-05", 3), series: [{ name: "Harwich", position: "1" }] },
  ],
  [
    "What the River Kept",
    "Edmund Sale",
    { status: "want_to_read", series: [{ name: "Harwich", position: "2" }] },
  ],
  [
    "Kleine Geschichte der großen Irrtümer",
    "Jakob Thür",
    { ...read("2024-02-10", 4.75), language: "de" },
  ],
  [
    "The Beekeeper’s Algebra",
    "Sunita Rao",
    { status: "reading", readings: [{ id: "r2", startedAt: "2026-03-01" }] },
  ],
  ["Every Door in Lisbon", "Tomás Brandão", read("2023-10-10", 4)],
];

const isbns = generatedBooks(ROWS.length).map(({ isbn13 }) => isbn13);

export const inventedShelf = (): LibraryBook[] =>
  ROWS.map(([title, authors, fields], index) =>
    listedBook({
      isbn: isbns[index] ?? "",
      title,
      authors: authors.split(";").filter(Boolean),
      publicationYear: 1990 + index,
      addedAt: new Date(Date.UTC(2026, 1, 28 - index)).toISOString(),
      ...fields,
    }),
  );
