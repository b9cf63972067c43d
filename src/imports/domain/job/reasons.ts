/** Why a row was refused, waits, or was mended; the codes of the API with the texts that a reader sees. */
export const REASONS = {
  // Refused: nothing of the row can be shelved.
  UNBALANCED_QUOTE: "A quotation mark is opened and never closed, so the row cannot be read.",
  CELL_TOO_LONG: "A cell is longer than 100,000 characters.",
  ROW_TOO_LONG: "The row is longer than 300,000 characters or has more than 1,000 cells.",
  EMPTY_ROW: "The row holds neither a title nor an identifier.",
  NOT_A_BOOK: "The row is a film, music, a game or something else that is not a book.",
  NO_TITLE: "The row has neither a title nor a usable ISBN.",
  CELLS_SHIFTED:
    "The row has more or fewer cells than the header, and what it holds does not fit the columns.",
  REMOVED: "The row had been put into the trash before the file was written.",
  NOT_STORED: "The row could not be stored. It can be tried again.",
  // Waiting: the row is kept whole until its reader says which book it is.
  NO_ISBN: "The row has no ISBN, and no edition could be told for certain from title and author.",
  ISBN_INVALID: "The ISBN is not valid: its check digit is wrong or digits are missing.",
  ISBN_ROUNDED: "A spreadsheet has rounded the ISBN (9.78E+12): its digits are lost.",
  ISBN_CONFLICT: "The row's ISBN columns name two different books.",
  AMBIGUOUS: "Several editions match title and author equally well.",
  // Shelved, with a note of what could not be taken as it stood.
  ISBN_PADDED: "Leading zeros that a spreadsheet had dropped were put back.",
  ISBN_IGNORED: "One of the row's ISBNs is damaged and was left out; another one is whole.",
  RATING_UNREADABLE: "The rating could not be read and was left out.",
  DATE_UNREADABLE: "A date could not be read and was left out.",
  DATES_SWAPPED: "The book was finished before it was begun: the dates were left out.",
  TEXT_SHORTENED: "A text was longer than what can be stored and was shortened.",
  LIST_SHORTENED:
    "There were more tags, names or readings than can be stored; the first ones were kept.",
  VALUE_UNREADABLE: "A value of this service's own export could not be read and was left out.",
  NUL_REMOVED: "NUL characters were taken out.",
  RAGGED_ROW: "The row has more or fewer cells than the header.",
  // After asking the providers.
  NOT_FOUND: "No provider knows this ISBN; the book stays on the shelf as the file describes it.",
  DEFERRED: "The providers could not be asked in time; it will be tried again later.",
} as const;

export type ReasonCode = keyof typeof REASONS;

export interface Reason {
  code: ReasonCode;
  text: string;
}

/** A reason with its text, and what is particular to this row. */
export function reason(code: ReasonCode, particular?: string): Reason {
  const text = REASONS[code];
  return { code, text: particular === undefined ? text : `${text} ${particular}` };
}
