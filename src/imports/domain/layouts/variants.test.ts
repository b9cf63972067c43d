import { describe, expect, it } from "vitest";
import { readFile } from "../../../../test/support/imports/read-file.ts";
import { rowsOf } from "../../../../test/support/imports/rows-of.ts";
import type { ImportRow } from "../job/row.ts";

const ISBN = "9780441172719";

/** The rows of a table with these cells in one column. */
const column = (name: string, cells: readonly string[]): ImportRow[] =>
  rowsOf("none", ...cells.map((cell) => ({ Title: "A", Author: "B C", ISBN, [name]: cell })));

/** The row of a user's own table with these cells. */
const table = (cells: Readonly<Record<string, string>>): ImportRow => {
  const [row] = rowsOf("none", cells);
  if (row === undefined) throw new Error("expected a row");
  return row;
};

describe("a rating", () => {
  it.each([
    ["Grade", ["A", "b", "C", "F"], [5, 4, 3, 1]],
    ["Grade", ["A+", "A-", "B+", "C−"], [5, 4.75, 4.25, 2.75]],
    ["Rating", ["five stars", "Four stars", "one star"], [5, 4, 1]],
    ["Rating", ["five", "Four", "four and a half"], [5, 4, 4.5]],
    ["Valoración", ["cinco estrellas", "dos estrellas"], [5, 2]],
    ["Bewertung", ["fünf Sterne", "drei Sterne"], [5, 3]],
    ["Punteggio", ["4 stelle e mezzo", "3 stelle e mezza"], [4.5, 3.5]],
    ["Note", ["4 étoiles et demie", "2 et demi"], [4.5, 2.5]],
    ["Calificación", ["3 estrellas y media"], [3.5]],
    ["評価", ["星4つ", "4点", "☆3"], [4, 4, 3]],
    ["평점", ["별 5개", "4점"], [5, 4]],
    ["Rating", ["★★★★★ (5)", "★★★☆☆ （3）"], [5, 3]],
  ] as const)("in %s is read from %j", (name, cells, stars) => {
    expect(column(name, cells).map(({ entry }) => entry.rating)).toEqual(stars);
  });

  it("that is a grade keeps the grade", () => {
    const [row] = column("Grade", ["B+"]);
    expect(row?.entry).toMatchObject({ rating: 4.25, extra: { Grade: "B+" } });
    expect(row?.notes).toMatchObject([{ code: "RATING_ROUNDED" }]);
  });
});

describe("a date", () => {
  it.each([
    ["Date Read", ["44260", "44260.5", "1614902400", "1614902400123"]],
    ["Date Read", ["Fri Mar 05 2021 00:00:00 GMT+0000 (Coordinated Universal Time)"]],
    ["Date Read", ["Fri Mar 05 10:00:00 +0000 2021"]],
    ["Dočteno", ["5. 3. 2021", "pátek 5. března 2021"]],
    ["Lu le", ["vendredi 5 mars 2021"]],
    ["Data przeczytania", ["5 marca 2021 r.", "05.03.2021 r."]],
    ["Дата прочтения", ["5 марта 2021 г.", "05.03.2021 г."]],
    ["Gelesen am", ["Freitag, 5. März 2021", "Fr 05.03.2021", "Fr. 5.3.2021", "Fr., 05.03.2021"]],
    ["Luettu", ["pe 5.3.2021"]],
    ["Prečítané dňa", ["5. 3. 2021"]],
  ])("in %s is read from %j", (name, cells) => {
    const readings = column(name, cells).map(({ entry }) => entry.readings);
    expect(readings).toEqual(cells.map(() => [{ finishedAt: "2021-03-05" }]));
  });

  it.each(["44260 pages", "16149024", "99999", "161490240"])("is not read from %j", (cell) => {
    const [row] = column("Date Read", [cell]);
    expect(row?.entry.readings).toBeUndefined();
    expect(row?.notes).toMatchObject([{ code: "DATE_UNREADABLE" }]);
  });
});

describe("several readings", () => {
  const [FIRST, SECOND] = [{ finishedAt: "2021-01-05" }, { finishedAt: "2022-02-06" }];

  it.each([
    ["Jan 5, 2021, Feb 6, 2022", [FIRST, SECOND]],
    ["Jan 5, 2021; Feb 6, 2022", [FIRST, SECOND]],
    ["5 Jan 2021 and 6 Feb 2022", [FIRST, SECOND]],
    ["2021-01-05, 2022-02-06", [FIRST, SECOND]],
    [
      "2021-01-05 - 2021-01-09, 2022-02-06",
      [{ startedAt: "2021-01-05", finishedAt: "2021-01-09" }, SECOND],
    ],
    ["2019, 2021", [{ finishedAt: "2019" }, { finishedAt: "2021" }]],
  ])("are read from %j", (cell, readings) => {
    expect(column("Dates Read", [cell])[0]?.entry.readings).toEqual(readings);
  });

  it.each([
    ["Date Started 2", "Date Finished 2"],
    ["Started #2", "Finished #2"],
    ["Begonnen am 2", "Beendet am 2"],
  ])("are in the columns %s and %s too", (start, end) => {
    const row = table({
      Title: "A",
      ISBN,
      "Date Started": "2020-01-01",
      "Date Finished": "2020-01-09",
      [start]: "2022-01-01",
      [end]: "2022-01-09",
    });
    expect(row.entry.readings).toEqual([
      { startedAt: "2020-01-01", finishedAt: "2020-01-09" },
      { startedAt: "2022-01-01", finishedAt: "2022-01-09" },
    ]);
  });
});

