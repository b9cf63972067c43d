import { describe, expect, it } from "vitest";
import { seriesKey } from "./series-key.ts";

const sorted = (books: [name: string, position?: string][]): [string, string?][] =>
  books
    .map(([name, position]) => ({
      book: [name, position] as [string, string?],
      key: seriesKey([{ name, ...(position === undefined ? {} : { position }) }]) ?? "",
    }))
    .sort((one, other) => (one.key < other.key ? -1 : 1))
    .map(({ book }) => book);

describe("the sort key of a series", () => {
  it("sorts by name, then by number, with books without a number last", () => {
    const order: [string, string?][] = [
      ["Discworld", "1"],
      ["Dune", "0.5"],
      ["Dune", "1"],
      ["Dune", "1-3"],
      ["Dune", "1.5"],
      ["Dune", "2"],
      ["Dune", "10"],
      ["Dune", "Prequel"],
      ["Dune Chronicles", "1"],
      ["Éarthsea", "1"],
    ];
    expect(sorted(order.toReversed())).toEqual(order);
    expect(sorted(order)).toEqual(order);
  });

  it("ignores case, diacritics, and the spelling of a number", () => {
    expect(seriesKey([{ name: "ÉARTHSEA", position: "#01" }])).toBe(
      seriesKey([{ name: "Earthsea", position: "1.0" }]),
    );
    expect(seriesKey([{ name: "Dune", position: "Book 2,5" }])).toBe(
      seriesKey([{ name: "dune", position: "2.5" }]),
    );
  });

  it("is that of the first series, and absent without one", () => {
    expect(seriesKey([{ name: "Death", position: "1" }, { name: "Discworld" }])).toBe(
      seriesKey([{ name: "Death", position: "1" }]),
    );
    expect(seriesKey([])).toBeUndefined();
    expect(seriesKey([{ name: "  " }])).toBeUndefined();
  });
});
