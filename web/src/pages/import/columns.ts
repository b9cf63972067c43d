/**
 * The first rows of a table, to show its columns before the service has read it. Only a display
 * aid: the service's reading is authoritative.
 */

export interface TableHead {
  /** Cells of the first row: column names, if it is a header. */
  readonly first: readonly string[];
  /** The rows after it. */
  readonly rows: readonly (readonly string[])[];
}

/** Number of bytes read for the head of a file. */
export const HEAD_BYTES = 65_536;
const MAX_ROWS = 20;
const DELIMITERS = [",", ";", "\t", "|"];

/**
 * Decodes the first bytes of a file.
 * @param encoding detected by the service or chosen by the user
 */
export function decodedHead(bytes: Uint8Array<ArrayBuffer>, encoding?: string): string {
  for (const label of [encoding, "utf-8", utf16Of(bytes)]) {
    if (label === undefined) continue;
    try {
      // `stream` tolerates a character truncated at the end of the head.
      return new TextDecoder(label, { fatal: true }).decode(bytes, { stream: true });
    } catch {
      // Try the next encoding.
    }
  }
  return new TextDecoder("windows-1252").decode(bytes);
}

function utf16Of([first, second]: Uint8Array): string | undefined {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : undefined;
}

/** Parses the head of a table, with the delimiter that yields the most columns in the first row. */
export function headOf(text: string): TableHead {
  const tables = DELIMITERS.map((delimiter) => recordsOf(text.replace(/^\uFEFF/, ""), delimiter));
  const widest = tables.reduce((best, table) =>
    (table[0]?.length ?? 0) > (best[0]?.length ?? 0) ? table : best,
  );
  const [first = [], ...rows] = widest;
  return { first, rows };
}

function recordsOf(text: string, delimiter: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let cell = "";
  let isQuoted = false;
  const endRecord = (): void => {
    record.push(cell);
    if (record.some((one) => one.trim() !== "")) records.push(record);
    record = [];
    cell = "";
  };
  for (let at = 0; at < text.length && records.length <= MAX_ROWS; at += 1) {
    const character = text[at] ?? "";
    if (isQuoted && character === '"' && text[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (character === '"' && (isQuoted || cell.trim() === "")) {
      isQuoted = !isQuoted;
      if (isQuoted) cell = "";
    } else if (isQuoted) {
      cell += character;
    } else if (character === delimiter) {
      record.push(cell);
      cell = "";
    } else if (character === "\n") {
      endRecord();
    } else if (character !== "\r") {
      cell += character;
    }
  }
  if (!isQuoted && records.length <= MAX_ROWS) endRecord();
  return records;
}

/** A column on the mapping screen. */
export interface Column {
  /** The key in a mapping: the column's name or position. */
  readonly key: string;
  readonly name: string | undefined;
  /** A few distinct, non-empty values. */
  readonly samples: readonly string[];
}

const MAX_SAMPLES = 3;

/** @param hasHeader whether the first row has the column names */
export function columnsOf({ first, rows }: TableHead, hasHeader: boolean): Column[] {
  const data = hasHeader ? rows : [first, ...rows];
  const width = Math.max(0, ...[first, ...rows].map((row) => row.length));
  return Array.from({ length: width }, (_, index) => {
    const name = hasHeader ? first[index]?.trim() : undefined;
    const values = data.map((row) => row[index]?.trim() ?? "").filter((value) => value !== "");
    return {
      key: name === undefined || name === "" ? String(index + 1) : name,
      name: name === "" ? undefined : name,
      samples: [...new Set(values)].slice(0, MAX_SAMPLES),
    };
  });
}

/** Whether a row looks like data, because column names contain no long numbers. */
export const looksLikeData = ({ first }: TableHead): boolean =>
  first.some((cell) => /\d{4}/.test(cell));
