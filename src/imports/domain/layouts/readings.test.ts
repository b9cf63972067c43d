import { describe, expect, it } from "vitest";
import { rowOf, rowsOf, type Cells } from "../../../../test/support/imports/rows-of.ts";

const entryOf = (format: string, cells: Cells) => rowOf(format, cells).entry;
const codesOf = (format: string, cells: Cells) =>
  rowOf(format, cells).notes.map(({ code }) => code);

describe("readings", () => {
  const storygraph = (cells: Cells) => entryOf("storygraph", { "Read Status": "read", ...cells });

  it("are read from several ranges and days", () => {
    const cell = "2022/10/29-2022/11/28, 2021/09/14,2020-2021, 2019-05-04-2019-05-06";
    expect(storygraph({ "Dates Read": cell, "Read Count": "4" }).readings).toEqual([
      { startedAt: "2022-10-29", finishedAt: "2022-11-28" },
      { finishedAt: "2021-09-14" },
      { startedAt: "2020", finishedAt: "2021" },
      { startedAt: "2019-05-04", finishedAt: "2019-05-06" },
    ]);
  });

  it("can end with only a year after a numeric date", () => {
    const cell = "2024/01/01-2024/02/02, 2020/01/01-2020/01/09, 2019";
    expect(storygraph({ "Dates Read": cell, "Read Count": "3" }).readings).toEqual([
      { startedAt: "2024-01-01", finishedAt: "2024-02-02" },
      { startedAt: "2020-01-01", finishedAt: "2020-01-09" },
      { finishedAt: "2019" },
    ]);
  });

  it("include undated ones up to the read count", () => {
    expect(
      entryOf("goodreads", {
        "Exclusive Shelf": "read",
        "Date Read": "2020/10/25",
        "Read Count": "3",
      }).readings,
    ).toEqual([{ finishedAt: "2020-10-25" }, {}, {}]);
    expect(
      entryOf("goodreads", { "Exclusive Shelf": "currently-reading", "Read Count": "1" }).readings,
    ).toBeUndefined();
    const many = { "Exclusive Shelf": "read", "Read Count": "999999" };
    expect(entryOf("goodreads", many).readings).toHaveLength(200);
    expect(codesOf("goodreads", many)).toEqual(["LIST_SHORTENED"]);
  });

  it("are never derived from the date on which the book was added", () => {
    const cells = { "Exclusive Shelf": "read", "Date Added": "2020/10/25" };
    expect(entryOf("goodreads", cells)).toEqual({ status: "completed" });
    expect(rowsOf("goodreads", cells)[0]?.addedAt).toBe(Date.UTC(2020, 9, 25) / 1000);
  });

  it("omit contradicting dates", () => {
    const cells = {
      "Read Status": "read",
      "Dates Read": "2025/04/14-2025/04/04",
      "Read Count": "1",
    };
    expect(entryOf("storygraph", cells)).toMatchObject({
      readings: [{}],
      extra: { "Dates Read": "2025/04/14-2025/04/04" },
    });
    expect(codesOf("storygraph", cells)).toEqual(["DATES_SWAPPED"]);
  });

  it("are stored in extra if they contradict each other in two columns", () => {
    const cells = { shelf: "read", start_date: "2021-07-11", finish_date: "2021-07-01" };
    expect(entryOf("bookwyrm", cells)).toEqual({
      status: "completed",
      readings: [{}],
      extra: { start_date: "2021-07-11", finish_date: "2021-07-01" },
    });
    expect(codesOf("bookwyrm", cells)).toEqual(["DATES_SWAPPED"]);
  });

  it("do not end on the day on which a book was abandoned", () => {
    expect(
      entryOf("storygraph", {
        "Read Status": "did-not-finish",
        "Dates Read": "2021/07/01-2021/07/11",
        "Read Count": "1",
      }),
    ).toEqual({
      status: "abandoned",
      readings: [{ startedAt: "2021-07-01" }],
      readCount: 1,
      extra: { "Dates Read": "2021/07/01-2021/07/11" },
    });
    expect(
      entryOf("bookwyrm", {
        shelf: "stopped-reading",
        start_date: "2021-07-01",
        stopped_date: "2021-07-11",
      }),
    ).toEqual({
      status: "abandoned",
      readings: [{ startedAt: "2021-07-01" }],
      extra: { stopped_date: "2021-07-11" },
    });
  });
});

