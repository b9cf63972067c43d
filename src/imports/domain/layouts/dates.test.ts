import { describe, expect, it } from "vitest";
import { readFile } from "../../../../test/support/imports/read-file.ts";
import { readDate } from "./dates.ts";

describe("a date", () => {
  it.each([
    ["20. März 2021", "2021-03-20"],
    ["5. Mai 2021", "2021-05-05"],
    ["2. Oktober 2021", "2021-10-02"],
    ["1er février 2020", "2020-02-01"],
    ["14 août 2019", "2019-08-14"],
    ["5 de mayo de 2021", "2021-05-05"],
    ["3 dicembre 2018", "2018-12-03"],
    ["12 maart 2017", "2017-03-12"],
    ["7 de março de 2022", "2022-03-07"],
    ["5 stycznia 2021", "2021-01-05"],
    ["12 мая 2021 г.", "2021-05-12"],
    ["3 січня 2020", "2020-01-03"],
    ["1. května 2021", "2021-05-01"],
    ["2021. május 5.", "2021-05-05"],
    ["5 Mayıs 2021", "2021-05-05"],
    ["5. toukokuuta 2021", "2021-05-05"],
    ["5 Μαΐου 2021", "2021-05-05"],
    ["2021年3月5日", "2021-03-05"],
    ["2021년 3월 5일", "2021-03-05"],
    ["2021. 3. 5.", "2021-03-05"],
    ["March 03, 2026 09:15", "2026-03-03"],
    ["Mar 20 2021", "2021-03-20"],
    ["Friday, March 5, 2021", "2021-03-05"],
    ["Fr., 5. März 2021", "2021-03-05"],
    ["März 2021", "2021-03"],
    ["2003-xx-xx", "2003"],
    ["2021/03/04 21:06:22.814175009", "2021-03-04"],
    ["5.3.2021", "2021-03-05"],
    ["25/12/2021", "2021-12-25"],
    ["5-Mar-21", "2021-03-05"],
  ])("%j is %s", (cell, date) => {
    expect(readDate(cell, undefined)?.date).toBe(date);
  });

  it.each([
    "3/4/2021",
    "Marzipan 2021",
    "5 Foo 2021",
    "32. März 2021",
    "May",
    "5 mayo junio 2021",
    "",
  ])("%j is none", (cell) => expect(readDate(cell, undefined)).toBeUndefined());

  it("is read in the order of its file", () => {
    expect(readDate("3/4/2021", "dmy")?.date).toBe("2021-04-03");
    expect(readDate("3/4/2021", "mdy")?.date).toBe("2021-03-04");
    expect(readDate("21/3/4", "ymd")?.date).toBe("2021-03-04");
    expect(readDate("25/3/2021", "mdy")?.date).toBe("2021-03-25");
  });
});

const file = (
  header: string,
  lines: readonly string[],
): Promise<Awaited<ReturnType<typeof readFile>>> => readFile([header, ...lines].join("\n"));

const ambiguous = (count: number): string[] =>
  Array.from(
    { length: count },
    (_, index) => `Book ${index},9780441172719,0${1 + (index % 9)}/11/2021`,
  );

describe("the order of day and month", () => {
  const header = "Title,ISBN,Date read";

  it.each([
    ["25/12/2021", "dmy", "2021-11-01"],
    ["12/25/2021", "mdy", "2021-01-11"],
  ])("is shown by the last of many rows: %s", async (last, order, first) => {
    const { rows, assumptions } = await file(header, [...ambiguous(3000), `Z,,${last}`]);
    expect(rows[0]?.entry.readings).toEqual([{ finishedAt: first }]);
    expect(rows.flatMap(({ notes }) => notes)).toEqual([]);
    expect(assumptions).toContainEqual(
      expect.objectContaining({ kind: "dateOrder", value: order, rows: 3000 }),
    );
  });

  it("is shown by nine of ten dates", async () => {
    const right = Array.from({ length: 20 }, (_, index) => `A,,${13 + (index % 10)}/2/2021`);
    const { rows } = await file(header, [...right, "B,,2/13/2021", "C,,3/4/2021"]);
    expect(rows.at(-1)?.entry.readings).toEqual([{ finishedAt: "2021-04-03" }]);
    const torn = await file(header, ["A,,13/2/2021", "B,,2/13/2021", "C,,3/4/2021"]);
    expect(torn.rows.at(-1)?.notes.map(({ code }) => code)).toEqual(["DATE_UNREADABLE"]);
  });

  it("is noted on each row when nothing shows it", async () => {
    const german = await file("Titel,ISBN,Gelesen am", ambiguous(3));
    expect(german.rows[0]?.entry.readings).toEqual([{ finishedAt: "2021-11-01" }]);
    expect(german.rows.map(({ notes }) => notes.map(({ code }) => code))).toEqual(
      Array.from({ length: 3 }, () => ["DATE_ORDER_ASSUMED"]),
    );
    const english = await file(header, ambiguous(1));
    expect(english.rows[0]?.entry.readings).toBeUndefined();
    expect(english.rows[0]?.notes.map(({ code }) => code)).toEqual(["DATE_UNREADABLE"]);
  });

  it("is what the caller chose", async () => {
    const { rows, assumptions } = await readFile([header, ...ambiguous(1)].join("\n"), {
      dateOrder: "dmy",
    });
    expect(rows[0]?.entry.readings).toEqual([{ finishedAt: "2021-11-01" }]);
    expect(rows[0]?.notes).toEqual([]);
    expect(assumptions).toContainEqual(
      expect.objectContaining({ kind: "dateOrder", confidence: 1 }),
    );
  });
});
