import { describe, expect, it } from "vitest";
import { rowsOf } from "../../../../test/support/imports/rows-of.ts";

/** The entry of a row with a title and an ISBN, in the layout of a service or in a plain table. */
function entryOf(format: string, cells: Readonly<Record<string, string>>) {
  const title = format === "calibre" || format === "bookcatalogue" ? "title" : "Title";
  const [row] = rowsOf(format, { [title]: "Dune", ...cells });
  return row?.entry;
}

describe("the user's copy in a file of", () => {
  it.each([
    [
      "goodreads",
      { Binding: "Hardcover", "Owned Copies": "1" },
      { format: "hardcover", owned: true },
    ],
    [
      "goodreads",
      { Binding: "Mass Market Paperback", "Owned Copies": "2" },
      {
        format: "paperback",
        owned: true,
        extra: { Binding: "Mass Market Paperback", "Owned Copies": "2" },
      },
    ],
    [
      "goodreads",
      { Binding: "Unknown Binding", "Owned Copies": "0" },
      { extra: { Binding: "Unknown Binding", "Owned Copies": "0" } },
    ],
    [
      "storygraph",
      { Format: "audio", "Owned?": "Yes" },
      { format: "audiobook", owned: true, extra: { Format: "audio" } },
    ],
    [
      "storygraph",
      { Format: "digital", "Owned?": "No" },
      { format: "ebook", extra: { Format: "digital", "Owned?": "No" } },
    ],
    [
      "librarything",
      {
        Media: "Broché",
        Collections: "Your library",
        "Lending Patron": "Ann",
        "Lending Start": "2024-05-01",
        "Lending End": "2024-06-01",
      },
      {
        format: "paperback",
        owned: true,
        loan: { to: "Ann", since: "2024-05-01", due: "2024-06-01" },
        extra: { Media: "Broché", Collections: "Your library" },
      },
    ],
    [
      "librarything",
      { "Lending Patron": "Ann", "Lending Status": "Returned" },
      { extra: { "Lending Patron": "Ann", "Lending Status": "Returned" } },
    ],
    [
      "hardcover",
      { Series: "Dune (#1)", Binding: "Paperback", Owned: "true" },
      { format: "paperback", owned: true, ownSeries: [{ name: "Dune", position: "1" }] },
    ],
    [
      "calibre",
      { formats: "epub, original_epub", series: "InCryptid", series_index: "8.0" },
      {
        format: "ebook",
        ownSeries: [{ name: "InCryptid", position: "8" }],
        extra: { formats: "epub, original_epub" },
      },
    ],
    ["calibre", { series_index: "1.0" }, { extra: { series_index: "1.0" } }],
    [
      "bookbuddy",
      {
        Series: "Dune",
        Volume: "1",
        "Physical Location": "Attic",
        "Loaned To": "Zoë",
        "Date Loaned": "2024/05/01",
      },
      {
        ownSeries: [{ name: "Dune", position: "1" }],
        location: "Attic",
        loan: { to: "Zoë", since: "2024-05-01" },
      },
    ],
    ["bookbuddy", { "Date Loaned": "2024/05/01" }, { extra: { "Date Loaned": "2024/05/01" } }],
    [
      "bookcatalogue",
      { series_details: "Dune(1)|Ace", location: "Hall", loaned_to: "Ann" },
      {
        ownSeries: [{ name: "Dune", position: "1" }, { name: "Ace" }],
        location: "Hall",
        loan: { to: "Ann" },
      },
    ],
    [
      "clz",
      { Format: "Hardcover", "Collection Status": "In Collection", Location: "Hall" },
      {
        format: "hardcover",
        owned: true,
        location: "Hall",
        extra: { "Collection Status": "In Collection" },
      },
    ],
    [
      "handylibrary",
      { Series: "Dune", Volume: "1.5", Location: "Hall" },
      { ownSeries: [{ name: "Dune", position: "1.5" }], location: "Hall" },
    ],
    ["jelu", { owned: "false" }, { owned: false }],
    [
      "libation",
      { "Is Audiobook?": "True", "Series Names": "Dune", "Series Order": "1 : Dune" },
      {
        format: "audiobook",
        ownSeries: [{ name: "Dune", position: "1" }],
        extra: { "Is Audiobook?": "True" },
      },
    ],
  ] as const)("%s is read from %j", (format, cells, entry) => {
    expect(entryOf(format, cells)).toEqual(entry);
  });
});

it("is read from a user-defined table, in several languages", () => {
  const [row] = rowsOf("none", {
    Titel: "Dune (Dune, #1)",
    Autor: "Frank Herbert",
    Einband: "Taschenbuch",
    "Im Besitz": "ja",
    Standort: "Keller",
    "Verliehen an": "Ann",
    "Verliehen am": "01.05.2024",
    Reihe: "Heyne SF",
    Band: "7",
  });
  expect(row?.book.title).toBe("Dune (Dune, #1)");
  expect(row?.entry).toEqual({
    format: "paperback",
    owned: true,
    location: "Keller",
    loan: { to: "Ann", since: "2024-05-01" },
    ownSeries: [
      { name: "Heyne SF", position: "7" },
      { name: "Dune", position: "1" },
    ],
    extra: { Einband: "Taschenbuch" },
  });
});

it("takes the number in a series from the title if the column has only the name", () => {
  const [row] = rowsOf("none", { Title: "Dune (Dune, #1)", ISBN: "9780441172719", Series: "dune" });
  expect(row?.entry.ownSeries).toEqual([{ name: "dune", position: "1" }]);
});
