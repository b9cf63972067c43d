import type { CsvRecord } from "../job/row.ts";
import { MAX_CUT_LENGTH, MAX_LINE } from "./parse-lines.ts";
import type { RecordParser } from "./parse-records.ts";

const BEGINS_EXPORT = /^\s*\{\s*"(?:books|reviewQueue)"\s*:\s*\[/;
/** Nesting depths: in the document, in a list, in a record. */
const WHOLE = 1;
const LIST = 2;
const RECORD = 3;
const MAX_NAME_LENGTH = 40;

/** Whether a text begins like this service's JSON export, however it is indented. */
export function isJsonExport(text: string): boolean {
  return BEGINS_EXPORT.test(text);
}

/** Whether a line is a record of the parser of such an export. */
export function isExportedRecord(line: string): boolean {
  return /^\{"type":"(?:books|reviewQueue)",/.test(line);
}

/**
 * Splits the JSON export of this service, an object of lists, into records with one cell each: the
 * objects of the lists as JSON lines, with the name of the list as `type`. A damaged record follows
 * the others if the document is truncated or has any other content.
 */
export function objectParser(): RecordParser {
  const place = { depth: 0, inString: false, isEscaped: false, line: 1, began: 1, row: 0 };
  let [list, name, text] = ["", "", ""];
  let [isTooLong, isOther] = [false, false];

  const shorten = (): void => {
    isTooLong ||= text.length > MAX_LINE;
    if (isTooLong) text = text.slice(0, MAX_CUT_LENGTH);
  };

  const record = (): CsvRecord => {
    shorten();
    place.row += 1;
    const cell = `{"type":${JSON.stringify(list)},${text.slice(1)}`;
    const damage = isTooLong ? ("ROW_TOO_LONG" as const) : undefined;
    return { row: place.row, line: place.began, cells: [cell], damage };
  };

  /** Processes a character outside of strings. @returns whether it ends a record */
  const step = (character: string): boolean => {
    const { depth } = place;
    switch (character) {
      case '"':
        place.inString = true;
        if (depth === WHOLE) name = "";
        isOther ||= depth === LIST || depth === 0;
        return false;
      case "{":
      case "[":
        place.depth += 1;
        if (place.depth === LIST) list = name;
        if (place.depth === RECORD) Object.assign(place, { began: place.line });
        // Expects lists in the document, and objects in lists.
        isOther ||= depth < RECORD && (character === "[") !== (depth === WHOLE);
        return false;
      case "}":
      case "]":
        place.depth -= 1;
        return depth === RECORD;
      case "\n":
        place.line += 1;
        return false;
      default:
        isOther ||= depth < RECORD && !/[\s,:]/.test(character);
        return false;
    }
  };

  return {
    push(more) {
      const records: CsvRecord[] = [];
      let from = 0;
      for (let at = 0; at < more.length; at += 1) {
        const character = more.charAt(at);
        if (place.inString) {
          const ends = character === '"' && !place.isEscaped;
          place.isEscaped = character === "\\" && !place.isEscaped;
          if (ends) place.inString = false;
          else if (place.depth === WHOLE && name.length < MAX_NAME_LENGTH) name += character;
          continue;
        }
        const isInside = place.depth >= RECORD;
        const isEnd = step(character);
        if (!isInside && place.depth === RECORD) from = at;
        if (!isEnd) continue;
        text += more.slice(from, at + 1);
        records.push(record());
        [text, isTooLong] = ["", false];
      }
      if (place.depth >= RECORD) text += more.slice(from);
      shorten();
      return records;
    },
    end() {
      if (place.depth === 0 && !place.inString && !isOther) return [];
      const row = place.row + 1;
      return [{ row, line: place.line, cells: [""], damage: "ARCHIVE_INCOMPLETE" }];
    },
  };
}
