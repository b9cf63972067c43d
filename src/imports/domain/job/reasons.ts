/** Codes and user-visible texts for rows that are invalid, wait in review, or were shelved with corrections. */
export const REASONS = {
  // Invalid: the row cannot be shelved at all.
  UNBALANCED_QUOTE: "A quotation mark is opened but never closed, so the row cannot be read.",
  CELL_TOO_LONG: "A cell is longer than 100,000 characters.",
  ROW_TOO_LONG:
    "The row is longer than 300,000 characters, has more than 1,000 cells, or takes more than 1 MB.",
  EMPTY_ROW: "All cells of the row are empty.",
  NOT_A_BOOK: "The row is a film, music, a game or something else that is not a book.",
  NO_TITLE: "The row has neither a title nor a usable ISBN.",
  CELLS_SHIFTED:
    "The row has more or fewer cells than the header, and its values do not fit the columns.",
  REMOVED: "The book was in the trash when the file was exported.",
  NOT_STORED: "The row could not be stored. You can retry it.",
  SHELF_FULL: "The shelf is full. Remove some books, then retry the import.",
  ARCHIVE_LINE_DAMAGED: "The line of the export is damaged: it is not valid JSON.",
  ARCHIVE_LINE_UNKNOWN: "The line of the export has no type that this service knows.",
  ARCHIVE_LINE_TOO_LONG: "The line of the export is longer than 1,000,000 characters.",
  ARCHIVE_VALUE_INVALID: "A value in the line of the export is invalid.",
  ARCHIVE_INCOMPLETE:
    "The export is incomplete. Download it again and import the new file; nothing is imported twice.",
  BOOK_MISSING: "The book of the progress is not on the shelf.",
  PROGRESS_FULL:
    "The account has reached its limit of progress records. Remove some, then retry the import.",
  QUEUE_FULL: "The review queue is full. Settle or dismiss some rows, then retry the import.",
  // In review: the whole row is stored until the user chooses the edition.
  NO_ISBN: "The row has no ISBN, and title and author do not identify one edition with certainty.",
  ISBN_INVALID: "The ISBN is invalid: its check digit is wrong or digits are missing.",
  ISBN_ROUNDED: "A spreadsheet has rounded the ISBN (9.78E+12), so its last digits are lost.",
  ISBN_CONFLICT: "The row's ISBN columns identify two different books.",
  AMBIGUOUS: "Several editions match title and author equally well.",
  // Shelved, with a note about a value that was corrected or omitted.
  ISBN_PADDED: "Leading zeros that a spreadsheet had dropped were restored.",
  ISBN_IGNORED: "One of the row's ISBNs is damaged and was ignored; another one is valid.",
  RATING_UNREADABLE: "The rating could not be read and is kept only as the file has it.",
  DATE_UNREADABLE: "A date could not be read and is kept only as the file has it.",
  RATING_ROUNDED: "The rating was rounded to a quarter of a star.",
  RATING_SCALE_ASSUMED: "The scale of the ratings was assumed.",
  DATE_ORDER_ASSUMED: "Nothing in the file shows whether the day or the month comes first.",
  DATES_SWAPPED:
    "The finish date is before the start date, so the dates are kept only as the file has them.",
  TEXT_SHORTENED: "A text exceeded the maximum length and was shortened.",
  LIST_SHORTENED:
    "There were more tags, subjects, names or readings than can be stored; only the first ones were imported.",
  VALUE_UNREADABLE: "A value from a BooksTrack export could not be read and was omitted.",
  TEXT_IMPROBABLE:
    "The text may have been read in the wrong encoding; import the file again with the right one.",
  KEPT_YOURS:
    "The shelf has different values, which you or another service entered; they were kept.",
  ROWS_DIFFER: "Another row of the file has different values for the same book; they were kept.",
  IN_TRASH: "The book is in the trash. Restore it, then import the file again.",
  TRASH_EXPIRED: "The book's time in the trash has expired.",
  ON_SHELF: "The book is on the shelf, so it was not put into the trash.",
  NUL_REMOVED: "NUL characters were removed.",
  RAGGED_ROW: "The row has more or fewer cells than the header.",
  // After querying the providers.
  NOT_FOUND: "No provider knows this ISBN; the book remains on the shelf as the file describes it.",
} as const;

export type ReasonCode = keyof typeof REASONS;

export interface Reason {
  code: ReasonCode;
  text: string;
}

/** Builds a reason. @param detail a sentence about this row, appended to the text of the code */
export function reason(code: ReasonCode, detail?: string): Reason {
  const text = REASONS[code];
  return { code, text: detail === undefined ? text : `${text} ${detail}` };
}
