import isbn3 from "isbn3";

/** Whether the registrant is in the range table. Use it to rank guesses only: a book may be newer than the table. */
export function isInAssignedRange(isbn13: string): boolean {
  return isbn3.parse(isbn13) !== null;
}

/** A valid ISBN-13 with its hyphens (`978-0-306-40615-7`); plain digits if its range is not assigned in the table. */
export function hyphenate(isbn13: string): string {
  return isbn3.asIsbn13(isbn13, true) ?? isbn13;
}
