import type { Reading } from "../../../../../contract/library-fields.ts";
import type { DateOrder } from "../../reading/assumptions.ts";
import { isPlaceholder } from "../cells.ts";
import {
  dateWithRemark,
  isAmbiguousDate,
  readDate,
  sidesOfRange,
  yearOfAmbiguous,
} from "../dates.ts";
import { dateOrderIn, note, noteAssumedOrder, type Draft } from "../draft.ts";
import type { FieldReader } from "./reader.ts";
import { statusOf, yesOrNo } from "../statuses.ts";
import { readAnswer, setStatus } from "./shelf.ts";
import { defined } from "../../../../platform/defined.ts";

/**
 * Maximum number of parts read from a cell; more than the number of readings that can be stored.
 */
const MAX_PARTS = 1000;
/** Longer than any two dates. */
const MAX_RANGE_LENGTH = 100;

/** A date in a cell. `isWhole`: it represents the cell completely. */
interface DateInCell {
  date: string | undefined;
  isWhole: boolean;
}

/**
 * Parses a date. If day and month cannot be told apart, only the year remains. Adds a note if the
 * text is neither a placeholder nor a date.
 */
function dateOf(
  text: string,
  draft: Draft,
  column: string,
  date = readDate(text, dateOrderIn(draft, column))?.date,
): DateInCell {
  if (isPlaceholder(text)) return { date: undefined, isWhole: true };
  if (date !== undefined) {
    noteAssumedOrder(draft, column, text);
    return { date, isWhole: true };
  }
  const shown = text.trim().slice(0, 50);
  const year = yearOfAmbiguous(text);
  if (year !== undefined) {
    note(draft, "DATE_ORDER_ASSUMED", `${column}: ${shown} as ${year}.`);
    return { date: year, isWhole: false };
  }
  const remarked = dateWithRemark(text, dateOrderIn(draft, column))?.date;
  if (remarked === undefined) note(draft, "DATE_UNREADABLE", `${column}: ${shown}.`);
  return { date: remarked, isWhole: false };
}

const dateIn = (text: string, draft: Draft, column: string): string | undefined =>
  dateOf(text, draft, column).date;

/**
 * The number of a further reading in a column name: `Date Finished 2`, or a second column with the
 * same name.
 */
