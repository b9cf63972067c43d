import { describe, expect, it } from "vitest";
import { rowsOf } from "../../../../test/support/imports/rows-of.ts";
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
    ["Mar-21", "2021-03"],
    ["1º de abril de 2021", "2021-04-01"],
    ["1° aprile 2021", "2021-04-01"],
    ["mars-99", "1999-03"],
    ["мар.21", "2021-03"],
    ["Apr '20", "2020-04"],
    ["2021 03 05", "2021-03-05"],
    ["2021 / 03 / 05", "2021-03-05"],
    ["25 / 3 / 2021", "2021-03-25"],
    ["二〇二一年三月五日", "2021-03-05"],
    ["二零二零年十二月三十一日", "2020-12-31"],
    ["2021年3月5号", "2021-03-05"],
    ["令和3年3月5日", "2021-03-05"],
    ["R3.3.5", "2021-03-05"],
    ["H31/4/30", "2019-04-30"],
    ["٢٠٢١-٠٣-٠٥", "2021-03-05"],
    ["٢٥/٣/٢٠٢١", "2021-03-25"],
    ["5 مارس 2021", "2021-03-05"],
    ["5 במרץ 2021", "2021-03-05"],
    ["5 tháng 3, 2021", "2021-03-05"],
    ["5 มีนาคม 2564", "2021-03-05"],
    ["2021 m. kovo 5 d.", "2021-03-05"],
    ["5. ožujka 2021.", "2021-03-05"],
    ["5. listopada 2021.", "2021-10-05"],
    ["5 listopada 2021", "2021-11-05"],
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
    "21-Mar",
    "Mar 21",
    "5/3/2564",
    "٣/٤/٢٠٢١",
    "3 / 4 / 2021",
    "R3.13.5",
    "",
  ])("%j is none", (cell) => expect(readDate(cell, undefined)).toBeUndefined());

  it("is read in the order of its file", () => {
    expect(readDate("3/4/2021", "dmy")?.date).toBe("2021-04-03");
    expect(readDate("3/4/2021", "mdy")?.date).toBe("2021-03-04");
    expect(readDate("21/3/4", "ymd")?.date).toBe("2021-03-04");
    expect(readDate("25/3/2021", "mdy")?.date).toBe("2021-03-25");
    expect(readDate("٣/٤/٢٠٢١", "dmy")?.date).toBe("2021-04-03");
    expect(readDate("3 / 4 / 2021", "mdy")?.date).toBe("2021-03-04");
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

  it("is determined by nine of ten dates", async () => {
    const right = Array.from({ length: 20 }, (_, index) => `A,,${13 + (index % 10)}/2/2021`);
    const { rows } = await file(header, [...right, "B,,2/13/2021", "C,,3/4/2021"]);
    expect(rows.at(-1)?.entry.readings).toEqual([{ finishedAt: "2021-04-03" }]);
    const torn = await file(header, ["A,,13/2/2021", "B,,2/13/2021", "C,,3/4/2021"]);
    expect(torn.rows.at(-1)?.notes.map(({ code }) => code)).toEqual(["DATE_ORDER_ASSUMED"]);
    expect(torn.rows.at(-1)?.entry.readings).toEqual([{ finishedAt: "2021" }]);
  });

  it("is noted on each row if nothing determines it", async () => {
    const german = await file("Titel,ISBN,Gelesen am", ambiguous(3));
    expect(german.rows[0]?.entry.readings).toEqual([{ finishedAt: "2021-11-01" }]);
    expect(german.rows.map(({ notes }) => notes.map(({ code }) => code))).toEqual(
      Array.from({ length: 3 }, () => ["DATE_ORDER_ASSUMED"]),
    );
    const english = await file(header, ambiguous(1));
    expect(english.rows[0]?.entry).toMatchObject({
      status: "completed",
      readings: [{ finishedAt: "2021" }],
    });
    expect(english.rows[0]?.notes.map(({ code }) => code)).toEqual(["DATE_ORDER_ASSUMED"]);
  });

  const readingsOf = async (columns: string, ...rows: readonly string[]) => {
    const found = await file(
      `Title,ISBN,${columns}`,
      rows.map((row) => `A,,${row}`),
    );
    return found.rows.map(({ entry }) => entry.readings?.at(-1));
  };

  it("is determined by a range", async () => {
    const found = await readingsOf("Dates Read", "02/01/2021 - 13/02/2021", "03/04/2021");
    expect(found).toEqual([
      { startedAt: "2021-01-02", finishedAt: "2021-02-13" },
      { finishedAt: "2021-04-03" },
    ]);
  });

  it("is the one in which no reading ends before it starts", async () => {
    const found = await readingsOf(
      "Date Started,Date Finished",
      "03/04/2021,02/05/2021",
      "05/06/2021,01/07/2021",
    );
    expect(found[0]).toEqual({ startedAt: "2021-04-03", finishedAt: "2021-05-02" });
  });

  it("is the one in which readings are short", async () => {
    const rows = ["03/04/2021,05/04/2021", "01/02/2021,07/02/2021", "02/08/2021,09/08/2021"];
    const found = await readingsOf("Date Started,Date Finished", ...rows);
    expect(found[0]).toEqual({ startedAt: "2021-04-03", finishedAt: "2021-04-05" });
  });

  it("may differ between columns", async () => {
    const { rows } = await file("Title,ISBN,Date Added,Date Read", [
      "A,,25/03/2021,04/26/2021",
      "A,,04/05/2021,04/06/2021",
      "A,,26/05/2021,06/28/2021",
    ]);
    expect(rows[1]?.entry.readings).toEqual([{ finishedAt: "2021-04-06" }]);
    expect(rows[1]?.addedAt).toBe(Date.UTC(2021, 4, 4) / 1000);
  });

  it("of short numbers is the one in which years repeat", async () => {
    const first = await readingsOf("Finished", "21/03/20", "21/12/31", "20/05/06");
    expect(first[0]).toEqual({ finishedAt: "2021-03-20" });
    const last = await readingsOf("Finished", "31/12/21", "20/03/21", "05/06/20");
    expect(last[0]).toEqual({ finishedAt: "2021-12-31" });
  });

  it("is the one chosen by the caller", async () => {
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

describe("a cell", () => {
  const entryOf = (column: string, cell: string) =>
    rowsOf("none", { Title: "A", [column]: cell })[0]?.entry;

  it.each([
    ["2015-01-02, 2021-03-20", ["2015-01-02", "2021-03-20"]],
    ["2015; 2021", ["2015", "2021"]],
    ["March 20, 2021", ["2021-03-20"]],
    ["2021-03-20 (reread)", ["2021-03-20"]],
    ["Sat Mar 20 2021", ["2021-03-20"]],
    ["3. Jänner 2020", ["2020-01-03"]],
    ["２０２１年３月２０日", ["2021-03-20"]],
    ["令和3年3月20日", ["2021-03-20"]],
    ["2021 m. kovo 20 d.", ["2021-03-20"]],
    ["Summer 2020", ["2020"]],
    ["ca. 2019", ["2019"]],
  ])("%j has the days %j on which the book was finished", (cell, days) => {
    const entry = entryOf("Finished", cell);
    expect(entry?.readings).toEqual(days.map((finishedAt) => ({ finishedAt })));
    expect(entry?.status).toBe("completed");
  });

  it.each([
    "2021-01-02/2021-02-03",
    "2021-01-02 to 2021-02-03",
    "2 Jan 2021 – 3 Feb 2021",
    "2021/01/02-2021/02/03",
  ])("%j is a reading", (cell) => {
    const reading = { startedAt: "2021-01-02", finishedAt: "2021-02-03" };
    expect(entryOf("Dates Read", cell)?.readings).toEqual([reading]);
    expect(entryOf("Finished", cell)?.readings).toEqual([reading]);
  });

  it("can have full-width digits", () => {
    const [row] = rowsOf("none", { Title: "A", Rating: "４", Pages: "３２０" });
    expect(row?.entry.rating).toBe(4);
    expect(row?.book.pageCount).toBe(320);
  });
});
