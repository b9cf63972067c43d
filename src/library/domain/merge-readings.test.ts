import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_READINGS, type Reading } from "../../../contract/library-fields.ts";
import { runs } from "../../../test/support/properties.ts";
import { mergeReadings, type FileReadings } from "./merge-readings.ts";

/** `2024-01-01..2024-02-02`, `2024-01-01..`, `..2024-02-02`, or `?` for a reading without dates. */
const reading = (text: string): Reading => {
  const [startedAt, finishedAt] = text.split("..");
  return {
    ...(startedAt && startedAt !== "?" ? { startedAt } : {}),
    ...(finishedAt ? { finishedAt } : {}),
  };
};
const textOf = ({ startedAt, finishedAt }: Reading): string =>
  startedAt === undefined && finishedAt === undefined
    ? "?"
    : `${startedAt ?? ""}..${finishedAt ?? ""}`;

const merged = (before: string[], file: string[], options: Partial<FileReadings> = {}): string[] =>
  mergeReadings(before.map(reading), {
    readings: file.map(reading),
    isUnderWay: false,
    isOwn: () => false,
    ...options,
  }).readings.map(textOf);

const OPEN = "2024-01-01..";
const WHOLE = "2024-01-01..2024-02-02";

describe("mergeReadings", () => {
  it.each([
    [
      "adds a reading of another day",
      ["..2021-03-20"],
      ["..2024-05-05"],
      ["..2021-03-20", "..2024-05-05"],
    ],
    ["adds nothing that is there", [WHOLE, "?"], [WHOLE], [WHOLE, "?"]],
    ["ends an open reading that began the same day", [OPEN], [WHOLE], [WHOLE]],
    ["does not open an ended reading again", [WHOLE], [OPEN], [WHOLE]],
    [
      "adds a reading that began on another day",
      [OPEN],
      ["2024-03-01..2024-03-09"],
      [OPEN, "2024-03-01..2024-03-09"],
    ],
    ["ends an open reading by an end of unknown start", [OPEN], ["..2024-02-02"], [WHOLE]],
    [
      "leaves a reading open that began after that end",
      [OPEN],
      ["..2019-02-02"],
      [OPEN, "..2019-02-02"],
    ],
    [
      "leaves a reading open that began years before that end",
      ["2015-01-01.."],
      ["..2024-02-02"],
      ["2015-01-01..", "..2024-02-02"],
    ],
    ["adds the start of a reading whose end is known", ["..2024-02-02"], [WHOLE], [WHOLE]],
    ["makes a year a day", ["..2021"], ["..2021-03-20"], ["..2021-03-20"]],
    ["keeps the day of a year", ["..2021-03-20"], ["..2021"], ["..2021-03-20"]],
    [
      "makes a year one of two days",
      ["..2021"],
      ["..2021-03-20", "..2021-09-01"],
      ["..2021-03-20", "..2021-09-01"],
    ],
    ["gives dates to a reading without them", ["?"], ["..2021-03-20"], ["..2021-03-20"]],
    [
      "needs no reading without dates for one that has them",
      ["..2021-03-20"],
      ["?"],
      ["..2021-03-20"],
    ],
    [
      "counts readings without dates",
      ["..2021-03-20"],
      ["..2024-05-05", "?", "?"],
      ["..2021-03-20", "..2024-05-05", "?"],
    ],
    [
      "keeps the number of readings without dates",
      ["..2021-03-20", "?"],
      ["..2024-05-05", "?", "?"],
      ["..2021-03-20", "?", "..2024-05-05"],
    ],
    [
      "adds readings that the file has twice once each",
      ["..2021-03-20"],
      ["..2021-03-20", "..2021-03-20"],
      ["..2021-03-20", "..2021-03-20"],
    ],
    ["never puts an end before a start", ["2021-05..2021-06"], ["..2021"], ["2021-05..2021-06"]],
  ])("%s", (_what, before, file, after) => {
    expect(merged(before, file)).toEqual(after);
  });

  it("keeps a past reading beside a current one", () => {
    expect(merged(["?"], [OPEN], { isUnderWay: true })).toEqual(["?", OPEN]);
    expect(merged([OPEN], ["?"], { isUnderWay: true })).toEqual([OPEN, "?"]);
  });

  it("follows a correction of a service only if the counts show that no reading was added", () => {
    const isOwn = () => true;
    const [before, file] = [["..2021-03-20"], ["..2021-03-02"]];
    expect(merged(before, file, { isOwn, count: 1 })).toEqual(file);
    expect(merged(before, file, { isOwn, count: 2 })).toEqual([...before, ...file]);
    expect(merged(before, file, { isOwn })).toEqual([...before, ...file]);
    expect(merged(before, file, { isOwn, count: 0 })).toEqual(file);
    expect(merged(before, ["..2024-05-05"], { isOwn, count: 1 })).toHaveLength(2);
    expect(merged([WHOLE], ["2024-01-01..2024-02-05"], { isOwn })).toEqual([
      "2024-01-01..2024-02-05",
    ]);
    expect(merged([WHOLE], ["2024-01-01..2024-02-05"])).toEqual([WHOLE]);
  });

  it("follows a service that corrects the year, or the month of a year", () => {
    const how = { isOwn: () => true, count: 1 };
    expect(merged(["..2020-03-20"], ["..2021-03-20"], how)).toEqual(["..2021-03-20"]);
    expect(merged(["..2021-03-20"], ["..2021-05-05"], how)).toEqual(["..2021-05-05"]);
    expect(merged(["..2020-03-20"], ["..2021-03-20"], { ...how, count: 2 })).toHaveLength(2);
  });

  it("moves the start of an open reading to the service's date", () => {
    const how = { isOwn: () => true, wasUnderWay: true, isUnderWay: true };
    const [later, ended] = ["2024-06-01..", "2024-06-01..2024-07-01"];
    expect(merged([OPEN], [later], how)).toEqual([later]);
    expect(merged([OPEN], [ended], { ...how, isUnderWay: false })).toEqual([ended]);
    expect(merged([OPEN], [OPEN, later], how)).toEqual([OPEN, later]);
    // One that was abandoned, one of the user or another service, and one of an earlier row.
    expect(merged([OPEN], [later], { ...how, wasUnderWay: false })).toEqual([OPEN, later]);
    expect(merged([OPEN], [later], { ...how, isOwn: () => false })).toEqual([OPEN, later]);
    expect(merged([OPEN], [later], { ...how, place: 1 })).toEqual([OPEN, later]);
  });

  it("keeps rows of a log in the same year apart, even when imported again", () => {
    const isOwn = () => true;
    const rows = ["..2021", "..2021-05-03"];
    expect(merged(["..2021"], ["..2021-05-03"], { isOwn, place: 1 })).toEqual(rows);
    for (const [place, row] of rows.entries())
      expect(merged(rows, [row], { isOwn, place })).toEqual(rows);
    expect(merged(["..2015", "..2021"], ["..2021-05-03"], { isOwn, place: 1 })).toEqual([
      "..2015",
      "..2021-05-03",
    ]);
    expect(merged(["..2021-03-20"], ["..2021-05-03"], { isOwn, place: 1, count: 1 })).toEqual([
      "..2021-03-20",
      "..2021-05-03",
    ]);
  });

  it.each([
    ["the user has corrected", ["2021-03-01..2021-03-18"], "..2021-03-20", 1],
    ["the user has corrected, of two", ["..2015-01-01", "..2021-03-18"], "..2021-03-20", 2],
    ["another service shows a day later", [WHOLE], "..2024-02-03", undefined],
    ["another service shows a day earlier", [WHOLE], "2024-01-02..2024-02-01", undefined],
  ])("keeps the dates that %s, and says so", (_what, before, file, count) => {
    const readings = [reading(file)];
    const how = { readings, isUnderWay: false, isOwn: () => false, count };
    const after = mergeReadings(before.map(reading), how);
    expect(after).toEqual({ readings: before.map(reading), isKept: true });
    expect(mergeReadings(after.readings, how)).toEqual(after);
  });

  it.each([
    ["the count has room for", ["..2021-03-18"], "..2021-03-20", 2],
    ["no count contradicts", ["..2021-03-18"], "..2021-03-20", undefined],
    ["is months away", ["..2021-03-18"], "..2021-09-20", 1],
    ["begins after the end of the other", [WHOLE], "2024-02-03..2024-02-03", undefined],
    ["is finished, beside an open one", ["2024-01-01.."], "2023-12-20..2023-12-24", 1],
  ])("adds a reading of another service that %s", (_what, before, file, count) => {
    expect(merged(before, [file], { count })).toEqual([...before, file]);
  });

  it("adds the start from another service whose end differs by a day", () => {
    expect(merged(["..2024-02-03"], [WHOLE], { count: 1 })).toEqual(["2024-01-01..2024-02-03"]);
  });

  it("keeps the ids of readings", () => {
    const before = [{ id: "a" }, { id: "b", startedAt: "2024-01-01" }];
    const file = [reading(WHOLE), reading("..2021-03-20")];
    const options = { readings: file, isUnderWay: false, isOwn: () => false };
    expect(mergeReadings(before, options).readings.map(({ id }) => id)).toEqual(["a", "b"]);
  });

  it("stops at the maximum number of readings of an entry", () => {
    const days = Array.from({ length: MAX_READINGS }, (_, index) => `..${1900 + index}`);
    expect(merged(days, ["..2150-01-01"])).toEqual(days);
  });
});

