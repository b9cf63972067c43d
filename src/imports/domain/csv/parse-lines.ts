import { archiveEndSchema } from "../../../../contract/archive.ts";
import type { CsvRecord } from "../job/row.ts";
import type { RecordParser } from "./parse-records.ts";

/** A longer line, or record of a JSON document, cannot be stored as a row. */
export const MAX_LINE = 1_000_000;
/** Length to which a longer one is truncated, enough to identify it. */
export const MAX_CUT_LENGTH = 1000;

const BEGINS_ARCHIVE = /^\s*\{\s*"type"\s*:\s*"archive"/;
const BEGINS_RECORDS = /^\s*\{\s*"type"\s*:\s*"(?:book|review|progress|goal|setting)"/;
const ENDS_ARCHIVE = /^\s*\{\s*"type"\s*:\s*"end"/;

/** Whether a text begins with the header of an archive of an account. */
export function isArchive(text: string): boolean {
  return BEGINS_ARCHIVE.test(text);
}

/** Whether a text begins with a record of this service's NDJSON export. */
export function isRecord(text: string): boolean {
  return BEGINS_RECORDS.test(text);
}

/** Splits the NDJSON export of this service into records with the line as their only cell. */
export function recordLineParser(): RecordParser {
  return lineParser({ isCounted: false });
}

/**
 * Splits an archive into records with the line as their only cell. The last line of an archive is
 * not a record: it has the number of lines between the header and itself. If it is missing or the
 * number differs, a damaged record follows the others.
 */
export function archiveParser(): RecordParser {
  return lineParser({ isCounted: true });
}

/** @param isCounted whether a last line has the number of lines */
function lineParser({ isCounted }: { isCounted: boolean }): RecordParser {
  let text = "";
  let isTooLong = false;
  let line = 0;
  let row = 0;
  let isEnded = !isCounted;

  const take = (content: string): CsvRecord[] => {
    line += 1;
    const damage = isTooLong || content.length > MAX_LINE ? ("ROW_TOO_LONG" as const) : undefined;
    isTooLong = false;
    if (content.trim() === "") return [];
    if (isCounted && damage === undefined && ENDS_ARCHIVE.test(content)) {
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

/** The number in the last line; undefined if it is damaged. */
function linesAt(content: string): number | undefined {
  try {
    return archiveEndSchema.safeParse(JSON.parse(content)).data?.lines;
  } catch {
    return undefined;
  }
}
