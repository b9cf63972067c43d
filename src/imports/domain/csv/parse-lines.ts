import { archiveEndSchema } from "../../../../contract/archive.ts";
import type { CsvRecord } from "../job/row.ts";
import type { RecordParser } from "./parse-records.ts";

/** A longer line has no storable row. */
const MAX_LINE = 1_000_000;
/** What is kept of a line that is too long: enough to recognise it. */
const MAX_CUT_LENGTH = 1000;

const BEGINS_ARCHIVE = /^\s*\{\s*"type"\s*:\s*"archive"/;
const ENDS_ARCHIVE = /^\s*\{\s*"type"\s*:\s*"end"/;

/** Whether a text begins with the header of an archive of an account. */
export function isArchive(text: string): boolean {
  return BEGINS_ARCHIVE.test(text);
}

/**
 * Splits an archive into records of one cell, which is the line. The last line of an archive says how many there are between it
 * and the header, and is no record. Without it, or with another number of lines, a damaged record follows the others.
 */
export function lineParser(): RecordParser {
  let text = "";
  let isTooLong = false;
  let line = 0;
  let row = 0;
  let isEnded = false;

  const take = (content: string): CsvRecord[] => {
    line += 1;
    const damage = isTooLong || content.length > MAX_LINE ? ("ROW_TOO_LONG" as const) : undefined;
    isTooLong = false;
    if (content.trim() === "") return [];
    if (damage === undefined && ENDS_ARCHIVE.test(content)) {
      isEnded = linesAt(content) === row - 1;
      return [];
    }
    row += 1;
    const cell = damage === undefined ? content : content.slice(0, MAX_CUT_LENGTH);
    return [{ row, line, cells: [cell], damage }];
  };

  return {
    push(more) {
      const lines = (text + more).split("\n");
      text = lines.pop() ?? "";
      const records = lines.flatMap(take);
      if (text.length > MAX_LINE) {
        isTooLong = true;
        text = text.slice(0, MAX_CUT_LENGTH);
      }
      return records;
    },
    end() {
      const records = take(text);
      text = "";
      if (isEnded) return records;
      row += 1;
      return [...records, { row, line, cells: [""], damage: "ARCHIVE_INCOMPLETE" }];
    },
  };
}

/** The number of lines that the last line names; undefined if it is damaged. */
function linesAt(content: string): number | undefined {
  try {
    return archiveEndSchema.safeParse(JSON.parse(content)).data?.lines;
  } catch {
    return undefined;
  }
}
