import type { OwnSeries, Reading, Status } from "../../../contract/library-fields.ts";

/** A book with the user's entry. The writers of all layouts take lists of these. */
export interface FixtureBook {
  /** An ISBN-13 that starts with 978. */
  isbn?: string;
  title: string;
  /** At least one; each has a given name and a family name. */
  authors: string[];
  publisher?: string;
  year?: number;
  pages?: number;
  language?: "en" | "de" | "fr";
  status?: Status;
  /** In steps of 0.25. */
  rating?: number;
  review?: string;
  notes?: string;
  tags: string[];
  /** Dates are full days or absent. */
  readings: Reading[];
  /** As in the title. */
  series?: OwnSeries;
  /** YYYY-MM-DD */
  added: string;
}

/** One book for each difficulty: a re-read, quarter stars, no ISBN, an ISBN-10 with X, markup in reviews, odd titles. */
export const FIXTURE_BOOKS: readonly FixtureBook[] = [
  {
    isbn: "9780441172719",
    title: "Dune (Dune, #1)",
    series: [{ name: "Dune", position: "1" }],
    authors: ["Frank Herbert"],
    publisher: "Ace",
    year: 1990,
    pages: 535,
    language: "en",
    status: "completed",
    rating: 4.25,
    review: 'Sand & spice.\n\nI <3 worms; 2 < 3, and "he" said so.',
    notes: "Lent to Ann",
    tags: ["science fiction", "favourites"],
    readings: [
      { startedAt: "2019-02-01", finishedAt: "2019-02-28" },
      { startedAt: "2022-10-29", finishedAt: "2022-11-28" },
    ],
    added: "2018-12-24",
  },
  {
    isbn: "9780156001311",
    title: "The Name of the Rose",
    authors: ["Umberto Eco", "William Weaver"],
    publisher: "Harcourt, Brace",
    year: 1994,
    pages: 536,
    language: "en",
    status: "want_to_read",
    tags: [],
    readings: [],
    added: "2024-02-29",
  },
  {
    isbn: "9783608939811",
    title: "„Die unendliche Geschichte“; oder: 'Anfang', Ende",
    authors: ["Michael Ende"],
    publisher: "Thienemann",
    year: 2004,
    pages: 480,
    language: "de",
    status: "reading",
    tags: ["für Kinder"],
    readings: [{ startedAt: "2024-05-05" }],
    added: "2024-05-04",
  },
  {
    isbn: "9782203396449",
    title: "Quartier lointain",
    authors: ["Jirō Taniguchi"],
    year: 2006,
    language: "fr",
    status: "abandoned",
    rating: 2,
    tags: ["bd"],
    readings: [{ startedAt: "2021-07-01" }],
    added: "2021-06-30",
  },
  {
    title: "A Book Nobody Numbered",
    authors: ["Martin Luther King, Jr."],
    status: "paused",
    rating: 5,
    review: "Short.",
    tags: [],
    readings: [],
    added: "2020-01-01",
  },
];
