import { describe, expect, it } from "vitest";
import { toContributor } from "../../../catalogue/domain/text/person.ts";
import { toTitle } from "../../../catalogue/domain/text/title.ts";
import { positionOf, seriesInTitle, seriesOf } from "../../../library/domain/series-text.ts";
import { readTitle } from "../match/title.ts";
import { fieldOfName } from "./column-fields.ts";
import { scaleInName, withoutScale } from "./column-scale.ts";
import { dateWithRemark, isAmbiguousDate, readDate, sidesOfRange } from "./dates.ts";
import { newDraft, OWN_CONVENTIONS } from "./draft.ts";
import { FIELDS } from "./fields/index.ts";
import { statusOf } from "./statuses.ts";
import { namesInList, naturalOrder, splitAtCommas, splitAtMarks } from "./names.ts";

/**
 * A quadratic algorithm needs 10^10 steps for this length and exceeds the time limit of the test.
 */
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

/** Texts that can be divided in many ways, none of which matches. */
const DIVISIBLE = ["a|1;   ", "(a) ", "A", "A. ", " ;", "/ ", "完读完", "fine", "a, ", "1, ", "& "];

it.each([
  ...Object.entries({ fieldOfName, toTitle, toContributor }),
  ...Object.entries(FIELDS).map(
    ([field, read]) =>
      [field, (text: string) => read(text, newDraft(OWN_CONVENTIONS), "Column")] as const,
  ),
])("%s does not try every way to divide a text", (_name, read) => {
  for (const unit of DIVISIBLE) {
    for (const start of ["", "a", "J. ("]) {
      for (const length of [58, 1000]) {
        const text = `${start}${unit.repeat(length / unit.length)}`;
        for (const end of ["x", "!)"]) expect(() => read(text + end)).not.toThrow();
      }
    }
  }
});