describe("an end beside open readings of the same row", () => {
  const readings = (pairs: string, dateRead: string, count: string) =>
    entryOf("goodreads", {
      "Exclusive Shelf": "read",
      read_dates: pairs,
      "Date Read": dateRead,
      "Read Count": count,
    }).readings;

  it("ends the last reading that started before it", () => {
    const whole = [{ startedAt: "2021-03-05", finishedAt: "2021-03-20" }];
    expect(readings("2021-03-05,", "2021/03/20", "1")).toEqual(whole);
    expect(readings("2021-03-05,", "2021/03/20", "2")).toEqual([...whole, {}]);
    expect(readings("2015-01-01,2015-02-02;2021-03-05,", "2021/03/20", "2")).toEqual([
      { startedAt: "2015-01-01", finishedAt: "2015-02-02" },
      ...whole,
    ]);
  });

  it("is another reading if it is earlier, or counted and years later", () => {
    expect(readings("2021-03-05,", "2020/03/20", "1")).toEqual([
      { startedAt: "2021-03-05" },
      { finishedAt: "2020-03-20" },
    ]);
    expect(readings("2015-03-05,", "2021/03/20", "2")).toHaveLength(2);
    expect(readings("2015-03-05,", "2021/03/20", "1")).toHaveLength(1);
  });
});

describe("dates", () => {
  const finished = (...cells: string[]) =>
    rowsOf("none", ...cells.map((cell) => ({ Title: "Dune", Author: "", "Date read": cell }))).map(
      ({ entry, notes }) => entry.readings?.[0]?.finishedAt ?? notes[0]?.code,
    );

  it.each([
    ["2020/10/25", "2020-10-25"],
    ["2020-10-25T10:11:12.000Z", "2020-10-25"],
    ["2020/10", "2020-10"],
    ["2020", "2020"],
    ["20201025", "2020-10-25"],
    ["25.10.2020", "2020-10-25"],
    ["4.2.2020", "2020-02-04"],
    ["10/25/2020", "2020-10-25"],
    ["25/10/20", "2020-10-25"],
    ["5/5/2020", "2020-05-05"],
    ["Oct 25, 2020", "2020-10-25"],
    ["25 October 2020", "2020-10-25"],
    ["October 2020", "2020-10"],
    ["2020/10/00", "2020-10"],
    ["2021/02/29", "DATE_UNREADABLE"],
    ["0202/10/25", "DATE_UNREADABLE"],
    ["4/2/2021", "2021"],
    ["4/2/21", "2021"],
    ["4/2/11", "DATE_UNREADABLE"],
    ["13/13/2021", "DATE_UNREADABLE"],
    ["last summer", "DATE_UNREADABLE"],
    ["-", undefined],
  ])("are read from %s alone as %s", (cell, date) => {
    expect(finished(cell)).toEqual([date]);
  });

  it("use the order of day and month found in the file", () => {
    expect(finished("4/2/2021", "4/25/2021")).toEqual(["2021-04-02", "2021-04-25"]);
    expect(finished("4/2/2021", "25/4/2021")).toEqual(["2021-02-04", "2021-04-25"]);
    expect(finished("4/2/2021", "25/4/2021", "4/25/2021")).toEqual([
      "2021",
      "2021-04-25",
      "2021-04-25",
    ]);
  });

  it("are read month first in a file of an American service rewritten by a spreadsheet", () => {
    const [row] = rowsOf("goodreads", {
      Title: "Dune",
      "Date Read": "4/2/2021",
      "Date Added": "1/2/2021",
    });
    expect(row?.entry.readings).toEqual([{ finishedAt: "2021-04-02" }]);
    expect(row?.addedAt).toBe(Date.UTC(2021, 0, 2) / 1000);
  });

  it("with dashes are not read month first", () => {
    const row = rowOf("goodreads", { "Date Read": "02-04-2021", "Date Added": "25-03-2021" });
    expect(row.entry.readings).toEqual([{ finishedAt: "2021-04-02" }]);
    expect(rowOf("goodreads", { "Date Read": "02-04-2021" }).entry.readings).toEqual([
      { finishedAt: "2021" },
    ]);
  });

  it("that are unreadable are stored in extra", () => {
    expect(entryOf("goodreads", { "Date Read": "soon" })).toEqual({
      extra: { "Date Read": "soon" },
    });
  });
});
