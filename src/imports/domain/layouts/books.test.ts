import { describe, expect, it } from "vitest";
import { rowOf, rowsOf, type Cells } from "../../../../test/support/imports/rows-of.ts";

const entryOf = (format: string, cells: Cells) => rowOf(format, cells).entry;
const bookOf = (format: string, cells: Cells) => rowOf(format, cells).book;
const codesOf = (format: string, cells: Cells) =>
  rowOf(format, cells).notes.map(({ code }) => code);

describe("texts", () => {
  it.each([
    ["One<br/>two<br><br />three", "One\ntwo\n\nthree"],
    ["<i>So</i> good, <b>really</b>", "So good, really"],
    ["a < b and <3 and x<y and y>z", "a < b and <3 and x<y and y>z"],
    ["AT&amp;T &lt;br&gt;", "AT&T <br>"],
    ["<p>One</p><p>Two</p>", "One\n\nTwo"],
    ['<a href="http://x.example">Link</a>', "Link"],
    ['Line one\r\nLine "two"\n\nthree', 'Line one\r\nLine "two"\n\nthree'],
  ])("reads the review %j as %j", (cell, review) => {
    expect(entryOf("goodreads", { "My Review": cell })).toEqual({ review });
  });

  it("shortens long texts without splitting a character", () => {
    const cells = {
      Title: `${"x".repeat(999)}😀`,
      ISBN13: "9780441172719",
      "Exclusive Shelf": "read",
      Bookshelves: "t".repeat(150),
    };
    expect(bookOf("goodreads", cells).title).toBe("x".repeat(999));
    expect(entryOf("goodreads", cells).tags).toEqual(["t".repeat(100)]);
    expect(codesOf("goodreads", cells)).toEqual(["TEXT_SHORTENED", "TEXT_SHORTENED"]);
  });

  it("stores at most a hundred tags", () => {
    const Bookshelves = Array.from({ length: 150 }, (_, index) => `tag ${index}`).join(",");
    expect(entryOf("goodreads", { Bookshelves }).tags).toHaveLength(100);
    expect(codesOf("goodreads", { Bookshelves })).toEqual(["LIST_SHORTENED"]);
  });

  it("limits the stored cells of a row", () => {
    const [row] = rowsOf("goodreads", {
      Title: "Dune",
      "My Review": "r".repeat(90_000),
      "Private Notes": "n".repeat(90_000),
      Binding: "b".repeat(90_000),
      Condition: "c".repeat(90_000),
    });
    expect(JSON.stringify(row?.raw).length).toBeLessThan(160_000);
    expect(JSON.stringify(row?.entry.extra).length).toBeLessThan(110_000);
    expect(row?.entry.review).toHaveLength(90_000);
    expect(row?.notes.every(({ code }) => code === "TEXT_SHORTENED")).toBe(true);
  });
});

describe("books", () => {
  it("leaves titles unchanged", () => {
    const Title = "The Locked Tomb  &amp; (Series, #3): A, B";
    expect(bookOf("goodreads", { Title }).title).toBe(Title);
  });

  it.each([
    ["goodreads", "Author", "Martin Luther King, Jr.", ["Martin Luther King, Jr."]],
    ["goodreads", "Author", "David   Epstein", ["David Epstein"]],
    [
      "storygraph",
      "Authors",
      "Martin Luther King, Jr., Coretta Scott King",
      ["Martin Luther King, Jr.", "Coretta Scott King"],
    ],
    ["storygraph", "Contributors", "Al Switzler, Shvorne Marks (Narrator)", ["Al Switzler"]],
    ["librarything", "Primary Author", "Le Guin, Ursula K.", ["Ursula K. Le Guin"]],
    ["calibre", "authors", "King, Jr. & Ann Bell", ["King, Jr.", "Ann Bell"]],
    ["calibre", "authors", "Terry Pratchett, Neil Gaiman", ["Terry Pratchett", "Neil Gaiman"]],
    [
      "hardcover",
      "Author",
      "Gregory Rabassa, Gabriel García Márquez",
      ["Gabriel García Márquez", "Gregory Rabassa"],
    ],
    ["storygraph", "Authors", "Sophocles, Euripides", ["Sophocles", "Euripides"]],
    ["bookwyrm", "author_text", "Tolkien, J. R. R.", ["J. R. R. Tolkien"]],
    ["libib", "creators", "Moebius, Alejandro Jodorowsky", ["Moebius", "Alejandro Jodorowsky"]],
    ["openreads", "author", "García Márquez, Gabriel", ["Gabriel García Márquez"]],
    ["openreads", "author", "King, Martin Luther, Jr.", ["Martin Luther King, Jr."]],
    ["openreads", "author", "Plato", ["Plato"]],
    ["openreads", "author", "Smith, Mark", ["Mark Smith"]],
    ["openreads", "author", "Le Guin, Ursula K.", ["Ursula K. Le Guin"]],
    ["openreads", "author", "Terry Pratchett, Neil Gaiman", ["Terry Pratchett", "Neil Gaiman"]],
  ])("reads the authors of %s in column %s from %j", (format, column, cell, authors) => {
    expect(bookOf(format, { [column]: cell }).authors).toEqual(authors);
  });

  it("omits people with another role", () => {
    const book = bookOf("librarything", {
      "Primary Author": "Cortazar, Julio",
      "Secondary Author": "Bell, Ann|Jones, Jo",
      "Secondary Author Roles": "Translator|Author",
    });
    expect(book.authors).toEqual(["Julio Cortazar", "Jo Jones"]);
  });

  it("reads negative years and ignores placeholders", () => {
    expect(bookOf("goodreads", { "Year Published": "-50" })).toEqual({ publicationYear: -50 });
    expect(bookOf("goodreads", { "Year Published": "0" })).toEqual({});
    expect(bookOf("calibre", { title: "Dune", pubdate: "0101-01-01T00:00:00+00:00" })).toEqual({
      title: "Dune",
    });
    expect(bookOf("calibre", { pubdate: "2019-03-05T01:00:00+01:00" })).toEqual({
      publicationYear: 2019,
      publishedDate: "2019-03-05",
    });
    expect(bookOf("librarything", { Date: "c1949" })).toEqual({
      publicationYear: 1949,
      publishedDate: "1949",
    });
  });

  it("ignores local cover paths and unknown languages", () => {
    expect(
      entryOf("calibre", { title: "Dune", cover: "/home/me/cover.jpg", languages: "und" }),
    ).toEqual({ extra: { languages: "und" } });
    expect(bookOf("calibre", { languages: "deu, eng" })).toEqual({ language: "de" });
  });
});
