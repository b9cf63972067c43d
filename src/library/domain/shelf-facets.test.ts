import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addFacetSums, facetsOf, facetSums, type FacetedEntry } from "./shelf-facets.ts";

const name = fc.constantFrom("Zoë", "ZOE", "zoe", "Bo", "__proto__", " a  b ", "A b", "◌́");
const entry: fc.Arbitrary<FacetedEntry> = fc.record(
  {
    status: fc.constantFrom("reading" as const, "paused" as const),
    format: fc.constantFrom("ebook" as const, "other" as const),
    year: fc.constantFrom(-400, 0, 1999),
    language: fc.constantFrom("en", "de"),
    tags: fc.array(name, { maxLength: 3 }),
    authors: fc.array(name, { maxLength: 3 }),
    series: fc.array(name, { maxLength: 3 }),
  },
  { requiredKeys: ["tags", "authors", "series"] },
);

describe("facets", () => {
  it("of parts of a shelf add up to those of the whole", () => {
    fc.assert(
      fc.property(fc.array(fc.array(entry, { maxLength: 5 })), (parts) => {
        const stored = parts.map((part) => JSON.parse(JSON.stringify(facetSums(part))) as never);
        const whole = facetsOf(facetSums(parts.flat()), 100);
        expect(facetsOf(addFacetSums(stored), 100)).toEqual(whole);
      }),
    );
  });

  it("of single values add up to the number of books, and list the top values", () => {
    fc.assert(
      fc.property(fc.array(entry), fc.integer({ min: 1, max: 3 }), (entries, limit) => {
        const whole = facetsOf(facetSums(entries), 100);
        for (const facet of ["languages", "formats", "years", "statuses"] as const) {
          const counts = whole[facet].map(({ count }) => count);
          expect(counts.reduce((sum, count) => sum + count, whole.without[facet])).toBe(
            entries.length,
          );
        }
        const some = facetsOf(facetSums(entries), limit);
        expect(some.authors).toEqual(whole.authors.slice(0, limit));
        expect(some.more.authors).toBe(Math.max(0, whole.authors.length - limit));
      }),
    );
  });

  it("join the spellings of a name under the most frequent one, and count a book once", () => {
    const books = [["Zoë", "ZOE"], ["zoe"], ["zoe", "Bo"]];
    const entries = books.map((authors) => ({ authors, tags: [], series: [] }));
    expect(facetsOf(facetSums(entries), 10).authors).toEqual([
      { value: "zoe", count: 3 },
      { value: "Bo", count: 1 },
    ]);
  });
});