const day = fc.constantFrom("2019", "2021-03", "2021-03-20", "2024-01-01", "2024-02-02");
const anyReading = fc
  .record({ startedAt: day, finishedAt: day }, { requiredKeys: [] })
  .filter(
    ({ startedAt: a, finishedAt: b }) => !a || !b || a.slice(0, b.length) <= b.slice(0, a.length),
  );
const readings = fc.array(anyReading, { maxLength: 4 });
const options = fc.record({
  isUnderWay: fc.boolean(),
  count: fc.option(fc.nat(4), { nil: undefined }),
});

/** What one side knows about some readings of a book that is read every second year. */
const views = fc
  .array(
    fc.record({
      year: fc.constantFrom(2015, 2017, 2019, 2021),
      knows: fc.constantFrom("start", "end", "month", "both"),
    }),
    { maxLength: 4 },
  )
  .map((list) =>
    [...new Map(list.map((one) => [one.year, one])).values()].map(({ year, knows }): Reading => {
      const [startedAt, finishedAt] = [`${year}-03-01`, `${year}-04-02`];
      if (knows === "start") return { startedAt };
      if (knows === "end") return { finishedAt };
      return knows === "month" ? { finishedAt: finishedAt.slice(0, 7) } : { startedAt, finishedAt };
    }),
  );

