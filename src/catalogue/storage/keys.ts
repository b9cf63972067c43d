/** All KV keys of the catalogue. */
export const kvKeys = {
  /** A book by ISBN-13: our own entries, and older ones that the migration reads. */
  book: (isbn13: string): string => `book:isbn:${isbn13}`,
  /** The other spelling, under which older entries may be stored. */
  bookByIsbn10: (isbn10: string): string => `book:isbn:${isbn10}`,
  /** A provider's editions of a work. */
  editions: (workId: string): string => `editions:work:${workId}`,
  /** A known absence. */
  absent: (isbn13: string): string => `absent:isbn:${isbn13}`,
} as const;
