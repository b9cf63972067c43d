/** Random books for property tests. */
import fc from "fast-check";
import type { ListedBook } from "../../../state/library.ts";
import type { EditContext } from "../../../state/edits.ts";
import { FACET_NAMES, STATUSES, type Filters } from "./filters.ts";
import { SORTS, type Order } from "./order.ts";

const FIELDS: ListedBook = {
  isbn: "",
  title: "",
  authors: [],
  categories: [],
  tags: [],
  readings: [],
  provider: "merged",
  confirmed: true,
  addedAt: "2026-01-01T00:00:00Z",
  updatedAt: "2026-01-01T00:00:00Z",
};

export const bookWith = (fields: Partial<ListedBook>): ListedBook => ({ ...FIELDS, ...fields });

export const CONTEXT: EditContext = { today: "2026-03-09", newId: () => "new-reading" };

const word = fc.constantFrom(
  "the dune",
  "Ärger",
  "émile",
  "ß",
  "Ω",
  "夏",
  "42",
  "  -x",
  "The",
  "a",
);
const dates = fc.constantFrom("2024", "2024-03", "2024-03-09", "2025-12-31");
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });

const anyBook: fc.Arbitrary<ListedBook> = fc
  .record({
    title: fc.oneof(word, fc.string()),
    authors: fc.array(fc.oneof(word, fc.constant("King, Jr.")), { maxLength: 2 }),
    tags: fc.uniqueArray(fc.constantFrom("a", "b", "c"), { maxLength: 3 }),
    categories: fc.uniqueArray(fc.constantFrom("a", "b", "Ω"), { maxLength: 2 }),
    status: maybe(fc.constantFrom("reading", "want_to_read", "completed", "paused", "abandoned")),
    rating: maybe(fc.integer({ min: 1, max: 20 }).map((quarters) => quarters / 4)),
    owned: maybe(fc.boolean()),
    language: maybe(fc.constantFrom("en", "de")),
    format: maybe(fc.constantFrom("ebook", "paperback")),
    publicationYear: maybe(fc.integer({ min: 1800, max: 2026 })),
    addedAt: fc.constantFrom("2026-01-01T00:00:00Z", "2024-05-01T00:00:00Z"),
    readings: fc.array(
      fc.record({ id: fc.uuid(), startedAt: maybe(dates), finishedAt: maybe(dates) }),
      { maxLength: 2 },
    ),
  })
  .map((fields) => bookWith(JSON.parse(JSON.stringify(fields)) as Partial<ListedBook>));

export const anyShelf: fc.Arbitrary<ListedBook[]> = fc
  .array(anyBook, { maxLength: 40 })
  .map((books) => books.map((book, index) => ({ ...book, isbn: `isbn-${index}` })));

export const anyStatus = fc.constantFrom(...STATUSES);

export const anyFilters: fc.Arbitrary<Filters> = fc.record({
  q: fc.oneof(fc.constant(""), word, fc.string()),
  status: fc.constantFrom("all" as const, ...STATUSES),
  chosen: fc
    .dictionary(
      fc.constantFrom(...FACET_NAMES),
      fc.uniqueArray(
        fc.constantFrom("a", "b", "none", "yes", "4", "4.25", "en", "1990", "2024", "2024-03", "Ω"),
        { minLength: 1, maxLength: 2 },
      ),
      { maxKeys: 2 },
    )
    .map((chosen) => ({ ...chosen })),
});

export const anyOrder: fc.Arbitrary<Order> = fc.record({
  by: fc.constantFrom(...SORTS),
  isDescending: fc.boolean(),
});
