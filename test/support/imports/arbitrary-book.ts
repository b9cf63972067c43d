import fc from "fast-check";
import { isbn13CheckDigit } from "../../../src/catalogue/domain/isbn/isbn.ts";
import type { FixtureBook } from "./fixture-book.ts";

const isbn = fc
  .integer({ min: 100_000_000, max: 999_999_999 })
  .map((digits) => `978${digits}${isbn13CheckDigit(`978${digits}`)}`);

const WORDS = [
  "night",
  "Ünder",
  "the",
  "<b",
  '"Sea"',
  "=1+1",
  "@home",
  "it's",
  "風",
  "a,b",
  "x;y",
  "& co",
  "٣",
  "e\u0301t",
];
const line = fc
  .array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 5 })
  .map((words) => words.join(" "));
const text = fc.array(line, { minLength: 1, maxLength: 4 }).map((lines) => lines.join("\n"));

const name = fc
  .tuple(
    fc.constantFrom("Ann", "Ursula K.", "Jirō", "Gabriel"),
    fc.constantFrom("Guin", "O'Brien", "Taniguchi", "Márquez", "King, Jr."),
  )
  .map((names) => names.join(" "));

const day = fc
  .integer({ min: 0, max: 18_000 })
  .map((days) => new Date(Date.UTC(1975, 0, 1 + days)).toISOString().slice(0, 10));

const ended = fc.tuple(day, day).map((days) => {
  const [startedAt = "", finishedAt = ""] = days.toSorted();
  return { startedAt, finishedAt };
});

/** Status with matching readings: a reading that is in progress, paused or abandoned has no end. */
const reading = fc.oneof(
  fc.record({ status: fc.constant("want_to_read" as const), readings: fc.constant([]) }),
  fc.record({
    status: fc.constantFrom("reading" as const, "paused" as const, "abandoned" as const),
    readings: day.map((startedAt) => [{ startedAt }]),
  }),
  fc.record({
    status: fc.constant("completed" as const),
    readings: fc.uniqueArray(ended, {
      minLength: 1,
      maxLength: 3,
      selector: (one) => one.finishedAt,
    }),
  }),
);

const optional = {
  isbn,
  publisher: fc.constantFrom("Ace", "Éditions du Seuil", "Harcourt, Brace"),
  year: fc.integer({ min: 1500, max: 2030 }),
  pages: fc.integer({ min: 1, max: 5000 }),
  language: fc.constantFrom("en" as const, "de" as const, "fr" as const),
  rating: fc.integer({ min: 2, max: 20 }).map((quarters) => quarters / 4),
  review: text,
  notes: line,
};

/** Realistic books, with everything that makes files hard to parse. */
export const arbitraryBook: fc.Arbitrary<FixtureBook> = fc
  .tuple(
    fc.record(
      {
        ...optional,
        title: line,
        authors: fc.uniqueArray(name, { minLength: 1, maxLength: 3 }),
        tags: fc.uniqueArray(fc.constantFrom("sci-fi", "für Kinder", "2024", "風", "to give"), {
          maxLength: 3,
        }),
        added: day,
      },
      { requiredKeys: ["title", "authors", "tags", "added"] },
    ),
    reading,
  )
  .map(([book, { status, readings }]): FixtureBook => ({
    ...book,
    status,
    readings: [...readings],
  }));
