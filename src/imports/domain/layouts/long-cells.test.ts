import { describe, expect, it } from "vitest";
import { positionOf, seriesInTitle, seriesOf } from "../../../library/domain/series-text.ts";
import { readTitle } from "../match/title.ts";
import { scaleInName, withoutScale } from "./column-scale.ts";
import { dateWithRemark, isAmbiguousDate, readDate, sidesOfRange } from "./dates.ts";
import { statusOf } from "./statuses.ts";
import { namesInList, naturalOrder, splitAtCommas, splitAtMarks } from "./names.ts";

/** Quadratic work is 10^10 steps for a text of this length, and exceeds the time limit of the test. */
const LENGTH = 200_000;
const UNITS = [
  " ",
  "\n",
  "(",
  "[",
  "-",
  "–",
  "a",
  "1",
  ",",
  ".",
  "/",
  "a ",
  "( ",
  ", ",
  "1 ",
  "1.0",
  "#",
];

const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  scaleInName,
  withoutScale,
  seriesOf,
  seriesInTitle,
  positionOf,
  readTitle: (text) => readTitle(text),
  readDate: (text) => readDate(text, "dmy"),
  isAmbiguousDate,
  sidesOfRange,
  dateWithRemark: (text) => dateWithRemark(text, "dmy"),
  splitAtCommas,
  splitAtMarks,
  naturalOrder,
  namesInList,
  statusOf,
};

describe.each(Object.entries(READERS))("%s", (_name, read) => {
  it("reads a long cell of any repeated text in linear time", () => {
    for (const unit of UNITS) {
      const run = unit.repeat(LENGTH / unit.length);
      for (const text of [run, `a${run}b`, `(${run}z`]) expect(() => read(text)).not.toThrow();
    }
  });
});

it("reads a given name of many initials in linear time", () => {
  const text = `Bell, ${"A. ".repeat(LENGTH)}!`;
  expect(namesInList(text)).toHaveLength(2);
});
