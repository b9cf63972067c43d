import { describe, expect, it } from "vitest";
import { rowsOf } from "../../../../test/support/imports/rows-of.ts";
import { readFile } from "../../../../test/support/imports/read-file.ts";

/** Reads the authors of a table from no known service. */
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
    ["James Patterson with Ann Bell", ["James Patterson", "Ann Bell"]],
    ["Илья Ильф и Евгений Петров", ["Илья Ильф", "Евгений Петров"]],
    ["Maj Sjöwall och Per Wahlöö", ["Maj Sjöwall", "Per Wahlöö"]],
    ["村上春樹 (著), 安西水丸 (イラスト)", ["村上春樹"]],
    ["Haruki Murakami (autor), Lourdes Porta (narradora)", ["Haruki Murakami"]],
    ["Харуки Мураками (автор), Іван Дзюб (перекладач)", ["Харуки Мураками"]],
    ["José Ortega y Gasset", ["José Ortega y Gasset"]],
    ["Mary Ann E Brown Smith", ["Mary Ann E Brown Smith"]],
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

  it("follow the whole column if a cell is ambiguous", () => {
    const given = ["Frank Herbert", "Terry Pratchett, Neil Gaiman", "Sophocles, Euripides"];
    expect(authorsOf(...given).at(-1)).toEqual(["Sophocles", "Euripides"]);
    const family = ["Herbert, Frank", "Le Guin, Ursula K.", "Tolkien, J. R. R.", "Austen, Jane"];
    expect(authorsOf(...family).at(-1)).toEqual(["Jane Austen"]);
  });

  it.each([
    [["Frank Herbert", "Austen, Jane", "Octavia Butler", "Joyce, James"], 1, ["Jane Austen"]],
    [["Фёдор Достоевский", "Булгаков, Михаил"], 1, ["Михаил Булгаков"]],
    [
      [
        "Vargas Llosa, Mario",
        "García Márquez, Gabriel José",
        "Ruiz Zafón, Carlos",
        "Allende, Isabel",
      ],
      1,
      ["Gabriel José García Márquez"],
    ],
    [["Ann A, Bob B", "Cid C, Dora D"], 0, ["Ann A", "Bob B"]],
    [["Vargas Llosa, Mario J."], 0, ["Mario J. Vargas Llosa"]],
    [["한강, 김영하"], 0, ["한강", "김영하"]],
    [["Jane Austen", "King, Martin Luther, Jr."], 1, ["Martin Luther King, Jr."]],
    [["Smith, Jones & Co."], 0, ["Smith", "Jones & Co."]],
  ])("of the column %j turn a single name only where people do not", (cells, at, names) => {
    expect(authorsOf(...cells)[at]).toEqual(names);
  });

  it.each([
    ["Austen, Jane, 1775-1817", ["Jane Austen"]],
    ["Herbert, Frank, 1920-1986, author", ["Frank Herbert"]],
    ["Herbert, Frank (1920-1986)", ["Frank Herbert"]],
    ["Le Guin, Ursula K., 1929-", ["Ursula K. Le Guin"]],
    ["Frank Herbert (Verfasser)", ["Frank Herbert"]],
    ["Goscinny (scénario); Uderzo (dessin)", ["Goscinny", "Uderzo"]],
    ["J. Smith (Ed.)", ["J. Smith"]],
    ["Jane Doe, ed.", ["Jane Doe"]],
    ["Frank Herbert - author", ["Frank Herbert"]],
    ["Frank Herbert, et al.", ["Frank Herbert"]],
    ["村上春樹、川端康成", ["村上春樹", "川端康成"]],
    ["刘慈欣，王晋康", ["刘慈欣", "王晋康"]],
    ["Frank Herbert / Brian Herbert", ["Frank Herbert", "Brian Herbert"]],
    ["AC/DC", ["AC/DC"]],
  ])("of %j are %j, without years and roles", (cell, names) => {
    expect(authorsOf(cell)).toEqual([names]);
  });

  it("in a second column can also be several people", () => {
    const [row] = rowsOf("none", { Title: "A", "Author l-f": "Pratchett, Terry; Gaiman, Neil" });
    expect(row?.book.authors).toEqual(["Terry Pratchett", "Neil Gaiman"]);
  });

  it.each(["notion", "bookbuddy", "handylibrary"])(
    "that users of %s type may be turned",
    (format) => {
      const [row] = rowsOf(format, { Author: "Herbert, Frank" });
      expect(row?.book.authors).toEqual(["Frank Herbert"]);
    },
  );

  it("follow the column even if its order is determined late", async () => {
    const early = Array.from({ length: 2000 }, () => 'A,,"Sophocles, Euripides"');
    const late = Array.from({ length: 4000 }, () => 'A,,"Terry Pratchett, Neil Gaiman"');
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

  it("are read in the order chosen by the caller", async () => {
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