const AGAIN = /[\s_(#]([2-9])\)?$/;

const single =
  (target: "started" | "finished" | "lastRead"): FieldReader =>
  (cell, draft, column) => {
    const order = dateOrderIn(draft, column);
    const day = readDate(cell, order)?.date;
    if (target === "finished" && day === undefined) {
      const isDate = dateWithRemark(cell, order) !== undefined;
      // `Gelesen` may be a date, several dates, or an answer.
      if (!isDate && (readAnswer(cell, draft) || severalReadings(cell, draft, column))) return true;
    }
    // `Currently Reading` may be a date or an answer.
    if (target === "started" && day === undefined && isAnswerOf(column, cell, draft)) return true;
    const { date, isWhole } = dateOf(cell, draft, column, day);
    if (date === undefined) return isWhole;
    const [, place] = target === "lastRead" ? [] : (AGAIN.exec(column) ?? []);
    if (place !== undefined) {
      const side = target === "started" ? "startedAt" : "finishedAt";
      draft.read.again.set(place, { ...draft.read.again.get(place), [side]: date });
      (side === "startedAt" ? draft.read.starts : draft.read.ends).push([column, cell]);
      return isWhole;
    }
    draft.read[target] ??= date;
    (target === "started" ? draft.read.starts : draft.read.ends).push([column, cell]);
    return isWhole && draft.read[target] === date;
  };

/**
 * Reads a yes or no in a column named after a status.
 * @returns whether the cell is such an answer
 */
function isAnswerOf(column: string, cell: string, draft: Draft): boolean {
  const answer = yesOrNo(cell);
  if (answer === undefined || statusOf(column) === undefined) return false;
  if (answer) setStatus(draft, column);
  return true;
}

/**
 * Separators between readings. The comma in `Jan 5, 2021` is not one, unless a year or a numeric
 * date precedes it.
 */
const BETWEEN_READINGS =
  /[;\n]|(?<=\d[-/.]\d{1,2}),|,(?!\s*\d{4}\s*(?:$|[;,–—]|-\s|(?:to|and|&)\s))|(?<=\d{4}),(?=\s*\d{4}\s*(?:$|[;,–—]|-\s))|\s(?:&|and|und|et|y|e|en|и)\s/;

/** Reads a cell with a list of days or ranges; false for any other text. */
function severalReadings(cell: string, draft: Draft, column: string): boolean {
  const texts = parts(cell, BETWEEN_READINGS);
  const readings = texts.map((text) => readingIn(text, dateOrderIn(draft, column)));
  if (readings.length === 0 || readings.includes(undefined)) return false;
  for (const text of texts) noteAssumedOrder(draft, column, text);
  draft.read.sessions.push(...readings.flatMap((reading) => reading ?? []));
  draft.read.ends.push([column, cell]);
  return true;
}

/** End dates of finished readings, separated by commas. */
const finishes: FieldReader = (cell, draft, column) => {
  const dates = parts(cell, /[,;]/).map((part) => dateIn(part, draft, column));
  draft.read.sessions.push(
    ...dates.flatMap((finishedAt) => (finishedAt === undefined ? [] : [{ finishedAt }])),
  );
  return !dates.includes(undefined);
};

/** Parses a reading: `2022/10/29-2022/11/28`, `2022/10/29-`, or a single day, which is its end. */
function readingIn(text: string, dateOrder: DateOrder | undefined): Reading | undefined {
  const day = readDate(text, dateOrder)?.date;
  if (day !== undefined) return { finishedAt: day };
  if (text.length > MAX_RANGE_LENGTH) return undefined;
  const sides = sidesOfRange(text);
  const found = sides === undefined ? undefined : readingBetween(...sides, dateOrder);
  if (found !== undefined) return found;
  for (const { index } of text.matchAll(/[-–—]/g)) {
    const reading = readingBetween(text.slice(0, index), text.slice(index + 1), dateOrder);
    if (reading !== undefined) return reading;
  }
  return undefined;
}

/** A reading from a start to an end, one of which may be blank. */
function readingBetween(
  start: string,
  end: string,
  order: DateOrder | undefined,
): Reading | undefined {
  const [before, after] = [start.trim(), end.trim()];
  const read = (text: string): string | undefined =>
    text === "" ? undefined : (readDate(text, order)?.date ?? yearOfAmbiguous(text));
  const [startedAt, finishedAt] = [read(before), read(after)];
  if (before !== "" && startedAt === undefined) return undefined;
  if (after !== "" && finishedAt === undefined) return undefined;
  if (startedAt === undefined && finishedAt === undefined) return undefined;
  return { ...defined({ startedAt, finishedAt }) };
}

const parts = (cell: string, separator: RegExp): string[] =>
  cell
    .split(separator)
    .slice(0, MAX_PARTS)
    .map((part) => part.trim())
    .filter((part) => part !== "");

/** Fields with reading dates, never with the date on which the book was added. */
export const READING_FIELDS = {
  startedAt: single("started"),
  finishedAt: single("finished"),
  lastRead: single("lastRead"),

  /**
   * The day on which a book was abandoned does not end a reading; the cell is stored in `extra`.
   */
  stoppedAt: (cell, draft) => {
    if (!isPlaceholder(cell)) draft.read.givenUp = true;
    return isPlaceholder(cell);
  },

  /** Jelu: the end dates of all readings. */
  finishes,

  /** StoryGraph: several readings, each a range or a day. */
  datesRead: (cell, draft, column) => {
    let isComplete = true;
    for (const part of parts(cell, BETWEEN_READINGS)) {
      const reading = readingIn(part, dateOrderIn(draft, column));
      if (reading !== undefined) {
        for (const side of sidesOfRange(part) ?? [part]) {
          if (isAmbiguousDate(side)) isComplete = dateOf(side, draft, column).isWhole && isComplete;
        }
        draft.read.sessions.push(reading);
        continue;
      }
      const { date: finishedAt, isWhole } = dateOf(part, draft, column);
      if (finishedAt !== undefined) draft.read.sessions.push({ finishedAt });
      isComplete &&= isWhole;
    }
    if (draft.read.sessions.length > 0) draft.read.ends.push([column, cell]);
    return isComplete;
  },

  /** Openreads: `start|end|time;start|end|time`. A part without start and end is a reading with unknown dates. */
  readings: (cell, draft, column) => {
    let isComplete = true;
    for (const part of parts(cell, /;/)) {
      const [start = "", end = "", time = ""] = part.split("|");
      const [startedAt, finishedAt] = [start, end].map((side) => dateIn(side, draft, column));
      draft.read.sessions.push({
        ...defined({ startedAt, finishedAt }),
      });
      const isRead = [startedAt, finishedAt].every(
        (date, side) => date !== undefined || isPlaceholder([start, end][side] ?? ""),
      );
      isComplete &&= isRead && time === "";
    }
    draft.read.ends.push([column, cell]);
    return isComplete;
  },

  /** Enhance-GoodReads: `start,end;start,end`. */
  readingPairs: (cell, draft, column) => {
    let isComplete = true;
    for (const pair of parts(cell, /;/)) {
      const [start = "", end = "", ...others] = pair.split(",");
      const [startedAt, finishedAt] = [start, end].map((side) => dateIn(side, draft, column));
      isComplete &&= others.length === 0 && (startedAt ?? finishedAt) !== undefined;
      if (startedAt === undefined && finishedAt === undefined) continue;
      draft.read.sessions.push({
        ...(startedAt === undefined ? {} : { startedAt }),
        ...(finishedAt === undefined ? {} : { finishedAt }),
      });
    }
    return isComplete;
  },

  readCount: (cell, draft) => {
    const [, digits] = /^(\d{1,6})(?:\.0+)?$/.exec(cell.trim()) ?? [];
    if (digits === undefined) return isPlaceholder(cell);
    draft.read.count ??= Number(digits);
    return true;
  },
} satisfies Record<string, FieldReader>;
