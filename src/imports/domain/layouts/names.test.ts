import { describe, expect, it } from "vitest";
import { rowsOf } from "../../../../test/support/imports/rows-of.ts";
import { readFile } from "../../../../test/support/imports/read-file.ts";

/** Reads the authors of a table of no known service. */
const authorsOf = (...cells: readonly string[]) =>
  rowsOf("none", ...cells.map((Author) => ({ Title: "A", ISBN: "", Author }))).map(
    ({ book }) => book.authors,
  );

describe("authors", () => {
  it.each([
    ["ONE, Yusuke Murata", ["ONE", "Yusuke Murata"]],
    ["CLAMP, Satsuki Igarashi", ["CLAMP", "Satsuki Igarashi"]],
    ["Terry Pratchett, Neil Gaiman", ["Terry Pratchett", "Neil Gaiman"]],
    ["Dale Dougherty, O'Reilly & Associates", ["Dale Dougherty", "O'Reilly & Associates"]],
    ["John Wiley & Sons", ["John Wiley & Sons"]],
    ["Simon & Schuster", ["Simon & Schuster"]],
    ["Terry Pratchett & Neil Gaiman", ["Terry Pratchett", "Neil Gaiman"]],
    ["Terry Pratchett and Neil Gaiman", ["Terry Pratchett", "Neil Gaiman"]],
    ["Herbert, Frank (Author); Brick, Scott (Narrator)", ["Frank Herbert"]],
    ["Frank Herbert (Autor), Scott Brick (Sprecher)", ["Frank Herbert"]],
    ["Frank Herbert [Author]; Scott Brick [Reader]", ["Frank Herbert"]],
    ["Le Guin, Ursula K.; Herbert, Frank", ["Ursula K. Le Guin", "Frank Herbert"]],
    ["Saint-Exupéry, Antoine de", ["Antoine de Saint-Exupéry"]],
    ["Tolkien, J. R. R.", ["J. R. R. Tolkien"]],
    ["Martin Luther King, Jr.", ["Martin Luther King, Jr."]],
    ["Pratchett, Terry, Gaiman, Neil", ["Terry Pratchett", "Neil Gaiman"]],
  ])("of %j are %j", (cell, authors) => {
    expect(authorsOf(cell)).toEqual([authors]);
  });

  it("follow the whole column where a cell could be read both ways", () => {
    const given = ["Frank Herbert", "Octavia E. Butler", "Jane Austen", "Sophocles, Euripides"];
    expect(authorsOf(...given).at(-1)).toEqual(["Sophocles", "Euripides"]);
    const family = ["Herbert, Frank", "Le Guin, Ursula K.", "Tolkien, J. R. R.", "Austen, Jane"];
    expect(authorsOf(...family).at(-1)).toEqual(["Jane Austen"]);
  });

  it("follow the column although its order is shown late", async () => {
    const early = Array.from({ length: 2000 }, () => 'A,,"Sophocles, Euripides"');
    const late = Array.from({ length: 4000 }, () => "A,,Jane Austen");
    const { rows } = await readFile(["Title,ISBN,Author", ...early, ...late].join("\n"));
    expect(rows[0]?.book.authors).toEqual(["Sophocles", "Euripides"]);
  });

  it.each(["storygraph", "libib", "openlibrary"])(
    "of %s never have the family name first",
    (format) => {
      const column =
        { storygraph: "Authors", libib: "creators", openlibrary: "Authors" }[format] ?? "";
      const [row] = rowsOf(format, { [column]: "Sophocles, Euripides" });
      expect(row?.book.authors).toEqual(["Sophocles", "Euripides"]);
    },
  );

  it("are read as the caller chose", async () => {
    const text = 'Title,Author\nA,"Moore, Alan Oswald"\nB,"Bell, Ann"';
    const read = async (authorOrder: "list" | "family-first") =>
      (await readFile(text, { authorOrder })).rows.map(({ book }) => book.authors);
    expect(await read("family-first")).toEqual([["Alan Oswald Moore"], ["Ann Bell"]]);
    expect(await read("list")).toEqual([
      ["Moore", "Alan Oswald"],
      ["Bell", "Ann"],
    ]);
  });
});
