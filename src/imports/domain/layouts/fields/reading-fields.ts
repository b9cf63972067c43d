import type { Reading } from "../../../../../contract/library-fields.ts";
import { saysNothing } from "../cells.ts";
import { readDate } from "../dates.ts";
import { note, type Draft } from "../draft.ts";
import type { FieldReader } from "./field-reader.ts";

/** More readings than are kept; the rest of a cell is not looked at. */
const MAX_PARTS = 1000;
/** No two dates are as long. */
const MAX_RANGE_LENGTH = 100;

/** A date, or nothing and a note if a text is not blank and no date. */
function dateIn(text: string, draft: Draft, column: string): string | undefined {
  if (saysNothing(text)) return undefined;
  const date = readDate(text, draft.conventions.dayOrder)?.date;
  if (date === undefined) {
    note(draft, "DATE_UNREADABLE", `${column}: ${text.trim().slice(0, 50)}.`);
  }
  return date;
}

const single =
  (target: "started" | "finished" | "lastRead"): FieldReader =>
  (cell, draft, column) => {
    const date = dateIn(cell, draft, column);
    if (date === undefined) return saysNothing(cell);
    draft.read[target] ??= date;
    if (target !== "started") draft.read.ends.push([column, cell]);
    return draft.read[target] === date;
  };

/** Ends of readings that are certain, between commas. */
const finishes: FieldReader = (cell, draft, column) => {
  const dates = parts(cell, /[,;]/).map((part) => dateIn(part, draft, column));
  draft.read.sessions.push(
    ...dates.flatMap((finishedAt) => (finishedAt === undefined ? [] : [{ finishedAt }])),
  );
  return !dates.includes(undefined);
};

/** The reading that `2022/10/29-2022/11/28`, `2022/10/29-`, or a day alone (its end) tells of. */
function readingIn(text: string, draft: Draft): Reading | undefined {
  const { dayOrder } = draft.conventions;
  const day = readDate(text, dayOrder)?.date;
  if (day !== undefined) return { finishedAt: day };
  if (text.length > MAX_RANGE_LENGTH) return undefined;
  for (const { index } of text.matchAll(/[-–—]/g)) {
    const [before, after] = [text.slice(0, index), text.slice(index + 1)].map((side) =>
      side.trim(),
    );
    const startedAt = readDate(before ?? "", dayOrder)?.date;
    const finishedAt = readDate(after ?? "", dayOrder)?.date;
    const fits =
      (before === "" || startedAt !== undefined) && (after === "" || finishedAt !== undefined);
    if (fits && (startedAt !== undefined || finishedAt !== undefined)) {
      return {
        ...(startedAt === undefined ? {} : { startedAt }),
        ...(finishedAt === undefined ? {} : { finishedAt }),
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

/** Fields that say when the book was read. The day on which it was shelved is never one of them. */
export const READING_FIELDS = {
  startedAt: single("started"),
  finishedAt: single("finished"),
  lastRead: single("lastRead"),

  /** The day on which a book was given up ends no reading; it is kept under its column. */
  stoppedAt: (cell, draft) => {
    if (!saysNothing(cell)) draft.read.givenUp = true;
    return saysNothing(cell);
  },

  /** Jelu: the ends of all readings. */
  finishes,

  /** StoryGraph: several readings, each a range or a day. */
  datesRead: (cell, draft, column) => {
    const texts = parts(cell, /[,;]/);
    const readings = texts.map((part) => readingIn(part, draft));
    for (const [index, reading] of readings.entries()) {
      if (reading === undefined) dateIn(texts[index] ?? "", draft, column);
      else draft.read.sessions.push(reading);
    }
    if (draft.read.sessions.length > 0) draft.read.ends.push([column, cell]);
    return !readings.includes(undefined);
  },

  /** Openreads: `start|end|time;start|end|time`; one without either is a reading whose days are not known. */
  readings: (cell, draft, column) => {
    let isWhole = true;
    for (const part of parts(cell, /;/)) {
      const [start = "", end = "", time = ""] = part.split("|");
      const [startedAt, finishedAt] = [start, end].map((side) => dateIn(side, draft, column));
      draft.read.sessions.push({
        ...(startedAt === undefined ? {} : { startedAt }),
        ...(finishedAt === undefined ? {} : { finishedAt }),
      });
      const isRead = [startedAt, finishedAt].every(
        (date, side) => date !== undefined || saysNothing([start, end][side] ?? ""),
      );
      isWhole &&= isRead && time === "";
    }
    draft.read.ends.push([column, cell]);
    return isWhole;
  },

  readCount: (cell, draft) => {
    const [, digits] = /^(\d{1,6})(?:\.0+)?$/.exec(cell.trim()) ?? [];
    if (digits === undefined) return saysNothing(cell);
    draft.read.count ??= Number(digits);
    return true;
  },
} satisfies Record<string, FieldReader>;