describe("mergeReadings, for any readings", () => {
  const merge = (
    before: Reading[],
    file: Reading[],
    how: { isUnderWay: boolean; count?: number | undefined },
  ) => mergeReadings(before, { readings: file, isOwn: () => false, ...how }).readings;

  it("removes no reading, and no date becomes less precise", () => {
    fc.assert(
      fc.property(readings, readings, options, (before, file, how) => {
        const after = merge(before, file, how);
        for (const [index, { startedAt = "", finishedAt = "" }] of before.entries()) {
          expect(after[index]?.startedAt ?? "").toSatisfy((date: string) =>
            date.startsWith(startedAt),
          );
          expect(after[index]?.finishedAt ?? "").toSatisfy((date: string) =>
            date.startsWith(finishedAt),
          );
        }
      }),
      { numRuns: runs(200) },
    );
  });

  it("has at least as many readings as either side", () => {
    fc.assert(
      fc.property(readings, readings, options, (before, file, how) => {
        const after = merge(before, file, { ...how, isUnderWay: false });
        expect(after.length).toBeGreaterThanOrEqual(Math.max(before.length, file.length));
      }),
      { numRuns: runs(200) },
    );
  });

  it("changes nothing when the same file is imported again", () => {
    fc.assert(
      fc.property(views, views, options, (before, file, how) => {
        const once = merge(before, file, how);
        expect(merge(once, file, how)).toEqual(once);
      }),
      { numRuns: runs(200) },
    );
  });

  it("has each reading once, however much of it each side has", () => {
    fc.assert(
      fc.property(views, views, (before, file) => {
        const years = (list: readonly Reading[]) =>
          list.map(({ startedAt, finishedAt }) => (finishedAt ?? startedAt ?? "").slice(0, 4));
        const after = years(merge(before, file, { isUnderWay: false }));
        expect(after.toSorted()).toEqual([...new Set(years([...before, ...file]))].toSorted());
      }),
      { numRuns: runs(200) },
    );
  });
});
