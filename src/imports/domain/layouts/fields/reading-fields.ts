import type { Reading } from "../../../../../contract/library-fields.ts";
import { isPlaceholder } from "../cells.ts";
import { readDate } from "../dates.ts";
import { note, noteAssumedOrder, type Draft } from "../draft.ts";
import type { FieldReader } from "./reader.ts";
import { readAnswer } from "./shelf.ts";
import { defined } from "../../../../platform/defined.ts";

/** Maximum number of parts of a cell that are read. It exceeds the number of readings that can be stored. */
const MAX_PARTS = 1000;
/** Longer than any two dates. */
const MAX_RANGE_LENGTH = 100;

/** Parses a date. Adds a note and returns undefined if the text is neither a placeholder nor a date. */
function dateIn(text: string, draft: Draft, column: string): string | undefined {
  if (isPlaceholder(text)) return undefined;
  const date = readDate(text, draft.conventions.dateOrder)?.date;
  if (date === undefined) {
    note(draft, "DATE_UNREADABLE", `${column}: ${text.trim().slice(0, 50)}.`);
  } else {
    noteAssumedOrder(draft, column, text);
  }
  return date;
}

const single =
  (target: "started" | "finished" | "lastRead"): FieldReader =>
  (cell, draft, column) => {
    // `Gelesen` may be a date or an answer.
    const isAnswer =
      target === "finished" &&
      readDate(cell, draft.conventions.dateOrder) === undefined &&
      readAnswer(cell, draft);
    if (isAnswer) return true;
    const date = dateIn(cell, draft, column);
    if (date === undefined) return isPlaceholder(cell);
    draft.read[target] ??= date;
    (target === "started" ? draft.read.starts : draft.read.ends).push([column, cell]);
    return draft.read[target] === date;
  };

/** End dates of finished readings, separated by commas. */
const finishes: FieldReader = (cell, draft, column) => {
  const dates = parts(cell, /[,;]/).map((part) => dateIn(part, draft, column));
  draft.read.sessions.push(
    ...dates.flatMap((finishedAt) => (finishedAt === undefined ? [] : [{ finishedAt }])),
  );
  return !dates.includes(undefined);
};

/** Parses a reading: `2022/10/29-2022/11/28`, `2022/10/29-`, or a single day, which is its end. */
function readingIn(text: string, draft: Draft): Reading | undefined {
  const { dateOrder } = draft.conventions;
  const day = readDate(text, dateOrder)?.date;
  if (day !== undefined) return { finishedAt: day };
  if (text.length > MAX_RANGE_LENGTH) return undefined;
  for (const { index } of text.matchAll(/[-–—]/g)) {
    const [before, after] = [text.slice(0, index), text.slice(index + 1)].map((side) =>
      side.trim(),
    );
    const startedAt = readDate(before ?? "", dateOrder)?.date;
    const finishedAt = readDate(after ?? "", dateOrder)?.date;
    const fits =
      (before === "" || startedAt !== undefined) && (after === "" || finishedAt !== undefined);
    if (fits && (startedAt !== undefined || finishedAt !== undefined)) {
      return {
        ...defined({ startedAt, finishedAt }),
      };
    }
  }
  return undefined;
}

const parts = (cell: string, separator: RegExp): string[] =>
  cell
    .split(separator)
    .slice(0, MAX_PARTS)
    .map((part) => part.trim())
    .filter((part) => part !== "");

/** Fields with dates of reading. The date on which the book was added is never one of them. */
export const READING_FIELDS = {
  startedAt: single("started"),
  finishedAt: single("finished"),
  lastRead: single("lastRead"),

  /** The day on which a book was abandoned does not end a reading; the cell goes to `extra`. */
  stoppedAt: (cell, draft) => {
    if (!isPlaceholder(cell)) draft.read.givenUp = true;
    return isPlaceholder(cell);
  },

  /** Jelu: the end dates of all readings. */
  finishes,

  /** StoryGraph: several readings, each a range or a day. */
  datesRead: (cell, draft, column) => {
    const texts = parts(cell, /[,;]/);
    const readings = texts.map((part) => readingIn(part, draft));
    for (const [index, reading] of readings.entries()) {
      if (reading === undefined) dateIn(texts[index] ?? "", draft, column);
      else {
        noteAssumedOrder(draft, column, texts[index] ?? "");
        draft.read.sessions.push(reading);
      }
    }
    if (draft.read.sessions.length > 0) draft.read.ends.push([column, cell]);
    return !readings.includes(undefined);
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
