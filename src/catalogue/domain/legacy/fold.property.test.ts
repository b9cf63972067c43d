import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { Book } from "../../../../contract/catalogue.ts";
import { foldKey } from "./fold.ts";
import { compareRank, readKey, type KeyRecord } from "./key-record.ts";
import { bookOfOldValues } from "./old-values.ts";
import type { HeldBooks } from "./held-book.ts";
import { planMigrationPage } from "../../../kv-migration/domain/plan-migration.ts";
import { planValidationPage } from "../../../kv-migration/domain/plan-validation.ts";
import { defined } from "../../../platform/defined.ts";

const ISBN13 = "9780306406157";
const NOW = Date.UTC(2026, 10, 22);
/** Spellings of one book's ISBN under two prefixes. */
const KEYS = [
  "book:isbn:9780306406157",
  "book:isbn:0306406152",
  "old:9780306406157",
  "old:0306406152",
];

const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });

const value = fc.record({
  title: fc.constantFrom("One", "Two", "Three"),
  subtitle: maybe(fc.constantFrom("a", "b")),
  authors: maybe(fc.constantFrom(["A"], ["B", "C"])),
  publisher: maybe(fc.constantFrom("P", "Q")),
  publishedDate: maybe(fc.constantFrom("2003", "2003-05-01", "1998?", "19xx")),
  pageCount: maybe(fc.constantFrom(1, 2)),
  language: maybe(fc.constantFrom("en", "de")),
  description: maybe(fc.constantFrom("d", "e")),
  provider: maybe(fc.constantFrom("google-books", "openlibrary")),
  cachedAt: maybe(
    fc.constantFrom(Date.UTC(2024, 0, 1), Date.UTC(2025, 0, 1), Date.UTC(2099, 0, 1)),
  ),
});

const keyed = fc
  .uniqueArray(fc.record({ key: fc.constantFrom(...KEYS), value }), {
    selector: ({ key }) => key,
    minLength: 1,
  })
  .map((entries) =>
    entries.map(({ key, value: { cachedAt, ...book } }, index) => ({
      key,
      value: JSON.stringify(cachedAt === undefined ? book : { data: book, cachedAt }),
      hash: `0000000${index}`,
    })),
  );

/** A row written from a provider's answer. */
const liveRow = maybe(
  fc
    .record({ at: fc.constantFrom(Date.UTC(2024, 6, 1), NOW), pages: maybe(fc.constant(9)) })
    .map(({ at, pages }): Book => {
      const fetchedAt = new Date(at).toISOString();
      const fields = pages === undefined ? ["title"] : ["title", "pageCount"];
      return {
        isbn: ISBN13,
        isbn10: "0306406152",
        title: "Live",
        authors: [],
        categories: [],
        ...defined({ pageCount: pages }),
        provider: "openlibrary",
        sources: [{ provider: "openlibrary", fetchedAt, fields }],
        updatedAt: fetchedAt,
      };
    }),
);

type Entries = { key: string; value: string; hash: string }[];

/** The row after pages of the given entries, in order, each planned against the result of the previous one. */
function afterPages(pages: Entries[], row: Book | undefined) {
  let book = row;
  let keys: KeyRecord[] = [];
  const heldNow = (): HeldBooks =>
    new Map([
      [
        ISBN13,
        {
          ...(book ? { stored: { book, fetchedAt: 0, freshUntil: 0, version: 1 } } : {}),
          keys,
          columnDifferences: [],
        },
      ],
    ]);
  for (const page of pages) {
    const plan = planMigrationPage(page, heldNow(), NOW);
    book = plan.rows[0]?.record.book ?? book;
    const taken = new Set(plan.keys.map(({ key }) => key));
    keys = [...keys.filter(({ key }) => !taken.has(key)), ...plan.keys];
  }
  return { book, held: heldNow() };
}

it("has the same result for any order of keys, pages and runs", () => {
  fc.assert(
    fc.property(keyed, liveRow, fc.func(fc.nat()), (entries, row, order) => {
      const onePage = afterPages([entries], row).book;
      const shuffled = [...entries].sort((a, b) => order(a.key) - order(b.key));
      expect(
        afterPages(
          shuffled.map((entry) => [entry]),
          row,
        ).book,
      ).toEqual(onePage);
      expect(afterPages([entries.toReversed()], row).book).toEqual(onePage);
    }),
  );
});

it("gives a live writer the same book as the migration", () => {
  fc.assert(
    fc.property(keyed, (entries) => {
      expect(bookOfOldValues(entries, NOW)).toEqual(afterPages([entries], undefined).book);
    }),
  );
});

it("leaves nothing to migrate and no difference to report", () => {
  fc.assert(
    fc.property(keyed, liveRow, (entries, row) => {
      const { held } = afterPages([entries], row);
      const again = planMigrationPage(entries, held, NOW);
      expect(again.rows).toEqual([]);
      expect(again.tally.counts).toMatchObject({
        listed: entries.length,
        unchanged: entries.length,
      });
      const check = planValidationPage(entries, held, NOW);
      expect(check.faults.filter(({ reason }) => reason !== "superseded")).toEqual([]);
    }),
  );
});

it("erases nothing: every field of any key or the row is in the result", () => {
  fc.assert(
    fc.property(keyed, liveRow, (entries, row) => {
      const { book } = afterPages([entries], row);
      for (const entry of entries) {
        const reading = readKey(entry, NOW);
        const read = reading.kind === "book" ? reading.book : {};
        for (const field of Object.keys({ ...read, ...row })) expect(book).toHaveProperty(field);
      }
    }),
  );
});

it("ranks keys in one total order", () => {
  const records = keyed.map((entries) =>
    entries.flatMap((entry) => {
      const reading = readKey(entry, NOW);
      return reading.kind === "book" ? [reading.record] : [];
    }),
  );
  fc.assert(
    fc.property(records, (all) => {
      const sorted = [...all].sort(compareRank);
      sorted.forEach((one, index) => {
        for (const other of sorted.slice(index + 1))
          expect(compareRank(one, other)).toBeLessThan(0);
      });
    }),
  );
});

it("keeps a provider's newer value, and replaces an older one", () => {
  const at = (ms: number, title: string): Book => ({
    isbn: ISBN13,
    title,
    authors: [],
    categories: [],
    provider: "openlibrary",
    sources: [
      { provider: "openlibrary", fetchedAt: new Date(ms).toISOString(), fields: ["title"] },
    ],
    updatedAt: new Date(ms).toISOString(),
  });
  const reading = readKey(
    {
      key: "book:isbn:9780306406157",
      value: JSON.stringify({
        data: { title: "Key", pageCount: 3 },
        cachedAt: Date.UTC(2025, 0, 1),
      }),
      hash: "00000000",
    },
    NOW,
  );
  if (reading.kind !== "book") throw new Error("not a book");
  expect(foldKey(at(NOW, "Live"), [], reading)).toMatchObject({ title: "Live", pageCount: 3 });
  expect(foldKey(at(Date.UTC(2024, 0, 1), "Live"), [], reading)).toMatchObject({ title: "Key" });
});
