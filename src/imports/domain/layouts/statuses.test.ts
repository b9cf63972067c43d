import { describe, expect, it } from "vitest";
import { rowOf, rowsOf, type Cells } from "../../../../test/support/imports/rows-of.ts";
import { defined } from "../../../platform/defined.ts";

const entryOf = (format: string, cells: Cells) => rowOf(format, cells).entry;
const codesOf = (format: string, cells: Cells) =>
  rowOf(format, cells).notes.map(({ code }) => code);

describe("statuses", () => {
  it.each([
    ["goodreads", "Exclusive Shelf", "to-read", "want_to_read"],
    ["goodreads", "Exclusive Shelf", "currently-reading", "reading"],
    ["goodreads", "Exclusive Shelf", "read", "completed"],
    ["goodreads", "Exclusive Shelf", "on-hold", "paused"],
    ["goodreads", "Exclusive Shelf", "dnf", "abandoned"],
    ["goodreads", "Exclusive Shelf", "abandoned", "abandoned"],
    ["storygraph", "Read Status", "did-not-finish", "abandoned"],
    ["bookwyrm", "shelf", "stopped-reading", "abandoned"],
    ["hardcover", "Status", "Stopped", "abandoned"],
    ["hardcover", "Status", "Paused", "paused"],
    ["hardcover", "Status", "Want to Read", "want_to_read"],
    ["librarything", "Collections", "Your library, Currently reading", "reading"],
    ["librarything", "Collections", "Wishlist", "want_to_read"],
    ["libib", "status", "In Progress", "reading"],
    ["openreads", "status", "unfinished", "abandoned"],
    ["openlibrary", "Bookshelf", "Already Read", "completed"],
  ])("of %s: %s %s means %s", (format, column, word, status) => {
    expect(entryOf(format, { [column]: word }).status).toBe(status);
    expect(entryOf(format, { [column]: word }).tags).toBeUndefined();
  });

  it("are not carried over from the previous row", () => {
    const rows = rowsOf("storygraph", { Title: "A", "Read Status": "read" }, { Title: "B" });
    expect(rows.map(({ entry }) => entry.status)).toEqual(["completed", undefined]);
  });

  it("turn a custom shelf into a tag", () => {
    const entry = entryOf("goodreads", {
      "Exclusive Shelf": "waiting",
      Bookshelves: "waiting, bd",
    });
    expect(entry).toEqual({ tags: ["waiting", "bd"] });
    expect(entryOf("bookwyrm", { shelf: "cooking-9", shelf_name: "Cooking" }).tags).toEqual([
      "Cooking",
    ]);
  });

  it("are implied by dates when the file has none", () => {
    expect(
      entryOf("librarything", { "Date Read": "[2007-05-08]", Collections: "Your library" }).status,
    ).toBe("completed");
    expect(entryOf("librarything", { "Date Started": "[2007-05-08]" }).status).toBe("reading");
    expect(entryOf("jelu", { dropped_dates: "2020/02/10", "Date Read": "2020/02/10" }).status).toBe(
      "abandoned",
    );
    expect(entryOf("none", { Title: "Dune", ISBN: "", "Date read": "2024-01-02" }).status).toBe(
      "completed",
    );
    expect(entryOf("storygraph", { "Dates Read": "2024/01/02" }).status).toBe("completed");
  });
});

describe("ratings", () => {
  it.each([
    ["0", undefined],
    ["", undefined],
    ["4", 4],
    ["4.25", 4.25],
    ["4,5", 4.5],
    ["0.5", 0.5],
    ["5.0", 5],
    ["3/5", 3],
    ["★★★½", 3.5],
    ["n/a", undefined],
  ])("read %j as %j", (cell, rating) => {
    expect(entryOf("storygraph", { Title: "Dune", "Star Rating": cell })).toEqual(
      defined({ rating }),
    );
  });

  it.each(["6/5", "-1", "fivish", "5e0", "NaN stars"])(
    "do not accept %j, which is stored in extra",
    (cell) => {
      expect(entryOf("goodreads", { "My Rating": cell })).toEqual({ extra: { "My Rating": cell } });
      expect(codesOf("goodreads", { "My Rating": cell })).toEqual(["RATING_UNREADABLE"]);
    },
  );

  it("are out of ten if an unknown table suggests it", () => {
    const rows = rowsOf(
      "none",
      { Title: "A", Author: "B", Rating: "8" },
      { Title: "C", Author: "D", Rating: "5" },
    );
    expect(rows.map(({ entry }) => entry.rating)).toEqual([4, 2.5]);
  });
});