describe("authors", () => {
  it.each([
    ["Ann Bell/Bob Cole", ["Ann Bell", "Bob Cole"]],
    ["AC/DC", ["AC/DC"]],
    ["by Ann Bell", ["Ann Bell"]],
    ["Author: Ann Bell", ["Ann Bell"]],
    ["夏目漱石（著）、山田太郎（訳）", ["夏目漱石"]],
    ["[美] 海明威", ["海明威"]],
    ["（美）海明威 著", ["海明威"]],
    ["조남주 지음", ["조남주"]],
    ["Simon & Schuster, Inc.", ["Simon & Schuster, Inc."]],
    ['["Ann Bell", "Bob Cole"]', ["Ann Bell", "Bob Cole"]],
    ["['Ann Bell']", ["Ann Bell"]],
    ["Ana Paz (Prólogo), Luis Gil (Autor)", ["Luis Gil"]],
  ])("are read from %j", (Author, authors) => {
    expect(table({ Title: "A", Author, ISBN }).book.authors).toEqual(authors);
  });

  it("are in numbered columns", () => {
    const row = table({ Title: "A", Author1: "Ann Bell", Author2: "Bob Cole", ISBN });
    expect(row.book.authors).toEqual(["Ann Bell", "Bob Cole"]);
  });
});

describe("a status", () => {
  it.each([
    [
      ["1 - Read", "2. Reading", "(3) To read", "4) DNF"],
      ["completed", "reading", "want_to_read", "abandoned"],
    ],
  ])("is read from %j", (cells, statuses) => {
    expect(column("Status", cells).map(({ entry }) => entry.status)).toEqual(statuses);
  });

  it.each([
    ["Currently Reading", "x", { status: "reading" }],
    ["Currently Reading", "no", {}],
    [
      "Currently Reading",
      "2021-03-05",
      { status: "reading", readings: [{ startedAt: "2021-03-05" }] },
    ],
    ["Date DNF", "2021-03-09", { status: "abandoned", extra: { "Date DNF": "2021-03-09" } }],
    [
      "Abgebrochen am",
      "2021-03-09",
      { status: "abandoned", extra: { "Abgebrochen am": "2021-03-09" } },
    ],
  ])("is read from %s, %j", (name, cell, entry) => {
    const row = column(name, [cell])[0];
    expect(row?.entry).toEqual(entry);
    expect(row?.notes).toEqual([]);
  });
});

describe("a column", () => {
  it.each([
    ["Title of Book", "Author", "BOOK_ISBN"],
    ["Bogens titel", "Forfatter", "ISBN nummer"],
    ["Títol", "Autor", "Code ISBN"],
    ["Titolo", "Autore/i", "EAN code"],
  ])("is known by %s, %s and %s", (title, author, isbn) => {
    const { verdict, book } = table({ [title]: "A", [author]: "Ann Bell", [isbn]: ISBN });
    expect(verdict).toMatchObject({ isbn: ISBN });
    expect(book).toMatchObject({ title: "A", authors: ["Ann Bell"] });
  });
});

describe("a list", () => {
  it.each(["a, b", "a; b", "a|b", '["a", "b"]', "['a', 'b']"])(
    "of tags is read from %j",
    (cell) => {
      expect(column("Tags", [cell])[0]?.entry.tags).toEqual(["a", "b"]);
    },
  );

  it.each(["Fiction, War", '["Fiction", "War"]', "Fiction|12;War|7", "Fiction (12), War (7)"])(
    "of genres is read from %j",
    (cell) => {
      expect(column("Genres", [cell])[0]?.book.categories).toEqual(["Fiction", "War"]);
    },
  );
});

it.each(["0-441-17271-7 (pbk.)", "9780441172719 : $9.99", "0441172717 [cloth]"])(
  "a number with the remark of a catalogue is an ISBN: %j",
  (cell) => {
    expect(table({ Title: "A", ISBN: cell }).verdict).toMatchObject({ isbn: ISBN });
  },
);

it("is not a book if its kind column says so", () => {
  for (const name of ["Title Type", "Item type", "Medienart"]) {
    const [row] = rowsOf("none", { Title: "Dune", [name]: "movie" });
    expect(row?.verdict).toMatchObject({ kind: "invalid", reason: { code: "NOT_A_BOOK" } });
  }
});

describe("a delimiter", () => {
  const BOOKS = [
    "Herbert, Frank (Author); Brick, Scott (Narrator)",
    "Austen, Jane; Bell, Ann; Cole, Jo",
  ];

  it.each([
    ["\t", "Title", "Author"],
    ["|", "Titel", "Autor"],
    [";", "Titre", "Auteur"],
    [",", "Title", "Authors"],
  ])(
    "%j is known by the header although the cells have more of others",
    async (mark, ...header) => {
      const names = BOOKS.map((cell) => (mark === "," || mark === ";" ? `"${cell}"` : cell));
      const lines = [header, ...names.map((cell, index) => [`Tales; ${index}`, cell])];
      const quoted = lines.map((cells) =>
        cells.map((cell) => (mark === ";" && /^T.*;/.test(cell) ? `"${cell}"` : cell)).join(mark),
      );
      for (const above of [[], ["My books"], ["My books, a list; with | marks"]]) {
        const { rows } = await readFile([...above, ...quoted].join("\n"));
        expect(rows.map(({ book }) => book.title)).toEqual(["Tales; 0", "Tales; 1"]);
      }
    },
  );
});

it("ignores the date after a word that is not a weekday", () => {
  const [row] = column("Date Read", ["DNF 05.03.2021"]);
  expect(row?.entry.extra).toEqual({ "Date Read": "DNF 05.03.2021" });
});
