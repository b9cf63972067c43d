import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { facetValues, FACET_NAMES, filtered, NO_FILTERS, STATUSES, toggled } from "./filters.ts";
import { ordered, placesOf } from "./order.ts";
import { anyFilters, anyOrder, anyShelf, bookWith } from "./made-up-shelf.ts";
import { finishedAt, titleKey } from "./prepared.ts";
import {
  NOTHING_SELECTED,
  splitSelection,
  toggledBook,
  withAll,
  withRange,
  type Selection,
} from "./selection.ts";
import { FIRST_VIEW, LAYOUTS, searchOf, viewOf } from "./view.ts";
import { columnsOf, itemAfter, rangeOf } from "./window.ts";

const isbnsOf = (books: readonly { isbn: string }[]): string[] => books.map(({ isbn }) => isbn);

describe("filters", () => {
  it("count the books of each tab, and keep the order", () => {
    fc.assert(
      fc.property(anyShelf, anyFilters, (books, filters) => {
        const { books: shown, counts } = filtered(books, filters);
        expect(counts[filters.status]).toBe(shown.length);
        expect(STATUSES.reduce((sum, status) => sum + counts[status], 0)).toBe(counts.all);
        expect(shown).toEqual(books.filter((book) => shown.includes(book)));
      }),
    );
  });

  it("show as many books for a value of a facet as the facet counts", () => {
    fc.assert(
      fc.property(
        anyShelf,
        anyFilters,
        fc.constantFrom(...FACET_NAMES),
        (books, filters, facet) => {
          const { [facet]: chosen = [], ...others } = filters.chosen;
          for (const { value, count } of facetValues(books, filters, facet)) {
            if (chosen.includes(value)) continue;
            const base = facet === "tag" ? filters : { ...filters, chosen: others };
            expect(filtered(books, toggled(base, facet, value)).books).toHaveLength(count);
          }
        },
      ),
    );
  });

  it("find words in any order, without accents and case, in title, author, tag, series and number", () => {
    const book = bookWith({
      isbn: "9780441172719",
      title: "Émile – Straße",
      authors: ["Jørgen Łukasz"],
      tags: ["Sci-Fi"],
      series: [{ name: "Reihe" }],
    });
    const finds = (q: string) => filtered([book], { ...NO_FILTERS, q }).books.length === 1;
    for (const q of ["strasse emile", "JORGEN", "lukasz sci", "reihe", "44117", "  "]) {
      expect([q, finds(q)]).toEqual([q, true]);
    }
    expect(finds("emile nobody")).toBe(false);
  });

  it("are unchanged after a value is toggled twice", () => {
    const once = toggled(NO_FILTERS, "tag", "a");
    expect(once.chosen).toEqual({ tag: ["a"] });
    expect(toggled(once, "tag", "a")).toEqual(NO_FILTERS);
  });
});

describe("the order", () => {
  it("has every book once, those without a value last, and does not depend on the previous order", () => {
    fc.assert(
      fc.property(anyShelf, anyOrder, (books, order) => {
        const shown = ordered(books, order);
        expect(isbnsOf(shown).toSorted()).toEqual(isbnsOf(books).toSorted());
        expect(isbnsOf(ordered(books.toReversed(), order))).toEqual(isbnsOf(shown));
        const byRating = ordered(books, { ...order, by: "rating" });
        const rated = byRating.map(({ rating }) => rating !== undefined);
        expect(rated).toEqual(rated.toSorted((one, other) => Number(other) - Number(one)));
      }),
    );
  });

  it("files titles without articles and authors by family name", () => {
    const titles = ["The Zoo", "Ärger", "A Bee", "“Quoted”", "Die Wand"].map((title) =>
      bookWith({ isbn: title, title }),
    );
    expect(isbnsOf(ordered(titles, { by: "title", isDescending: false }))).toEqual([
      "Ärger",
      "A Bee",
      "“Quoted”",
      "Die Wand",
      "The Zoo",
    ]);
    const authors = ["Ann Zed", "King, Stephen", "Bo Abe", ""].map((name) =>
      bookWith({ isbn: name, authors: name === "" ? [] : [name] }),
    );
    const byAuthor = { by: "author", isDescending: false } as const;
    expect(isbnsOf(ordered(authors, byAuthor))).toEqual(["Bo Abe", "King, Stephen", "Ann Zed", ""]);
    expect(placesOf(ordered(authors, byAuthor), byAuthor).map(({ label }) => label)).toEqual([
      "A",
      "K",
      "Z",
      "",
    ]);
  });

  it("has sections that cover the list without gaps or overlaps", () => {
    fc.assert(
      fc.property(anyShelf, anyOrder, (books, order) => {
        const places = placesOf(ordered(books, order), order);
        let next = 0;
        for (const { index, count } of places) {
          expect(index).toBe(next);
          next += count;
        }
        expect(next).toBe(books.length);
        const byYear = { ...order, by: "year" } as const;
        const years = placesOf(ordered(books, byYear), byYear).map(({ label }) => label);
        expect(new Set(years).size).toBe(years.length);
      }),
    );
  });

  it("uses the latest end of all readings", () => {
    const readings = ["2020-01-02", undefined, "2024-03"].map((finished, index) => ({
      id: `${index}`,
      ...(finished === undefined ? {} : { finishedAt: finished }),
    }));
    expect(finishedAt(bookWith({ readings }))).toBe("2024-03");
    expect(titleKey(bookWith({ title: "the" }))).toBe("the");
  });
});

