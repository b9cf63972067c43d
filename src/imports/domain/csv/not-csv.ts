/** A file that is not CSV: a description of what was found, and what the user can do. */
export interface NotCsv {
  found: string;
  remedy: string;
}

const EXPORT_AS_CSV = "Export the list as CSV and upload that file.";
const SAVE_AS_CSV =
  'Open it in the program that created it, choose "Save as" and CSV, and upload that file.';

const UNPACK = "Unpack it and upload the .csv inside.";

/** File signatures in Latin-1; the first match wins. `contains` lists texts of which one must appear in the first bytes. */
const SIGNATURES: readonly {
  begin: readonly string[];
  contains?: string[];
  found: string;
  remedy: string;
}[] = [
  {
    begin: ["PK\x03\x04"],
    contains: ["xl/", "[Content_Types]", "mimetypeapplication/vnd.oasis"],
    found: "a spreadsheet or another office document",
    remedy: SAVE_AS_CSV,
  },
  { begin: ["PK\x03\x04", "PK\x05\x06"], found: "a zip archive", remedy: UNPACK },
  { begin: ["\x1F\x8B"], found: "a gzip archive", remedy: UNPACK },
  {
    begin: ["BZh9", "\xFD7zXZ\0", "7z\xBC\xAF\x27\x1C", "Rar!\x1A\x07", "\x28\xB5\x2F\xFD"],
    found: "a compressed archive",
    remedy: UNPACK,
  },
  { begin: ["\xD0\xCF\x11\xE0"], found: "an Excel workbook (.xls)", remedy: SAVE_AS_CSV },
  { begin: ["%PDF-"], found: "a PDF document", remedy: EXPORT_AS_CSV },
  { begin: ["SQLite format 3\0"], found: "an SQLite database", remedy: EXPORT_AS_CSV },
  {
    begin: ["\x89PNG", "\xFF\xD8\xFF", "GIF87a", "GIF89a"],
    found: "an image",
    remedy: EXPORT_AS_CSV,
  },
  { begin: ["{\\rtf"], found: "a document (RTF)", remedy: SAVE_AS_CSV },
];

const HTML = /^\s*<(?:!doctype html|html|head|body|table|script|div|meta|title)\b/i;
const XML = /^\s*<(?:\?xml|!doctype|!--|rss|feed|svg)/i;
const JSON_TEXT = /^\s*(?:\{\s*(?:"|\}\s*$)|\[\s*(?:[{["]|\d+\s*,|\]\s*$))/;

/** A file that exceeds both this number and this share of control characters is binary. */
const MAX_CONTROLS = 8;
const MAX_CONTROL_SHARE = 0.05;

/** Identifies a file that is certainly not text by its first bytes; undefined when it may be text. */
export function binaryFound(head: Uint8Array): NotCsv | undefined {
  const latin1 = Array.from(head.subarray(0, 1024), (byte) => String.fromCharCode(byte)).join("");
  const known = SIGNATURES.find(
    ({ begin, contains }) =>
      begin.some((bytes) => latin1.startsWith(bytes)) &&
      (contains === undefined || contains.some((bytes) => latin1.includes(bytes))),
  );
  return known && { found: known.found, remedy: known.remedy };
}

/** Identifies a file that is certainly not a table by its first text; undefined when it may be one. */
export function otherTextFound(head: string): NotCsv | undefined {
  if (HTML.test(head)) {
    const remedy =
      "A login or error page was saved instead of the file: log in and download the export again.";
    return { found: "an HTML page", remedy };
  }
  if (XML.test(head)) return { found: "an XML document", remedy: EXPORT_AS_CSV };
  if (JSON_TEXT.test(head)) return { found: "a JSON document", remedy: EXPORT_AS_CSV };
  const controls = head.split("").filter(isControl).length;
  if (controls > MAX_CONTROLS && controls > head.length * MAX_CONTROL_SHARE) {
    return { found: "a binary file", remedy: EXPORT_AS_CSV };
  }
  return undefined;
}

/** Excludes white space and U+001A, which old programs write at the end of a file. */
const isControl = (character: string): boolean =>
  character < " " && !/\s/.test(character) && character !== "\x1A";
