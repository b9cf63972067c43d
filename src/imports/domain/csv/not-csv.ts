/** What was sent in place of a CSV file, with what its sender can do. */
export interface NotCsv {
  found: string;
  remedy: string;
}

const EXPORT_AS_CSV = "Export the list as CSV and upload that file.";
const SAVE_AS_CSV =
  'Open it in the program that it was made with, choose "Save as" and CSV, and upload that file.';

const UNPACK = "Unpack it and upload the .csv inside.";

/** Files by how they begin, in Latin-1; the first that fits. */
const SIGNATURES: readonly {
  begin: readonly string[];
  holds?: string[];
  found: string;
  remedy: string;
}[] = [
  {
    begin: ["PK\x03\x04"],
    holds: ["xl/", "[Content_Types]", "mimetypeapplication/vnd.oasis"],
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

/** Control characters that no text has, from this many and this share on. */
const MAX_CONTROLS = 8;
const MAX_CONTROL_SHARE = 0.05;

/** What a file is by its first bytes, when that is certainly not a text. */
export function binaryFound(head: Uint8Array): NotCsv | undefined {
  const latin1 = Array.from(head.subarray(0, 1024), (byte) => String.fromCharCode(byte)).join("");
  const known = SIGNATURES.find(
    ({ begin, holds }) =>
      begin.some((bytes) => latin1.startsWith(bytes)) &&
      (holds === undefined || holds.some((bytes) => latin1.includes(bytes))),
  );
  return known && { found: known.found, remedy: known.remedy };
}

/** What a file is by its first text, when that is certainly not a table. */
export function otherTextFound(head: string): NotCsv | undefined {
  if (HTML.test(head)) {
    const remedy =
      "A log-in or error page was saved in place of the file: log in, and download the export again.";
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

/** All but white space, and the mark that old programs end a file with. */
const isControl = (character: string): boolean =>
  character < " " && !/\s/.test(character) && character !== "\x1A";