describe("the URL", () => {
  it("contains the whole view, and nothing for the default view", () => {
    fc.assert(
      fc.property(anyFilters, anyOrder, fc.constantFrom(...LAYOUTS), (filters, order, layout) => {
        const view = { filters, order, layout };
        expect(viewOf(searchOf(view))).toEqual(view);
        const beside = { ...view, beside: "local-1&2" };
        expect(viewOf(searchOf(beside))).toEqual(beside);
      }),
    );
    expect(searchOf(FIRST_VIEW)).toBe("");
  });

  it("may be anything", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const view = viewOf(`?${text}`);
        expect(viewOf(searchOf(view))).toEqual(view);
      }),
    );
    expect(viewOf("?status=nothing&sort=-nothing&view=cube&tag=&tag=a&tag=a").filters).toEqual({
      ...NO_FILTERS,
      chosen: { tag: ["a"] },
    });
  });
});

describe("a selection", () => {
  const shown = ["a", "b", "c", "d", "e"];
  const anySelection: fc.Arbitrary<Selection> = fc
    .uniqueArray(fc.constantFrom(...shown, "x", "y", "gone"))
    .map((isbns) => ({ isbns: new Set(isbns), anchor: isbns[0] }));

  it("is divided into visible and hidden books, without removed ones", () => {
    fc.assert(
      fc.property(anySelection, (selection) => {
        const { visible, hidden } = splitSelection(selection, shown, (isbn) => isbn !== "gone");
        expect(visible.every((isbn) => shown.includes(isbn))).toBe(true);
        expect(hidden.some((isbn) => shown.includes(isbn) || isbn === "gone")).toBe(false);
        const kept = [...selection.isbns].filter((isbn) => isbn !== "gone");
        expect([...visible, ...hidden].toSorted()).toEqual(kept.toSorted());
      }),
    );
  });

  it("selects ranges in both directions and loses nothing", () => {
    fc.assert(
      fc.property(anySelection, fc.constantFrom(...shown), (selection, isbn) => {
        const next = withRange(selection, shown, isbn);
        expect([...selection.isbns].every((one) => next.isbns.has(one))).toBe(true);
        expect(next.isbns.has(isbn)).toBe(true);
      }),
    );
    const up = withRange(toggledBook(NOTHING_SELECTED, "d"), shown, "b");
    expect([...up.isbns].toSorted()).toEqual(["b", "c", "d"]);
    expect([...withRange(up, shown, "e").isbns].toSorted()).toEqual(["b", "c", "d", "e"]);
  });

  it("can be toggled, and can include everything that is shown", () => {
    const one = toggledBook(NOTHING_SELECTED, "a");
    expect([...toggledBook(one, "a").isbns]).toEqual([]);
    expect([...withAll(toggledBook(NOTHING_SELECTED, "x"), shown).isbns]).toEqual(["x", ...shown]);
  });
});

describe("the window", () => {
  it("has every visible row, and at most the spare rows around them", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -2000, max: 1_600_000 }),
        fc.integer({ min: 0, max: 3000 }),
        fc.integer({ min: 0, max: 20_000 }),
        (offset, height, rows) => {
          const rowHeight = 80;
          const { first, end } = rangeOf({ offset, height, rowHeight, rows, spare: 6 });
          expect(end - first).toBeLessThanOrEqual(Math.ceil(height / rowHeight) + 13);
          for (let y = Math.max(0, offset); y < offset + height; y += rowHeight) {
            const row = Math.floor(y / rowHeight);
            expect(row >= rows || (row >= first && row < end)).toBe(true);
          }
        },
      ),
    );
    expect(rangeOf({ offset: 0, height: 800, rowHeight: 0, rows: 5, spare: 6 })).toEqual({
      first: 0,
      end: 0,
    });
  });

  it("moves by keys and stays in the list", () => {
    const list = { count: 100, columns: 1, page: 8 };
    const after = (key: string, at: number) => itemAfter(key, at, list);
    expect([after("ArrowDown", 0), after("PageDown", 5), after("End", 5)]).toEqual([1, 13, 99]);
    expect([after("ArrowUp", 0), after("Home", 5), after("PageUp", 3)]).toEqual([0, 0, 0]);
    expect([after("ArrowRight", 3), after("x", 3)]).toEqual([undefined, undefined]);
    const grid = { count: 100, columns: 9, page: 4 };
    expect([itemAfter("ArrowRight", 3, grid), itemAfter("ArrowDown", 95, grid)]).toEqual([4, 99]);
    expect([columnsOf(358, 112, 12), columnsOf(50, 112, 12)]).toEqual([2, 1]);
  });
});
