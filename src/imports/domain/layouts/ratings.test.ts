import { describe, expect, it } from "vitest";
import { readFile } from "../../../../test/support/imports/read-file.ts";
import { rowsOf } from "../../../../test/support/imports/rows-of.ts";
import { bareRating, readStars } from "./ratings.ts";

describe("a rating", () => {
  it.each([
    ["4.500000", 4.5],
    ["4,50", 4.5],
    ["★★★★½", 4.5],
    ["★★★☆☆", 3],
    ["⭐⭐⭐⭐", 4],
    ["⭐️⭐️⭐️½", 3.5],
    ["½", 0.5],
    ["****", 4],
    ["🌟🌟🌟", 3],
    ["4,5 Sterne", 4.5],
    ["4 étoiles", 4],
    ["3 estrellas", 3],
    ["5 gwiazdek", 5],
    ["4 csillag", 4],
    ["4 звезды", 4],
    ["4 out of 5", 4],
    ["4 von 5 Sternen", 4],
    ["4 sur 5", 4],
    ["8/10", 4],
    ["9 / 10", 4.5],
    ["80%", 4],
    ["90 %", 4.5],
    ["16/20", 4],
    ["4.0/5.0", 4],
    ["4½", 4.5],
    ["3 1/2", 3.5],
    ["3点", 3],
    ["0", 0],
    ["0/10", 0],
    ["未評価", 0],
    ["☆☆☆☆☆", 0],
    ["力荐", 5],
    ["四星", 4],
    ["It was amazing", 5],
    ["❤️❤️❤️", 3],
    ["4 - good", 4],
    ["4+", 4],
    ["4 (nice)", 4],
    ["4 stars!", 4],
    ["4 stars out of 5", 4],
    [".5", 0.5],
    ["4.", 4],
    ["3¾", 3.75],
    ["4½ stars", 4.5],
    ["4 and a half stars", 4.5],
    ["four and a half", 4.5],
    ["4 et demi", 4.5],
    ["★★★★⯪", 4.5],
    ["💛💛💛", 3],
    ["●●●●○", 4],
    ["🌕🌕🌕🌗🌑", 3.5],
    ["4 зірки", 4],
    ["5 зірок", 5],
    ["4 žvaigždutės", 4],
    ["4 bintang", 4],
    ["٤٫٥", 4.5],
    ["۳", 3],
    ["४.५", 4.5],
    ["４．５", 4.5],
    ["٨٠٪", 4],
    ["四", 4],
    ["四点五", 4.5],
    ["三颗星", 3],
    ["四星半", 4.5],
    ["星五つ", 5],
  ])("%j is %j stars", (cell, stars) => {
    expect(readStars(cell, 5)).toEqual({ stars, isRounded: false });
  });

  it.each(["6", "5.5", "★★★★★★", "11/10", "120%", "-1", "4 apples", "●", "👍", "一般", "."])(
    "%j out of five is unreadable",
    (cell) => expect(readStars(cell, 5)).toBeUndefined(),
  );

  it("is rounded to quarters", () => {
    expect(readStars("4.3", 5)).toEqual({ stars: 4.25, isRounded: true });
    expect(readStars("3,9", 5)).toEqual({ stars: 4, isRounded: true });
    expect(readStars("87", 100)).toEqual({ stars: 4.25, isRounded: true });
    expect(readStars("7.3", 10)).toEqual({ stars: 3.75, isRounded: true });
    expect(readStars("0.1", 10)).toEqual({ stars: 0.25, isRounded: true });
  });

  it("is bare if it does not name its scale", () => {
    expect(["8", "7,5", "8 stars", "8/10", "80%", "★★", "x"].map(bareRating)).toEqual([
      8,
      7.5,
      8,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

/** Reads a table with these ratings. */
function ratingsOf(cells: readonly string[], column = "Rating") {
  const rows = rowsOf(
    "none",
    ...cells.map((cell) => ({ Title: "A", Author: "B", [column]: cell })),
  );
  return {
    ratings: rows.map(({ entry }) => entry.rating),
    codes: [...new Set(rows.flatMap(({ notes }) => notes.map(({ code }) => code)))],
  };
}

const times = (count: number, cell: string): string[] => Array.from({ length: count }, () => cell);

describe("the scale of a table", () => {
  it.each([
    ["one six", ["5", "4", "6"]],
    ["one seven in a hundred", [...times(60, "4"), ...times(39, "5"), "7"]],
    ["a ten among fives", [...times(20, "5"), "10"]],
    ["two typing errors in fifty", [...times(48, "3"), "8", "55"]],
  ])("is five in spite of %s", (_name, cells) => {
    const { ratings } = ratingsOf(cells);
    for (const [index, cell] of cells.entries()) {
      expect(ratings[index]).toBe(Number(cell) > 5 ? undefined : Number(cell));
    }
  });

  it.each([
    ["two ratings", ["9", "4"]],
    ["a strict reader", [...times(70, "4"), ...times(30, "6")]],
    ["halves", ["7.5", "8", "6.5", "3"]],
    ["one in five", [...times(16, "5"), "8", "9", "10", "7"]],
  ])("is ten for %s", (_name, cells) => {
    expect(ratingsOf(cells).ratings).toEqual(cells.map((cell) => Number(cell) / 2));
  });

  it("is a hundred when most ratings are above ten", () => {
    expect(ratingsOf(["80", "95", "60", "100"]).ratings).toEqual([4, 4.75, 3, 5]);
  });

  it("is twenty when no rating is above twenty", () => {
    expect(ratingsOf(["16", "14", "8"], "Note")).toEqual({ ratings: [4, 3.5, 2], codes: [] });
    expect(ratingsOf(["16", "90", "8", "85"], "Note").ratings[3]).toBe(4.25);
  });

  it.each([
    ["Rating (0-10)", 10],
    ["Rating 1 to 10", 10],
    ["Rating (max 10)", 10],
    ["Rating out of ten", 10],
    ["My Score (10)", 10],
    ["Bewertung (1-10 Punkte)", 10],
    ["Note sur 20", 20],
    ["Note /20", 20],
    ["Rating /5 stars", 5],
    ["My Rating (1-5)", 5],
    ["Rating (0–5)", 5],
    ["Note (sur 5)", 5],
    ["Score (out of 100)", 100],
  ])("is read from the name %j", (column, scale) => {
    expect(ratingsOf(["4", "2"], column).ratings).toEqual(
      [4, 2].map((rating) => Math.max(0.25, Math.round((rating * 20) / scale) / 4)),
    );
  });

  it("is taken from the name of the column", () => {
    expect(ratingsOf(["4", "5"], "Rating (1-10)").ratings).toEqual([2, 2.5]);
    expect(ratingsOf(["4", "5"], "Score out of 10").ratings).toEqual([2, 2.5]);
    expect(ratingsOf(["40", "5"], "Rating %").ratings).toEqual([2, 0.25]);
  });

  const scaleOf = async (count: number, scale: number, column: string) => {
    const lines = Array.from({ length: count }, (_, row) => `Book ${row},${scale - (row % scale)}`);
    const { assumptions } = await readFile(`Title,${column}\n${lines.join("\n")}\n`);
    return assumptions.find(({ kind }) => kind === "ratingScale");
  };

  it.each([
    [5, "Rating"],
    [10, "Rating"],
    [10, "Score (1-10)"],
    [20, "Note sur 20"],
  ])("of %s stays that with any number of ratings in %s", async (scale, column) => {
    for (const count of [30, 1000, 5000]) {
      expect(await scaleOf(count, scale, column)).toMatchObject({ value: scale });
    }
  });

  it("of five is more certain with more ratings", async () => {
    const found = await Promise.all([1, 3, 30, 5000].map((count) => scaleOf(count, 5, "Rating")));
    const [first = 0, ...others] = found.map((one) => one?.confidence ?? 0);
    expect(first).toBeGreaterThanOrEqual(0.9);
    expect(first).toBeLessThan(1);
    expect([first, ...others]).toEqual([first, ...others].toSorted((one, other) => one - other));
  });

  it("is noted on the rows when it is uncertain", () => {
    expect(ratingsOf(["9", "4"]).codes).toEqual(["RATING_SCALE_ASSUMED"]);
    expect(ratingsOf(["5", "4", "6"]).codes).toContain("RATING_SCALE_ASSUMED");
    expect(ratingsOf([...times(30, "9"), ...times(10, "4")]).codes).toEqual([]);
  });
});

describe("the scale of a service", () => {
  const book = { Title: "A", Author: "B", ISBN13: "9780441172719", "Exclusive Shelf": "read" };
  const goodreads = { ...book, "Author l-f": "B", "Additional Authors": "", Bookshelves: "" };

  it("is that of its column", () => {
    expect(rowsOf("clz", { Title: "A", "My Rating": "4" })[0]?.entry.rating).toBe(2);
    expect(rowsOf("goodreads", { Title: "A", "My Rating": "4" })[0]?.entry.rating).toBe(4);
  });

  it("yields to the name of a column that is not the service's, and to higher values", () => {
    const named = ["8", "4"].map((rating) => ({ ...goodreads, "Rating (1-10)": rating }));
    expect(rowsOf("none", ...named).map(({ entry }) => entry.rating)).toEqual([4, 2]);
    const rows = rowsOf(
      "goodreads",
      ...["8", "4", "9", "7"].map((rating) => ({ "My Rating": rating })),
    );
    expect(rows.map(({ entry }) => entry.rating)).toEqual([4, 2, 4.5, 3.5]);
  });

  it("is kept for the service's column if only few values exceed it", () => {
    const rows = rowsOf(
      "goodreads",
      ...["5", "4.5", "3", "8", "10"].map((rating) => ({ "My Rating": rating })),
    );
    expect(rows.map(({ entry }) => entry.rating)).toEqual([5, 4.5, 3, undefined, undefined]);
    expect(rows.map(({ notes }) => notes[0]?.code)).toEqual([
      "RATING_SCALE_ASSUMED",
      "RATING_SCALE_ASSUMED",
      "RATING_SCALE_ASSUMED",
      "RATING_UNREADABLE",
      "RATING_UNREADABLE",
    ]);
  });

  it("is not used for a table with only a column of the service that users also write", () => {
    const cells = { Title: "A", Author: "B", ISBN: "", "Read It": "Yes", Genre: "", Pages: "1" };
    const rows = rowsOf("none", { ...cells, "My Rating": "5" }, { ...cells, "My Rating": "4" });
    expect(rows.map(({ entry }) => entry.rating)).toEqual([5, 4]);
    expect(rows.flatMap(({ notes }) => notes)).toEqual([]);
  });
});

describe("the user's rating", () => {
  it.each([
    { Title: "A", Rating: "3.9", "My Rating": "5" },
    { "My Rating": "5", Title: "A", Rating: "3.9" },
    { Titel: "A", Bewertung: "3.9", "Meine Bewertung": "5" },
    { "Ma note": "5", Titre: "A", Note: "3,9" },
    { Название: "A", "Моя оценка": "5", Оценка: "3.9" },
  ])("outranks that of a community in %j", (cells) => {
    const [row] = rowsOf("none", cells);
    expect(row?.entry.rating).toBe(5);
    expect(row?.notes).toEqual([]);
  });
});
