import { runs } from "../../../../test/support/properties.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryBook } from "../../../../test/support/imports/arbitrary-book.ts";
import { FIXTURE_BOOKS } from "../../../../test/support/imports/fixture-book.ts";
import { readFile } from "../../../../test/support/imports/read-file.ts";
import { carriedBy, writeLayout, WRITERS } from "../../../../test/support/imports/write-layout.ts";
import type { ImportRow } from "../job/row.ts";
import { defined } from "../../../platform/defined.ts";

const FORMATS = Object.keys(WRITERS) as (keyof typeof WRITERS)[];

/** The fields of a row. */
function saidBy({ verdict, book, entry, addedAt }: ImportRow) {
  const { extra: _extra, readCount: _count, ...fields } = entry;
  return {
    ...(verdict.kind === "shelve" ? { isbn: verdict.isbn } : {}),
    book,
    entry: fields,
    ...defined({ addedAt }),
  };
}

describe.each(FORMATS)("a file of %s", (format) => {
  it("round-trips the fixture books as far as the format can represent them", async () => {
    const { detection, rows } = await readFile(writeLayout(format, FIXTURE_BOOKS));
    expect(detection.format).toBe(format);
    expect(rows.map(saidBy)).toEqual(FIXTURE_BOOKS.map((book) => carriedBy(format, book)));
    const first = WRITERS[format].hasNoHeader ? 1 : 2;
    expect(rows.map(({ row }) => row)).toEqual(FIXTURE_BOOKS.map((_, index) => index + first));
  });

  it("round-trips arbitrary books", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(arbitraryBook, { minLength: 1, maxLength: 5 }),
        fc.record({
          delimiter: fc.constantFrom(",", ";", "\t"),
          lineEnd: fc.constantFrom("\n", "\r\n"),
          quoteAll: fc.boolean(),
        }),
        async (books, dialect) => {
          const { detection, rows } = await readFile(writeLayout(format, books, dialect));
          expect(detection.format).toBe(format);
          expect(rows.map(saidBy)).toEqual(books.map((book) => carriedBy(format, book)));
        },
      ),
      { numRuns: runs(20) },
    );
  });
});
