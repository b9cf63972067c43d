import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Book, bookSchema } from "../../../../contract/catalogue.ts";
import { filledFields } from "./book-fields.ts";
import { mergeAnswers, mergeStored } from "./merge.ts";
import { answeredIn, withoutSuperseded } from "./superseded.ts";
import type { ProviderBook } from "../provider.ts";

const ISBN = "9780306406157";

function providerBook(fields: Partial<ProviderBook>): ProviderBook {
  return { isbn: ISBN, title: "A Title", authors: [], categories: [], ...fields };
}

describe("properties of merging", () => {
  const text = fc.constantFrom("a", "b", "c", "A Book", "A BOOK", "????", "Book, The", "A Book 2");
  const url = text.map((name) => `https://e.example/${name}`);
  const date = fc.constantFrom(
    "2003",
    "2003-05",
    "2003-05-01",
    "2004",
    "2004-12-31",
    "2003-01-01",
    "1900-01-01",
  );
  const fields = fc.record(
    {
      title: text,
      subtitle: text,
      authors: fc.array(text, { maxLength: 2 }),
      authorsDetailed: fc.array(
        fc.record(
          { name: text, key: text, role: fc.constantFrom("translator") },
          { requiredKeys: ["name"] },
        ),
        { maxLength: 2 },
      ),
      publisher: text,
      publishedDate: date,
      pageCount: fc.constantFrom(1, 3, 30, 300, 301),
      language: fc.constantFrom("en", "de"),
      categories: fc.array(text, { maxLength: 2 }),
      description: text,
      imageLinks: fc.record({ thumbnail: url, medium: url, large: url }, { requiredKeys: [] }),
      coverUrl: url,
      identifiers: fc.dictionary(text, text, { maxKeys: 2 }),
    },
    { requiredKeys: [] },
  );
  const said1 = fields.map((some) =>
    providerBook(
      some.publishedDate === undefined
        ? some
        : { ...some, publicationYear: Number(some.publishedDate.slice(0, 4)) },
    ),
  );
  const provider = fc.constantFrom("openlibrary" as const, "google-books" as const);
  const answerAt = (day: number) =>
    fc.record({
      provider,
      book: said1,
      fetchedAt: fc.constant(new Date(Date.UTC(2026, 0, day)).toISOString()),
    });
  /** A stored book merged from two answers with different dates. */
  const bookOf = (...days: [number, number]) =>
    fc
      .tuple(answerAt(days[0]), answerAt(days[1]))
      .map(([a, b]) => mergeStored(mergeAnswers(ISBN, [a]), mergeAnswers(ISBN, [b])));

  it("yields valid books", () => {
    fc.assert(
      fc.property(bookOf(1, 3), bookOf(2, 4), (a, b) => {
        expect(bookSchema.safeParse(mergeStored(a, b)).error).toBeUndefined();
      }),
    );
  });

  it("does not depend on the order of the answers of one lookup", () => {
    fc.assert(
      fc.property(answerAt(1), answerAt(2), (a, b) => {
        expect(mergeAnswers(ISBN, [a, b])).toStrictEqual(mergeAnswers(ISBN, [b, a]));
      }),
    );
  });

  it("does not depend on the order of writes when dates differ", () => {
    fc.assert(
      fc.property(bookOf(1, 3), bookOf(2, 4), (a, b) => {
        expect(mergeStored(a, b)).toStrictEqual(mergeStored(b, a));
      }),
    );
  });

  it("changes nothing when the same book is written again, equal dates included", () => {
    fc.assert(
      fc.property(bookOf(1, 2), bookOf(2, 1), (a, b) => {
        const once = mergeStored(a, b);
        expect(mergeStored(once, b)).toStrictEqual(once);
        expect(mergeStored(once, a)).toStrictEqual(once);
        expect(mergeStored(once, once)).toStrictEqual(once);
      }),
    );
  });

  it("loses a field only if its source has answered again, or if the title contains it", () => {
    const names = (book: Book) => [
      ...filledFields(book).filter((field) => field !== "subtitle" && field !== "authorsDetailed"),
      ...Object.keys(book.imageLinks ?? {}),
      ...Object.keys(book.identifiers ?? {}).map((name) => `id ${name}`),
    ];
    fc.assert(
      fc.property(bookOf(1, 3), bookOf(2, 4), (a, b) => {
        const kept = names(mergeStored(a, b));
        const [left, right] = [
          withoutSuperseded(a, answeredIn(b)),
          withoutSuperseded(b, answeredIn(a)),
        ];
        expect(kept).toEqual(expect.arrayContaining([...names(left), ...names(right)]));
      }),
    );
  });

  it("lists authors first, then people with other roles", () => {
    fc.assert(
      fc.property(bookOf(1, 3), bookOf(2, 4), (a, b) => {
        const { authors, authorsDetailed = [] } = mergeStored(a, b);
        const [own, others] = [
          authorsDetailed.slice(0, authors.length),
          authorsDetailed.slice(authors.length),
        ];
        const expected = authorsDetailed.length > 0 ? authors : [];
        expect(own.map(({ name }) => name)).toEqual(expected);
        expect(others.every(({ role }) => role !== undefined)).toBe(true);
      }),
    );
  });

  it("ends with the newest answer of one source, whatever the order of writes", () => {
    fc.assert(
      fc.property(
        fc.tuple(said1, said1, said1),
        fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
        (books, order) => {
          const written = books.map((book, index) =>
            mergeAnswers(ISBN, [
              {
                provider: "openlibrary",
                book,
                fetchedAt: new Date(Date.UTC(2026, 0, index + 1)).toISOString(),
              },
            ]),
          );
          const merged = order
            .flatMap((index) => written.slice(index, index + 1))
            .reduce((one, other) => mergeStored(one, other));
          const newest = written.reduce((_earlier, last) => last);
          expect(merged).toStrictEqual(mergeStored(newest, newest));
        },
      ),
    );
  });

  it("credits every filled field to a source, and no blank field", () => {
    fc.assert(
      fc.property(bookOf(1, 3), bookOf(2, 4), (a, b) => {
        const merged = mergeStored(a, b);
        const credited = new Set(merged.sources.flatMap((source) => source.fields));
        expect([...credited].sort()).toEqual(filledFields(merged).sort());
        expect(merged.sources.every((source) => source.fields.length > 0)).toBe(true);
      }),
    );
  });
});
